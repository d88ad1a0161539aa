using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Orchestration;

/// <summary>Crawls a segment of a wave: its lanes side by side, the chunks of a lane one after the other.</summary>
public static class WaveOrchestration
{
    /// <summary>The orchestration.</summary>
    public static OrchestrationDefinition<WaveSegmentInput, CrawlChunkOutput> Definition { get; } =
        new("CrawlWave", RunAsync);

    private static async Task<CrawlChunkOutput> RunAsync(IOrchestrationContext context, WaveSegmentInput input)
    {
        var lanes = Enumerable
            .Range(input.Segment.FirstLane, input.Segment.EndLane - input.Segment.FirstLane)
            .Select(lane => RunLaneAsync(context, input, lane));
        return (await Task.WhenAll(lanes)).Aggregate(Add);
    }

    private static async Task<CrawlChunkOutput> RunLaneAsync(
        IOrchestrationContext context,
        WaveSegmentInput input,
        int lane
    )
    {
        var total = new CrawlChunkOutput(new PageCounts(), 0, Cancelled: false);
        var end = Math.Min(input.Segment.EndRound, input.LaneChunks[lane]);
        for (var round = input.Segment.FirstRound; round < end && !total.Cancelled; round++)
        {
            var chunk = LaneNumbering.Chunk(input.LaneChunks, lane, round);
            total = Add(total, await CrawlAsync(context, new CrawlChunkInput(input.CrawlId, input.Wave, chunk)));
        }
        return total;
    }

    private static async Task<CrawlChunkOutput> CrawlAsync(IOrchestrationContext context, CrawlChunkInput chunk)
    {
        string reason;
        try
        {
            return await context.CallActivityAsync(CrawlActivities.CrawlChunk, chunk);
        }
        catch (ActivityFailedException e)
        {
            reason = e.Message;
        }
        return await context.CallActivityAsync(
            CrawlActivities.FailChunk,
            new FailChunkInput(chunk.CrawlId, chunk.Wave, chunk.Chunk, Shortened(reason))
        );
    }

    private static CrawlChunkOutput Add(CrawlChunkOutput a, CrawlChunkOutput b) =>
        new(a.Pages + b.Pages, a.Unfinished + b.Unfinished, a.Cancelled || b.Cancelled);

    // A payload has at most 1 KB of JSON, in which most characters that are no letters take six bytes.
    private static string Shortened(string reason)
    {
        var room = 800;
        var end = 0;
        for (; end < reason.Length && room >= 6; end++)
        {
            var isShort =
                char.IsAsciiLetterOrDigit(reason[end]) || " .,:;/()_-".Contains(reason[end], StringComparison.Ordinal);
            room -= isShort ? 1 : 6;
        }
        return reason[..end];
    }
}
