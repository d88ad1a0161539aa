using System.Text.Json.Serialization;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Orchestration;

/// <summary>The input of one generation of a crawl's orchestration.</summary>
/// <param name="CrawlId">The crawl's id.</param>
/// <param name="Wave">The wave to plan or to resume.</param>
/// <param name="Progress">The progress before this wave.</param>
/// <param name="V">The version of this payload.</param>
/// <param name="Redos">How often a wave was done again because of a damaged blob; null if never.</param>
internal sealed record CrawlInput(string CrawlId, int Wave, CrawlProgress Progress, int V = 1, int? Redos = null);

/// <summary>
/// The result of an activity that found a damaged or missing blob, and moved aside what was made from it: the crawl continues
/// with an earlier wave.
/// </summary>
/// <param name="Wave">The wave to plan again.</param>
/// <param name="Reason">Which blob is damaged, for humans.</param>
internal sealed record WaveRedo(int Wave, string Reason)
{
    /// <summary>Returns the redo of the earlier wave; it includes the other one.</summary>
    public static WaveRedo? Earlier(WaveRedo? a, WaveRedo? b) => a is null || b?.Wave < a.Wave ? b : a;
}

/// <summary>The input of <see cref="CrawlActivities.PlanWave"/>.</summary>
internal sealed record PlanWaveInput(string CrawlId, int Wave);

/// <summary>The part of a plan that the orchestration needs.</summary>
/// <param name="State">What to do next.</param>
/// <param name="Depth">The depth of the wave's URLs.</param>
/// <param name="LaneChunks">The number of chunks that each lane crawls, one after the other.</param>
/// <param name="Queued">The number of URLs in this wave or waiting for a later one.</param>
/// <param name="Pages">The number of records of all earlier waves.</param>
/// <param name="Redo">The wave to plan again if the state is <see cref="PlanState.Redo"/>; otherwise null.</param>
/// <param name="Share">Which part of the crawl the wave is; null if the plan does not say.</param>
internal sealed record PlanWaveOutput(
    PlanState State,
    int Depth,
    [property: JsonConverter(typeof(LaneLengthsConverter))] IReadOnlyList<int> LaneChunks,
    int Queued,
    PageCounts Pages,
    WaveRedo? Redo = null,
    WaveShare? Share = null
);

/// <summary>What the orchestration does after planning.</summary>
internal enum PlanState
{
    /// <summary>There are chunks to crawl.</summary>
    Crawl,

    /// <summary>The frontier is empty, or a limit of the crawl is reached.</summary>
    Done,

    /// <summary>The crawl was cancelled.</summary>
    Cancelled,

    /// <summary>A blob is damaged, so this wave or an earlier one must be planned again.</summary>
    Redo,
}

/// <summary>The input of <see cref="WaveOrchestration"/>: a part of a wave.</summary>
/// <param name="CrawlId">The crawl's id.</param>
/// <param name="Wave">The number of the wave.</param>
/// <param name="LaneChunks">The number of chunks of every lane of the wave; it determines the chunk numbers.</param>
/// <param name="Segment">The part of the wave to crawl.</param>
/// <param name="V">The version of this payload.</param>
internal sealed record WaveSegmentInput(
    string CrawlId,
    int Wave,
    [property: JsonConverter(typeof(LaneLengthsConverter))] IReadOnlyList<int> LaneChunks,
    LaneSegment Segment,
    int V = 1
);

/// <summary>The input of <see cref="CrawlActivities.CrawlChunk"/>.</summary>
/// <param name="CrawlId">The crawl's id.</param>
/// <param name="Wave">The number of the wave.</param>
/// <param name="Chunk">The chunk to crawl.</param>
/// <param name="Then">
/// The next chunks of the lane. The activity may continue with them, in this order, because each call costs several storage
/// transactions. Null if there are none.
/// </param>
internal sealed record CrawlChunkInput(string CrawlId, int Wave, int Chunk, IReadOnlyList<int>? Then = null);

/// <summary>The input of <see cref="CrawlActivities.FailChunk"/>: a chunk whose retries are used up, and the last failure.</summary>
internal sealed record FailChunkInput(string CrawlId, int Wave, int Chunk, string Reason);

/// <summary>The result of one chunk, or the sum of several.</summary>
/// <param name="Pages">The number of records by kind.</param>
/// <param name="Unfinished">The number of URLs handed back.</param>
/// <param name="Cancelled">
/// Whether the worker must not continue: the crawl was cancelled, has ended or belongs to another process.
/// </param>
/// <param name="Redo">The wave to plan again because of a damaged blob; null if none is.</param>
/// <param name="Deferred">True if the chunk was not started, because too many chunks wait in the worker.</param>
/// <param name="Chunks">The number of chunks that the activity has crawled; null means one.</param>
internal sealed record CrawlChunkOutput(
    PageCounts Pages,
    int Unfinished,
    bool Cancelled,
    WaveRedo? Redo = null,
    bool? Deferred = null,
    int? Chunks = null
)
{
    /// <summary>The result of a chunk of a crawl that must not continue.</summary>
    public static CrawlChunkOutput Stopped { get; } = new(new PageCounts(), 0, Cancelled: true);

    /// <summary>The result of a chunk that must be called again later.</summary>
    public static CrawlChunkOutput CallAgain { get; } = new(new PageCounts(), 0, Cancelled: false, Deferred: true);

    /// <summary>Adds the results of two calls or chunks.</summary>
    public static CrawlChunkOutput Add(CrawlChunkOutput a, CrawlChunkOutput b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return new CrawlChunkOutput(
            a.Pages + b.Pages,
            a.Unfinished + b.Unfinished,
            a.Cancelled || b.Cancelled,
            WaveRedo.Earlier(a.Redo, b.Redo)
        );
    }
}

/// <summary>The input of <see cref="CrawlActivities.FinishCrawl"/>.</summary>
/// <param name="CrawlId">The crawl's id.</param>
/// <param name="Wave">The last wave.</param>
/// <param name="State">The state to end with.</param>
/// <param name="Reason">Why the crawl failed; null in any other state.</param>
internal sealed record FinishCrawlInput(string CrawlId, int Wave, CrawlState State, string? Reason = null);

/// <summary>The result of a crawl in brief. The summary blob has the details.</summary>
/// <param name="State">The final state.</param>
/// <param name="Pages">The number of succeeded and failed pages.</param>
/// <param name="Notify">Whether the crawl has a callback URL to notify.</param>
/// <param name="Redo">The wave to plan again because a blob is damaged: the crawl has not ended. Null if it has.</param>
internal sealed record FinishCrawlOutput(
    CrawlState State,
    PageCounts Pages,
    bool Notify = false,
    WaveRedo? Redo = null
);

/// <summary>The input of <see cref="CrawlActivities.NotifyWebhook"/>.</summary>
internal sealed record NotifyWebhookInput(string CrawlId);

/// <summary>Whether the webhook was delivered.</summary>
internal sealed record NotifyWebhookOutput(bool Delivered);
