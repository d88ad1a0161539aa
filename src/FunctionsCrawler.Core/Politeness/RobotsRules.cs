using System.Globalization;

namespace FunctionsCrawler.Politeness;

/// <summary>The rules of a robots.txt for one crawler (RFC 9309).</summary>
/// <remarks>
/// Tolerates the same mistakes as Google's parser (https://github.com/google/robotstxt): typos in names, a space instead
/// of the colon. Only Allow and Disallow end a list of user agents (section 2.1).
/// </remarks>
internal sealed class RobotsRules
{
    /// <summary>
    /// The maximum number of bytes read of a robots.txt (RFC 9309 section 2.5). The fetcher cuts off the rest.
    /// </summary>
    public const int MaxBytes = 500 * 1024;

    /// <summary>
    /// The longest crawl delay that is honoured; longer ones are cut to this. Larger values are usually meant as milliseconds.
    /// </summary>
    public static readonly TimeSpan MaxCrawlDelay = TimeSpan.FromMinutes(1);

    // Sorted so that the first match decides: longest pattern first, and Allow before Disallow of the same length.
    private readonly (RobotsPattern Pattern, bool Allow)[] _rules;

    private RobotsRules(RobotsGroup group, IReadOnlyList<string> sitemaps)
    {
        _rules = [.. group.Rules.OrderByDescending(rule => rule.Pattern.Length).ThenByDescending(rule => rule.Allow)];
        CrawlDelay = group.CrawlDelay;
        Sitemaps = sitemaps;
    }

    /// <summary>The rules of an origin without a robots.txt.</summary>
    public static RobotsRules AllowAll { get; } = Parse("", "");

    /// <summary>The rules of an origin whose robots.txt cannot be reached (RFC 9309 section 2.3.1.4).</summary>
    public static RobotsRules DisallowAll { get; } = Parse("user-agent: *\ndisallow: /", "");

    /// <summary>The delay between two requests, at most <see cref="MaxCrawlDelay"/>; null if there is none.</summary>
    public TimeSpan? CrawlDelay { get; }

    /// <summary>The distinct values of the Sitemap lines, unvalidated. They should be absolute URLs.</summary>
    public IReadOnlyList<string> Sitemaps { get; }

    /// <summary>Parses a robots.txt. Never throws, whatever the text.</summary>
    /// <param name="text">The decoded file.</param>
    /// <param name="productToken">
    /// The crawler's name in user-agent lines: letters, hyphens and underscores, compared ignoring case.
    /// </param>
    public static RobotsRules Parse(string text, string productToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(productToken);
        var (ours, wildcard) = (new RobotsGroup(), new RobotsGroup());
        var sitemaps = new List<string>();
        // The group that the following rules belong to; null if they are for other crawlers.
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
                    if (IsWildcard(line.Value))
                        current ??= wildcard;
                    else if (IsOurs(line.Value, productToken))
                        (current, isNamed) = (ours, true);
                    break;
                case RobotsLineKind.Allow or RobotsLineKind.Disallow:
                    inAgents = false;
                    current?.Add(line);
                    break;
                case RobotsLineKind.CrawlDelay:
                    current?.AddDelay(line.Value);
                    break;
                case RobotsLineKind.Sitemap:
                    sitemaps.Add(line.Value);
                    break;
                default:
                    throw new InvalidOperationException($"Unknown kind of robots.txt line: {line.Kind}.");
            }
        }
        return new RobotsRules(isNamed ? ours : wildcard, [.. sitemaps.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Whether a URL may be fetched. Compares path and query, case-sensitively.</summary>
    /// <remarks>The worst case is the length of the URL times the total length of the rules.</remarks>
    public bool Allows(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        // Always allowed (RFC 9309 section 2.2.2).
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

    // Like Google's parser, accept text after the asterisk: "* some remark".
    private static bool IsWildcard(string value) =>
        value.StartsWith('*') && (value.Length == 1 || value[1] is ' ' or '\t');

    /// <summary>Merges the rules of all groups for one crawler.</summary>
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

            // Like Google's parser: allowing a folder's index page also allows the folder's own URL.
            var slash = line.Value.LastIndexOf('/');
            if (allow && slash >= 0 && line.Value.AsSpan(slash).StartsWith(IndexPage, StringComparison.Ordinal))
                Rules.Add((new RobotsPattern(line.Value[..(slash + 1)] + "$"), true));
        }

        /// <summary>Keeps the longest valid delay, since several groups can name the same crawler.</summary>
        public void AddDelay(string value)
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
