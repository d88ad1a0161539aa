using FunctionsCrawler.Browsing;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Storage;

/// <summary>
/// The first line of a chunk's blob: all that planning and finishing need, so that they never read a page. The records
/// follow, one line each, in the order of the chunk's URLs.
/// </summary>
public sealed record ChunkHeader
{
    /// <summary>The version of the blob's layout.</summary>
    public int V { get; init; } = 1;

    /// <summary>Records by kind.</summary>
    public required PageCounts Pages { get; init; }

    /// <summary>Where each record ended, in their order.</summary>
    public IReadOnlyList<ChunkEntry> Entries { get; init; } = [];

    /// <summary>The http(s) links to follow, each URL once, in order of page and place.</summary>
    public IReadOnlyList<ChunkLink> Links { get; init; } = [];

    /// <summary>The URLs without a record, which the next plan takes first.</summary>
    public IReadOnlyList<UnfinishedUrl> Unfinished { get; init; } = [];

    /// <summary>The hosts, with ports, whose robots.txt asks for a delay between visits. Null: none.</summary>
    public IReadOnlyList<string>? DelayedHosts { get; init; }

    /// <summary>Bytes of all content.</summary>
    public long Bytes { get; init; }

    /// <summary>Succeeded pages that a browser rendered.</summary>
    public int Rendered { get; init; }

    /// <summary>Milliseconds the chunk took.</summary>
    public long DurationMs { get; init; }

    /// <summary>When the chunk began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>The receipts of its browsers.</summary>
    public IReadOnlyList<BrowserReceipt> Receipts { get; init; } = [];
}

/// <summary>One record in brief.</summary>
/// <param name="Url">Its URL.</param>
/// <param name="FinalUrl">Where it ended, when that is another URL.</param>
/// <param name="Error">Its error, if it has one.</param>
public sealed record ChunkEntry(string Url, string? FinalUrl, ErrorCode? Error);

/// <summary>A link found in a chunk.</summary>
/// <param name="Url">Its URL, as extracted.</param>
/// <param name="Page">The place in <see cref="ChunkHeader.Entries"/> of the first page that has it.</param>
/// <param name="Kind">What a sitemap says it is; null: a page like any other.</param>
public sealed record ChunkLink(string Url, int Page, FrontierKind? Kind = null);

/// <summary>A URL that was handed back.</summary>
/// <param name="Url">The URL as it was planned.</param>
/// <param name="Reason">Why.</param>
public sealed record UnfinishedUrl(FrontierUrl Url, HandBackReason Reason);

/// <summary>Why a chunk hands a URL back.</summary>
public enum HandBackReason
{
    /// <summary>The memory budget was exhausted while the visit was under way. Counts against the URL.</summary>
    Memory,

    /// <summary>The memory budget was exhausted before the visit began.</summary>
    MemoryUntouched,

    /// <summary>The chunk's time was up.</summary>
    Deadline,

    /// <summary>The host is stopping, or the crawl was cancelled.</summary>
    Drain,
}
