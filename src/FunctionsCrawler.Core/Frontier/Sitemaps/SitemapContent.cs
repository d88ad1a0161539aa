namespace FunctionsCrawler.Frontier;

/// <summary>What was read of a sitemap.</summary>
/// <param name="Pages">URLs of pages as <see cref="UrlNormalizer"/> writes them, in the order of the file.</param>
/// <param name="Sitemaps">URLs of further sitemaps, of a sitemap index.</param>
/// <param name="Dropped">How many entries were left out because they are no absolute http or https URL.</param>
/// <param name="Cut">Why there is more than was read.</param>
/// <param name="Fault">Why the file could not be read to its end, in one line for people; null when it could.</param>
internal sealed record SitemapContent(
    IReadOnlyList<string> Pages,
    IReadOnlyList<string> Sitemaps,
    int Dropped,
    SitemapCut Cut,
    string? Fault
);

/// <summary>Why a sitemap was not read to its end.</summary>
internal enum SitemapCut
{
    /// <summary>It was.</summary>
    None,

    /// <summary>It has more entries than <see cref="SitemapLimits.MaxEntries"/>.</summary>
    Entries,

    /// <summary>It has more bytes than <see cref="SitemapLimits.MaxBytes"/>.</summary>
    Bytes,
}

/// <summary>How much of a sitemap is read. The defaults are what https://www.sitemaps.org/protocol.html allows.</summary>
internal sealed record SitemapLimits
{
    /// <summary>Entries, those that are dropped counted too.</summary>
    public int MaxEntries { get; init; } = 50_000;

    /// <summary>Bytes after decompression.</summary>
    public long MaxBytes { get; init; } = 50 * 1024 * 1024;
}
