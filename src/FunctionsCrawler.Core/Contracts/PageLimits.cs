namespace FunctionsCrawler.Contracts;

/// <summary>
/// Limits of one page, fetched over HTTP or rendered in a browser. A page over a limit ends as a record with an error code,
/// <see cref="ErrorCode.TooLarge"/> unless stated otherwise.
/// </summary>
public sealed record PageLimits
{
    /// <summary>
    /// The maximum size of a document. In a browser it also limits the number of characters of the HTML after scripts ran.
    /// </summary>
    /// <value>Bytes after decompression. Default 33,554,432 (32 MiB).</value>
    public int MaxBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The maximum size of everything a page loads in a browser: document, images, scripts, fetches.</summary>
    /// <value>Bytes after decompression. Default 67,108,864 (64 MiB).</value>
    public long MaxTotalBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The maximum number of DOM nodes of a document: elements, text and comments.</summary>
    /// <value>Default 250,000.</value>
    public int MaxNodes { get; init; } = 250_000;

    /// <summary>
    /// The maximum number of redirects followed; in a browser, including redirects by scripts and refreshes. More end as
    /// <see cref="ErrorCode.RedirectLoop"/>.
    /// </summary>
    /// <value>Default 10.</value>
    public int MaxRedirects { get; init; } = 10;

    /// <summary>
    /// The maximum number of links of a page that are kept and followed, each URL counted once. Further links are dropped and
    /// <see cref="PageRecord.HasMoreLinks"/> is set; it is not an error.
    /// </summary>
    /// <value>Default 10,000.</value>
    public int MaxLinks { get; init; } = 10_000;

    /// <summary>
    /// The maximum number of entries of a sitemap that are kept and followed. Further entries are dropped.
    /// </summary>
    /// <value>Default 50,000, the maximum of the sitemap protocol.</value>
    public int MaxSitemapEntries { get; init; } = 50_000;

    /// <summary>
    /// Scales the limits down for a browser with less memory. Chromium takes ten bytes and more for each character that it
    /// lays out and a kilobyte for each element, and the memory left for that shrinks faster than the budget does.
    /// </summary>
    /// <param name="budgetBytes">
    /// The memory budget of the process and its browsers together. The limits are made for 1,536 MB.
    /// </param>
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
