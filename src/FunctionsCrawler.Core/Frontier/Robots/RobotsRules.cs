using System.Globalization;

namespace FunctionsCrawler.Frontier;

/// <summary>What a robots.txt says to one crawler (RFC 9309).</summary>
/// <remarks>
/// Mistakes are read as Google's parser reads them (https://github.com/google/robotstxt): typos of names, a space
/// instead of the colon. Only Allow and Disallow end a list of user agents, as section 2.1 has it.
/// </remarks>
internal sealed class RobotsRules
{
    /// <summary>The bytes of a robots.txt that are read (RFC 9309 section 2.5). Whoever fetches it cuts the rest off.</summary>
    public const int MaxBytes = 500 * 1024;

    /// <summary>The longest crawl delay that is kept. Whoever asks for more has mostly written milliseconds.</summary>
    public static readonly TimeSpan MaxCrawlDelay = TimeSpan.FromMinutes(1);

    // The longest pattern decides, and of two as long Allow: the first that matches is the answer.
    private readonly (RobotsPattern Pattern, bool Allow)[] _rules;

    private RobotsRules(RobotsGroup group, IReadOnlyList<string> sitemaps)
    {
        _rules = [.. group.Rules.OrderByDescending(rule => rule.Pattern.Length).ThenByDescending(rule => rule.Allow)];
        CrawlDelay = group.CrawlDelay;
        Sitemaps = sitemaps;
    }

    /// <summary>The rules where there is no robots.txt.</summary>
    public static RobotsRules AllowAll { get; } = Parse("", "");

    /// <summary>The rules where robots.txt cannot be reached (RFC 9309 section 2.3.1.4).</summary>
    public static RobotsRules DisallowAll { get; } = Parse("user-agent: *\ndisallow: /", "");

    /// <summary>The pause between two requests; null where none is asked for. At most <see cref="MaxCrawlDelay"/>.</summary>
    public TimeSpan? CrawlDelay { get; }

    /// <summary>The values of the Sitemap lines, each once, as they stand there: absolute URLs, if the author kept to the rules.</summary>
    public IReadOnlyList<string> Sitemaps { get; }

    /// <summary>Reads a robots.txt; never throws for any text.</summary>
    /// <param name="text">The decoded file.</param>
    /// <param name="productToken">The crawler's name in user-agent lines, of letters, hyphens and underscores; in any case.</param>
    public static RobotsRules Parse(string text, string productToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(productToken);
        var (ours, everyones) = (new RobotsGroup(), new RobotsGroup());
        var sitemaps = new List<string>();
        // The group of the lines that follow; null where they are for others.
        RobotsGroup? current = null;
        var inAgents = false;
        var isNamed = false;
        foreach (var line in RobotsLine.Split(text).Select(RobotsLine.Parse).OfType<RobotsLine>())
        {
            switch (line.Kind)
            {
                case RobotsLineKind.UserAgent:
                    if (!inAgents)
                        current = null;
                    inAgents = true;
                    if (IsEveryones(line.Value))
                        current ??= everyones;
                    else if (IsOurs(line.Value, productToken))
                        (current, isNamed) = (ours, true);
                    break;
                case RobotsLineKind.Allow or RobotsLineKind.Disallow:
                    inAgents = false;
                    current?.Add(line);
                    break;
                case RobotsLineKind.CrawlDelay:
                    current?.Delay(line.Value);
                    break;
                case RobotsLineKind.Sitemap:
                    sitemaps.Add(line.Value);
                    break;
                default:
                    throw new InvalidOperationException($"No meaning is given to lines of the kind {line.Kind}.");
            }
        }
        return new RobotsRules(isNamed ? ours : everyones, [.. sitemaps.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Whether a URL may be fetched. Path and query are compared, in the case and the order they have.</summary>
    /// <remarks>Takes at most the length of the URL times the length of all rules.</remarks>
    public bool Allows(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        // RFC 9309 section 2.2.2: it is allowed implicitly.
        if (url.AbsolutePath is "/robots.txt")
            return true;
        var target = RobotsPattern.Encode(url.PathAndQuery);
        foreach (var (pattern, allow) in _rules)
            if (pattern.Matches(target))
                return allow;
        return true;
    }

    private static bool IsOurs(string value, string productToken) =>
        RobotsLine.ProductTokenOf(value).Equals(productToken, StringComparison.OrdinalIgnoreCase);

    // Google's parser takes "* and a remark" for the asterisk too.
    private static bool IsEveryones(string value) =>
        value.StartsWith('*') && (value.Length == 1 || value[1] is ' ' or '\t');

    /// <summary>The rules of all groups that name one crawler.</summary>
    private sealed class RobotsGroup
    {
        private const string IndexPage = "/index.htm";

        public List<(RobotsPattern Pattern, bool Allow)> Rules { get; } = [];

        public TimeSpan? CrawlDelay { get; private set; }

        public void Add(RobotsLine line)
        {
            // An empty pattern matches nothing (RFC 9309 section 2.2.2).
            if (line.Value.Length == 0)
                return;
            var allow = line.Kind == RobotsLineKind.Allow;
            Rules.Add((new RobotsPattern(line.Value), allow));

            // As Google reads it: whoever allows a folder's index page means the folder's own URL too.
            var slash = line.Value.LastIndexOf('/');
            if (allow && slash >= 0 && line.Value.AsSpan(slash).StartsWith(IndexPage, StringComparison.Ordinal))
                Rules.Add((new RobotsPattern(line.Value[..(slash + 1)] + "$"), true));
        }

        /// <summary>Keeps the longest delay that is one: not every group that names a crawler need have the same.</summary>
        public void Delay(string value)
        {
            var isNumber = decimal.TryParse(
                value,
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var seconds
            );
            if (!isNumber || seconds <= 0)
                return;
            var delay = TimeSpan.FromSeconds((double)Math.Min(seconds, (decimal)MaxCrawlDelay.TotalSeconds));
            if (CrawlDelay is null || delay > CrawlDelay)
                CrawlDelay = delay;
        }
    }
}
