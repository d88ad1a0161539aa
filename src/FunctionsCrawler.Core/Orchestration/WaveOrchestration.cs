using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Orchestration;

/// <summary>Crawls a segment of a wave: its lanes in parallel, the chunks of a lane one after the other.</summary>
internal static class WaveOrchestration
{
    // Meanwhile other activities of the task hub get the worker's slots.
    private static readonly TimeSpan DeferredDelay = TimeSpan.FromSeconds(15);

    // A payload has at most 1 KB.
    private const int MaxChunksPerCall = 10;

    public static OrchestrationDefinition<WaveSegmentInput, CrawlChunkOutput> Definition { get; } =
        new("CrawlWave", RunAsync);

    private static async Task<CrawlChunkOutput> RunAsync(IOrchestrationContext context, WaveSegmentInput input)
    {
        var progress = new SegmentProgress(context, input.Wave);
        var lanes = Enumerable
            .Range(input.Segment.FirstLane, input.Segment.EndLane - input.Segment.FirstLane)
            .Select(lane => RunLaneAsync(context, input, lane, progress));
        return (await Task.WhenAll(lanes)).Aggregate(CrawlChunkOutput.Add);
    }

    private static async Task<CrawlChunkOutput> RunLaneAsync(
        IOrchestrationContext context,
        WaveSegmentInput input,
        int lane,
        SegmentProgress progress
    )
    {
        var total = new CrawlChunkOutput(new PageCounts(), 0, Cancelled: false);
        var end = Math.Min(input.Segment.EndRound, input.LaneChunks[lane]);
        var round = input.Segment.FirstRound;
        while (round < end && !total.Cancelled && total.Redo is null)
        {
            var chunks = Enumerable
                .Range(round, Math.Min(end - round, MaxChunksPerCall))
                .Select(r => LaneNumbering.Chunk(input.LaneChunks, lane, r))
                .ToList();
            var then = chunks.Count > 1 ? chunks[1..] : null;
            var done = await CrawlAsync(context, new CrawlChunkInput(input.CrawlId, input.Wave, chunks[0], then));
            // In older histories there is no count: each call was one chunk.
            round += done.Chunks ?? 1;
            progress.Add(done.Pages);
            total = CrawlChunkOutput.Add(total, done);
        }
        return total;
    }

    private static async Task<CrawlChunkOutput> CrawlAsync(IOrchestrationContext context, CrawlChunkInput chunk)
    {
        string reason;
        try
        {
            while (true)
            {
                var output = await context.CallActivityAsync(CrawlActivities.CrawlChunk, chunk);
                if (output.Deferred is not true)
                    return output;
                await context.DelayAsync(DeferredDelay);
            }
        }
        catch (ActivityFailedException e)
        {
            reason = e.Message;
        }
        return await context.CallActivityAsync(
            CrawlActivities.FailChunk,
            new FailChunkInput(chunk.CrawlId, chunk.Wave, chunk.Chunk, Truncate(reason))
        );
    }

    // A payload has at most 1 KB of JSON, in which most characters other than ASCII letters and digits take six bytes.
    private static string Truncate(string reason)
    {
        var bytesLeft = 800;
        var end = 0;
        for (; end < reason.Length && bytesLeft >= 6; end++)
        {
            var isShort =
                char.IsAsciiLetterOrDigit(reason[end]) || " .,:;/()_-".Contains(reason[end], StringComparison.Ordinal);
            bytesLeft -= isShort ? 1 : 6;
        }
        return reason[..end];
    }

    /// <summary>Publishes what the lanes have committed so far. On the embedded engine the lanes run in parallel.</summary>
    private sealed class SegmentProgress(IOrchestrationContext context, int wave)
    {
        private readonly Lock _lock = new();
        private PageCounts _pages = new();

        public void Add(PageCounts pages)
        {
            lock (_lock)
            {
                _pages += pages;
                context.SetProgress(new CrawlProgress { Wave = wave, Pages = _pages });
            }
        }
    }
}
