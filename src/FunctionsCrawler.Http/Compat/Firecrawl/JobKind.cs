using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>The two kinds of jobs. A job is found only under the path of its kind.</summary>
/// <param name="Path">The path behind the version.</param>
/// <param name="IsBatch">Whether it is a batch.</param>
internal sealed record JobKind(string Path, bool IsBatch)
{
    public static JobKind Crawl { get; } = new("crawl", false);

    public static JobKind Batch { get; } = new("batch/scrape", true);

    /// <summary>Whether a crawl is of this kind. The mode of a damaged crawl is not known.</summary>
    public bool Includes(CrawlMode? mode) => mode is null || mode == CrawlMode.Batch == IsBatch;
}
