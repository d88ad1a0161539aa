namespace FunctionsCrawler.Politeness;

/// <summary>Directives that a page gives to crawlers in X-Robots-Tag headers or robots meta elements.</summary>
/// <remarks>
/// See https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag. If there are several, the strictest
/// applies.
/// </remarks>
/// <param name="NoIndex">The page's content must not be stored.</param>
/// <param name="NoFollow">The page's links must not be followed.</param>
internal sealed record RobotsDirectives(bool NoIndex, bool NoFollow)
{
    public static readonly RobotsDirectives None = new(NoIndex: false, NoFollow: false);

    // Directives followed by a colon and a value, which must not be mistaken for a crawler's name.
    private static readonly string[] WithValue =
    [
        "unavailable_after",
        "max-snippet",
        "max-image-preview",
        "max-video-preview",
    ];

    /// <summary>Parses X-Robots-Tag headers, including directives addressed to this crawler by name.</summary>
    /// <param name="xRobotsTag">The header values, one per header.</param>
    /// <param name="productToken">The crawler's name, compared ignoring case.</param>
    public static RobotsDirectives FromHeaders(IEnumerable<string> xRobotsTag, string productToken) =>
        xRobotsTag.Select(value => FromHeader(value, productToken)).Aggregate(None, Strictest);

    /// <summary>Parses the meta elements named "robots" and those named after this crawler.</summary>
    /// <param name="metas">Name and content of each meta element; other names are ignored.</param>
    /// <param name="productToken">The crawler's name, compared ignoring case.</param>
    public static RobotsDirectives FromMeta(IEnumerable<(string Name, string Content)> metas, string productToken) =>
        metas
            .Where(meta => Is(meta.Name, "robots") || Is(meta.Name, productToken))
            .SelectMany(meta => meta.Content.Split(','))
            .Select(FromWord)
            .Aggregate(None, Strictest);

    /// <summary>Combines two: a directive applies if either has it.</summary>
    public static RobotsDirectives Strictest(RobotsDirectives one, RobotsDirectives other) =>
        new(one.NoIndex || other.NoIndex, one.NoFollow || other.NoFollow);

    private static RobotsDirectives FromHeader(string value, string productToken)
    {
        var found = None;
        // A crawler's name applies to all directives up to the next name: "nofollow, otherbot: noindex, none".
        var isOurs = true;
        foreach (var part in value.Split(','))
        {
            var word = part;
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon >= 0 && part[..colon].Trim() is var name && IsCrawler(name))
            {
                isOurs = name is "*" || Is(RobotsLine.ProductTokenOf(name).ToString(), productToken);
                word = part[(colon + 1)..];
            }
            if (isOurs)
                found = Strictest(found, FromWord(word));
        }
        return found;
    }

    // Rejects directives with a value, and parts of a date such as "25-Jun-10 15:00:00 GMT".
    private static bool IsCrawler(string name) =>
        name.Length > 0 && !name.Any(char.IsWhiteSpace) && !WithValue.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static RobotsDirectives FromWord(string word)
    {
        word = word.Trim();
        var isNone = Is(word, "none");
        return new(NoIndex: isNone || Is(word, "noindex"), NoFollow: isNone || Is(word, "nofollow"));
    }

    private static bool Is(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
