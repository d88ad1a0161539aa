using FunctionsCrawler.Fetching;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Storage;

/// <summary>The summary of a crawl that has ended (summary.json).</summary>
public sealed record CrawlSummary
{
    /// <summary>The crawl.</summary>
    public required string Id { get; init; }

    /// <summary>How its frontier grew.</summary>
    public required CrawlMode Mode { get; init; }

    /// <summary>How it ended.</summary>
    public required CrawlState State { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its last record had been committed.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>How many pages of each kind.</summary>
    public required SummaryPages Pages { get; init; }

    /// <summary>Succeeded and failed pages per second of the time chunks were being crawled.</summary>
    public required double PagesPerSecond { get; init; }

    /// <summary>The share of succeeded pages that a browser rendered, 0 to 1.</summary>
    public required double RenderedShare { get; init; }

    /// <summary>Bytes of all content, decompressed.</summary>
    public required long Bytes { get; init; }

    /// <summary>The errors by kind, most frequent first.</summary>
    public required IReadOnlyList<SummaryError> Errors { get; init; }

    /// <summary>The receipts of all browsers, summed up.</summary>
    public required SummaryBrowsers Browsers { get; init; }
}

/// <summary>How a crawl ended.</summary>
public enum CrawlState
{
    /// <summary>Each URL of its frontier has a record, or the page limit was reached.</summary>
    Completed,

    /// <summary>It was cancelled; what was done stays.</summary>
    Cancelled,

    /// <summary>It could not go on.</summary>
    Failed,
}

/// <summary>How many pages of each kind.</summary>
/// <param name="Succeeded">Stored.</param>
/// <param name="Failed">Failed.</param>
/// <param name="Skipped">Not crawled, by reason.</param>
/// <param name="Pending">Left in the frontier by a cancelled crawl.</param>
public sealed record SummaryPages(int Succeeded, int Failed, SummarySkipped Skipped, int Pending);

/// <summary>URLs not crawled.</summary>
/// <param name="Robots">Refused by robots.txt.</param>
/// <param name="Scope">Links out of scope, each URL once, and pages that redirected there.</param>
/// <param name="Binary">Files that are no pages.</param>
/// <param name="Duplicate">Start URLs given more than once.</param>
/// <param name="Limit">Links beyond the depth or the page limit, each URL once.</param>
public sealed record SummarySkipped(int Robots, int Scope, int Binary, int Duplicate, int Limit);

/// <summary>How often an error occurred.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Count">How many records have it.</param>
/// <param name="Example">The first URL that has it.</param>
public sealed record SummaryError(ErrorCode Code, int Count, string Example);

/// <summary>The receipts of all browsers, summed up.</summary>
/// <param name="Launches">Browsers started.</param>
/// <param name="PeakMemoryMb">The highest sample of one browser and its driver (PSS).</param>
/// <param name="LaunchMsP50">Median of launching.</param>
/// <param name="DisposeMsP50">Median of disposal.</param>
/// <param name="DisposeMsP99">99th percentile of disposal.</param>
/// <param name="Killed">Processes that a polite close did not end.</param>
/// <param name="Residue">Processes, sockets and temp roots left; anything but 0 is an error.</param>
public sealed record SummaryBrowsers(
    int Launches,
    double PeakMemoryMb,
    double LaunchMsP50,
    double DisposeMsP50,
    double DisposeMsP99,
    int Killed,
    int Residue
);
