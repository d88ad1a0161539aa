namespace FunctionsCrawler.Frontier;

/// <summary>What a page asks of crawlers that have fetched it, by X-Robots-Tag or meta elements.</summary>
/// <remarks>https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag. Of several the strictest holds.</remarks>
/// <param name="NoIndex">Its content is not to be kept.</param>
/// <param name="NoFollow">Its links are not to be followed.</param>
internal sealed record RobotsDirectives(bool NoIndex, bool NoFollow)
{
    /// <summary>Nothing was asked.</summary>
    public static readonly RobotsDirectives None = new(NoIndex: false, NoFollow: false);

    // They have a value behind a colon, as a crawler's name has directives.
    private static readonly string[] WithValue =
    [
        "unavailable_after",
        "max-snippet",
        "max-image-preview",
        "max-video-preview",
    ];

    /// <summary>Reads X-Robots-Tag headers.</summary>
    /// <param name="xRobotsTag">Their values, one for each header.</param>
    /// <param name="productToken">The crawler's name; in any case.</param>
    public static RobotsDirectives FromHeaders(IEnumerable<string> xRobotsTag, string productToken) =>
        xRobotsTag.Select(value => FromHeader(value, productToken)).Aggregate(None, Strictest);

    /// <summary>Reads meta elements: those for every crawler, named "robots", and those for this one.</summary>
    /// <param name="metas">Name and content of each; other names are ignored.</param>
    /// <param name="productToken">The crawler's name; in any case.</param>
    public static RobotsDirectives FromMeta(IEnumerable<(string Name, string Content)> metas, string productToken) =>
        metas
            .Where(meta => Is(meta.Name, "robots") || Is(meta.Name, productToken))
            .SelectMany(meta => meta.Content.Split(','))
            .Select(FromWord)
            .Aggregate(None, Strictest);

    /// <summary>What both ask.</summary>
    public static RobotsDirectives Strictest(RobotsDirectives one, RobotsDirectives other) =>
        new(one.NoIndex || other.NoIndex, one.NoFollow || other.NoFollow);

    private static RobotsDirectives FromHeader(string value, string productToken)
    {
        var found = None;
        // A name holds up to the next one: "nofollow, otherbot: noindex, none".
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

    // Neither a directive with a value nor a piece of a date: "25-Jun-10 15:00:00 GMT".
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
