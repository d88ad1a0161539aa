using System.Text.Json.Serialization;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Scraping;
using FunctionsCrawler.Scraping.Adaptive;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// The first line of a chunk's blob: everything that PlanWave and FinishCrawl need, so that they never read page records.
/// The records follow, one per line, in the order of the chunk's URLs.
/// </summary>
internal sealed record ChunkHeader
{
    /// <summary>The version of the blob's layout.</summary>
    public int V { get; init; } = 1;

    /// <summary>The number of records by kind.</summary>
    public required PageCounts Pages { get; init; }

    /// <summary>One entry per record, in the order of the records.</summary>
    public IReadOnlyList<ChunkEntry> Entries { get; init; } = [];

    /// <summary>The http(s) links to follow, each URL once, in the order of the pages and of their position in the page.</summary>
    public IReadOnlyList<ChunkLink> Links { get; init; } = [];

    /// <summary>The sum of <see cref="PageRecord.DroppedEntries"/>. Absent from the stored header if 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int DroppedEntries { get; init; }

    /// <summary>The URLs that were handed back without a record. The next plan takes them first.</summary>
    public IReadOnlyList<UnfinishedUrl> Unfinished { get; init; } = [];

    /// <summary>The hosts, with ports, whose robots.txt sets a crawl delay. Null if there are none.</summary>
    public IReadOnlyList<string>? DelayedHosts { get; init; }

    /// <summary>The sum of <see cref="PageRecord.Bytes"/>.</summary>
    public long Bytes { get; init; }

    /// <summary>The number of succeeded pages that a browser rendered.</summary>
    public int Rendered { get; init; }

    /// <summary>What the chunk has learned about rendering kinds of pages; null if nothing.</summary>
    public IReadOnlyList<RenderLesson>? Lessons { get; init; }

    /// <summary>What was decided about rendering; null if nothing was.</summary>
    public RenderDecisions? RenderDecisions { get; init; }

    /// <summary>How long the chunk took, in milliseconds.</summary>
    public long DurationMs { get; init; }

    /// <summary>When the chunk started.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>The attempt whose artifacts the records refer to; null if it made none.</summary>
    public string? Attempt { get; init; }

    /// <summary>One receipt per browser of the chunk.</summary>
    public IReadOnlyList<BrowserReceipt> Receipts { get; init; } = [];
}

/// <summary>The fields of a record that planning and finishing need.</summary>
/// <param name="Url"><see cref="PageRecord.Url"/>.</param>
/// <param name="FinalUrl">The URL after redirects; null if it is the same as <paramref name="Url"/>.</param>
/// <param name="Error">The code of the record's error; null if it has none.</param>
internal sealed record ChunkEntry(string Url, string? FinalUrl, ErrorCode? Error)
{
    /// <summary>The canonical URL, if the crawl treats pages with the same one as duplicates; null if there is none.</summary>
    public string? Canonical { get; init; }

    /// <summary><see cref="PageRecord.Fingerprint"/>.</summary>
    public string? Fingerprint { get; init; }

    /// <summary><see cref="PageRecord.Depth"/> if it is not that of the wave; null if it is.</summary>
    public int? Depth { get; init; }
}

/// <summary>A link found in a chunk.</summary>
/// <param name="Url">The URL as extracted, not yet normalised.</param>
/// <param name="Page">The index in <see cref="ChunkHeader.Entries"/> of the first page that contains the link.</param>
/// <param name="Kind">What is known about the URL; null for a link of a page.</param>
/// <param name="LastMod">When the page changed last, according to the sitemap; null if unknown.</param>
internal sealed record ChunkLink(string Url, int Page, LinkKind? Kind = null, DateTimeOffset? LastMod = null);

/// <summary>A URL that was handed back.</summary>
/// <param name="Url">The URL as it was planned.</param>
/// <param name="Reason">Why it was handed back.</param>
internal sealed record UnfinishedUrl(FrontierUrl Url, HandBackReason Reason);

/// <summary>Why a chunk hands a URL back.</summary>
internal enum HandBackReason
{
    /// <summary>The memory budget was exhausted during the visit. Counts against the URL.</summary>
    Memory,

    /// <summary>The memory budget was exhausted before the visit started.</summary>
    MemoryUntouched,

    /// <summary>The chunk's time budget was used up.</summary>
    Deadline,

    /// <summary>The host is stopping, or the crawl was cancelled.</summary>
    Drain,

    /// <summary>A comparison later in the chunk showed that pages of this kind need rendering.</summary>
    Corrected,
}
