using System.Text.Json.Serialization;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Orchestration;

/// <summary>What one generation of a crawl's orchestration starts with.</summary>
/// <param name="CrawlId">The crawl.</param>
/// <param name="Wave">The wave to plan or to go on with.</param>
/// <param name="Progress">What was reached before it.</param>
/// <param name="V">The version of this payload.</param>
public sealed record CrawlInput(string CrawlId, int Wave, CrawlProgress Progress, int V = 1);

/// <summary>How far a crawl is.</summary>
public sealed record CrawlProgress
{
    /// <summary>The wave being crawled.</summary>
    public int Wave { get; init; }

    /// <summary>The depth of that wave's URLs.</summary>
    public int Depth { get; init; }

    /// <summary>URLs of the frontier that have no record yet.</summary>
    public int Queued { get; init; }

    /// <summary>Records so far.</summary>
    public PageCounts Pages { get; init; } = new();
}

/// <summary>Asks for the plan of a wave.</summary>
public sealed record PlanWaveInput(string CrawlId, int Wave);

/// <summary>What the orchestration needs to know of a planned wave.</summary>
/// <param name="State">What to do next.</param>
/// <param name="Depth">The depth of the wave's URLs.</param>
/// <param name="LaneChunks">For each lane, how many chunks it crawls one after the other.</param>
/// <param name="Queued">URLs planned now or waiting for a later wave.</param>
/// <param name="Pages">Records of all waves before.</param>
public sealed record PlanWaveOutput(
    PlanState State,
    int Depth,
    [property: JsonConverter(typeof(LaneLengthsConverter))] IReadOnlyList<int> LaneChunks,
    int Queued,
    PageCounts Pages
);

/// <summary>What to do after planning.</summary>
public enum PlanState
{
    /// <summary>There are chunks to crawl.</summary>
    Crawl,

    /// <summary>The frontier or the page limit is exhausted.</summary>
    Done,

    /// <summary>The crawl was cancelled.</summary>
    Cancelled,
}

/// <summary>A part of a wave.</summary>
/// <param name="CrawlId">The crawl.</param>
/// <param name="Wave">The wave.</param>
/// <param name="LaneChunks">The lengths of all lanes of the wave; chunks are numbered by them.</param>
/// <param name="Segment">The part.</param>
public sealed record WaveSegmentInput(
    string CrawlId,
    int Wave,
    [property: JsonConverter(typeof(LaneLengthsConverter))] IReadOnlyList<int> LaneChunks,
    LaneSegment Segment
);

/// <summary>Names a chunk.</summary>
public sealed record CrawlChunkInput(string CrawlId, int Wave, int Chunk);

/// <summary>Names a chunk that failed each time, and why.</summary>
public sealed record FailChunkInput(string CrawlId, int Wave, int Chunk, string Reason);

/// <summary>What became of a chunk, or of several.</summary>
/// <param name="Pages">Records.</param>
/// <param name="Unfinished">URLs handed back.</param>
/// <param name="Cancelled">Whether the crawl was found cancelled.</param>
public sealed record CrawlChunkOutput(PageCounts Pages, int Unfinished, bool Cancelled);

/// <summary>Asks for the end of a crawl.</summary>
public sealed record FinishCrawlInput(string CrawlId, int Wave, CrawlState State);

/// <summary>How a crawl ended; the whole of it is in its summary blob.</summary>
/// <param name="State">How.</param>
/// <param name="Pages">Succeeded and failed pages.</param>
/// <param name="Notify">Whether its callback URL is to be told.</param>
public sealed record FinishCrawlOutput(CrawlState State, PageCounts Pages, bool Notify = false);

/// <summary>Asks for the webhook of a crawl that has ended.</summary>
public sealed record NotifyWebhookInput(string CrawlId);

/// <summary>Whether the receiver heard.</summary>
public sealed record NotifyWebhookOutput(bool Delivered);
