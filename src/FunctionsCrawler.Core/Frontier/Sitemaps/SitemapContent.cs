using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Frontier;

/// <summary>The entries parsed from a sitemap, complete or not.</summary>
/// <param name="Pages">Normalised page URLs (<see cref="UrlNormalizer"/>), in file order.</param>
/// <param name="Sitemaps">Normalised URLs of the sitemaps that a sitemap index lists, in file order.</param>
/// <param name="Dropped">The number of entries left out because they are not absolute http or https URLs.</param>
/// <param name="Cut">The limit that stopped the parser, if any.</param>
/// <param name="Fault">One line on why parsing failed before the end; null if it did not.</param>
internal sealed record SitemapContent(
    IReadOnlyList<string> Pages,
    IReadOnlyList<string> Sitemaps,
    int Dropped,
    SitemapCut Cut,
    string? Fault
)
{
    /// <summary>When pages and sitemaps changed, by URL, as far as the file tells.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Modified { get; init; } =
        new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
}

/// <summary>The limit at which a sitemap was cut off.</summary>
internal enum SitemapCut
{
    /// <summary>Not cut off.</summary>
    None,

    /// <summary>More entries than <see cref="SitemapLimits.MaxEntries"/>.</summary>
    Entries,

    /// <summary>More bytes than <see cref="SitemapLimits.MaxBytes"/>.</summary>
    Bytes,
}

/// <summary>Limits on reading a sitemap. The defaults are those of https://www.sitemaps.org/protocol.html.</summary>
internal sealed record SitemapLimits
{
    /// <summary>The maximum number of entries, dropped ones included.</summary>
    public int MaxEntries { get; init; } = 50_000;

    /// <summary>The maximum size in bytes after decompression.</summary>
    public long MaxBytes { get; init; } = 50 * 1024 * 1024;
}
