namespace FunctionsCrawler.Safety;

/// <summary>How much one page may be, over HTTP as in a browser. What is more ends as a record with an error code.</summary>
public sealed record PageLimits
{
    /// <summary>The largest document, in bytes after decompression; in a browser also in characters of the HTML that its scripts made.</summary>
    /// <value>Default 32 MiB.</value>
    public int MaxBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>All that a page in a browser may receive, in bytes after decompression: its document, images, scripts, fetches.</summary>
    /// <value>Default 64 MiB.</value>
    public long MaxTotalBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The most DOM nodes of a document: elements, text, comments.</summary>
    /// <value>Default 250,000.</value>
    public int MaxNodes { get; init; } = 250_000;

    /// <summary>How many redirects are followed; in a browser those count too that scripts and refreshes make.</summary>
    /// <value>Default 10.</value>
    public int MaxRedirects { get; init; } = 10;

    /// <summary>How many links of a page are kept and followed, each URL once. The record says when there are more.</summary>
    /// <value>Default 10,000.</value>
    public int MaxLinks { get; init; } = 10_000;

    /// <summary>How many entries of a sitemap are kept and followed.</summary>
    /// <value>Default 50,000, which is what the protocol allows.</value>
    public int MaxSitemapEntries { get; init; } = 50_000;

    /// <summary>
    /// What of them a browser may use. Chromium takes ten bytes and more for a character that it lays out and a kilobyte for an
    /// element, and what is left of the memory beside it shrinks faster than the budget does.
    /// </summary>
    /// <param name="budgetBytes">What the process and its browsers may use together; the limits are made for 1,536 MB.</param>
    internal PageLimits InBrowser(long budgetBytes)
    {
        var share = Math.Min(1, budgetBytes / (1536.0 * 1024 * 1024));
        return this with
        {
            MaxBytes = (int)(MaxBytes * share * share),
            MaxTotalBytes = (long)(MaxTotalBytes * share),
            MaxNodes = (int)(MaxNodes * share),
        };
    }
}
