namespace FunctionsCrawler.Contracts;

/// <summary>The summary of a crawl that has ended, as stored in summary.json.</summary>
public sealed record CrawlSummary
{
    /// <summary>The id of the crawl.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// The id of the source: 16 hexadecimal digits that all spellings of the first start page share. Null in summaries of
    /// version 0.1.
    /// </summary>
    public string? SourceId { get; init; }

    /// <summary>The name of the source for people: a repository, or host and path. Null in summaries of version 0.1.</summary>
    public string? DisplayName { get; init; }

    /// <summary>
    /// How much of the crawl was done when it ended, from 0 to 100; 100 if it completed. Null in summaries of version 0.1.
    /// </summary>
    public int? Percent { get; init; }

    /// <summary>Whether the crawl followed links.</summary>
    public required CrawlMode Mode { get; init; }

    /// <summary>How the crawl ended.</summary>
    public required CrawlState State { get; init; }

    /// <summary>Why the crawl failed, or which results were lost; null if neither is the case.</summary>
    public string? Reason { get; init; }

    /// <summary>When the crawl was accepted, in UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the last record had been committed, in UTC.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The number of URLs, by result.</summary>
    public required SummaryPages Pages { get; init; }

    /// <summary>Succeeded and failed pages per second, over the time in which chunks were being crawled.</summary>
    public required double PagesPerSecond { get; init; }

    /// <summary>The share of succeeded pages that a browser rendered, from 0 to 1.</summary>
    public required double RenderedShare { get; init; }

    /// <summary>What <see cref="RenderMode.Auto"/> decided; null in other modes, and in summaries of version 0.1.</summary>
    public RenderDecisions? RenderDecisions { get; init; }

    /// <summary>The size of all content, in bytes after decompression.</summary>
    public required long Bytes { get; init; }

    /// <summary>
    /// The number of entries of sitemaps, feeds and lists of links that were left out because they are not http or https URLs.
    /// </summary>
    public int DroppedEntries { get; init; }

    /// <summary>The errors by code, most frequent first.</summary>
    public required IReadOnlyList<SummaryError> Errors { get; init; }

    /// <summary>
    /// The number of stored pages with nearly the same text as an earlier one: their records have <c>nearDuplicateOf</c>. 0
    /// until the crawl ends.
    /// </summary>
    public int NearDuplicates { get; init; }

    /// <summary>What changed since the earlier crawl; null if none was named, or if it could not be read.</summary>
    public SummaryChanges? Changes { get; init; }

    /// <summary>The receipts of all browsers, aggregated.</summary>
    public required SummaryBrowsers Browsers { get; init; }
}

/// <summary>How a crawl ended.</summary>
public enum CrawlState
{
    /// <summary>Every URL of the frontier has a record, or the page limit or time limit was reached.</summary>
    Completed,

    /// <summary>The crawl was cancelled. The records written until then are kept.</summary>
    Cancelled,

    /// <summary>The crawl stopped because of an error.</summary>
    Failed,
}

/// <summary>The number of URLs of a crawl, by result.</summary>
/// <param name="Succeeded">Pages stored.</param>
/// <param name="Failed">Pages that failed.</param>
/// <param name="Skipped">URLs that were not crawled, by reason.</param>
/// <param name="Pending">URLs left in the frontier without a record.</param>
public sealed record SummaryPages(int Succeeded, int Failed, SummarySkipped Skipped, int Pending)
{
    /// <summary>
    /// Stored pages that ended at the same URL as an earlier one: their records have <c>duplicateOf</c>. 0 until the crawl ends.
    /// </summary>
    public int Duplicates { get; init; }
}

/// <summary>The number of URLs that were not crawled, by reason.</summary>
/// <param name="Robots">Disallowed by robots.txt.</param>
/// <param name="Scope">Links out of scope, each URL counted once, and pages that redirected out of scope.</param>
/// <param name="Binary">Files that are not pages: images, archives, downloads.</param>
/// <param name="Duplicate">Start URLs given more than once.</param>
/// <param name="Limit">
/// Links beyond the depth limit, the page limit or the number of URLs that may wait, each URL counted once.
/// </param>
public sealed record SummarySkipped(int Robots, int Scope, int Binary, int Duplicate, int Limit);

/// <summary>What changed since an earlier crawl. Counts stored pages.</summary>
/// <param name="Since">The id of the earlier crawl.</param>
/// <param name="Unchanged">Pages with the same content.</param>
/// <param name="Changed">Pages with other content.</param>
/// <param name="Added">Pages that the earlier crawl did not store.</param>
/// <param name="Removed">Pages of the earlier crawl that this one did not store: gone, failing, or not found any more.</param>
public sealed record SummaryChanges(string Since, int Unchanged, int Changed, int Added, int Removed);

/// <summary>How often an error occurred in a crawl.</summary>
/// <param name="Code">The error code.</param>
/// <param name="Count">The number of records with this code.</param>
/// <param name="Example">The URL of the first record with this code.</param>
public sealed record SummaryError(ErrorCode Code, int Count, string Example);

/// <summary>The <see cref="BrowserReceipt"/>s of a crawl, aggregated.</summary>
/// <param name="Launches">The number of browsers started.</param>
/// <param name="PeakMemoryMb">
/// The highest sampled proportional set size of one browser and its driver, in megabytes of 1,048,576 bytes.
/// </param>
/// <param name="LaunchMsP50">The median launch time, in milliseconds.</param>
/// <param name="DisposeMsP50">The median disposal time, in milliseconds.</param>
/// <param name="DisposeMsP99">The 99th percentile of the disposal time, in milliseconds.</param>
/// <param name="Killed">The number of processes that survived the graceful close and were killed.</param>
/// <param name="Residue">The number of processes, sockets and temp folders left. Anything but 0 is an error.</param>
public sealed record SummaryBrowsers(
    int Launches,
    double PeakMemoryMb,
    double LaunchMsP50,
    double DisposeMsP50,
    double DisposeMsP99,
    int Killed,
    int Residue
);
