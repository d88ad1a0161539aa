using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Orchestration;

/// <summary>
/// A whole crawl, one wave a generation: plan, crawl the chunks, go on with the next wave until a plan has none. A batch
/// is a crawl whose planner follows no links; nothing here differs.
/// </summary>
public static class CrawlOrchestration
{
    // Durable keeps about 500 history rows for 200 chunks.
    private const int ChunksPerSegment = 200;

    /// <summary>The orchestration.</summary>
    public static OrchestrationDefinition<CrawlInput, FinishCrawlOutput?> Definition { get; } = new("Crawl", RunAsync);

    /// <summary>The instance ids of the sub-orchestrations of a wave, in the order of <see cref="LaneNumbering.Segments(IReadOnlyList{int}, int)"/>.</summary>
    public static IEnumerable<string> SubInstances(string crawlId, int wave, IReadOnlyList<int> laneChunks) =>
        Enumerable
            .Range(0, LaneNumbering.Segments(laneChunks, ChunksPerSegment).Sum(g => g.Count))
            .Select(n => SubInstance(crawlId, wave, n));

    private static string SubInstance(string crawlId, int wave, int n) => $"{crawlId}:{wave:D4}:{n:D3}";

    private static async Task<FinishCrawlOutput?> RunAsync(IOrchestrationContext context, CrawlInput input)
    {
        var progress = input.Progress;
        context.SetProgress(progress);
        var plan = await context.CallActivityAsync(
            CrawlActivities.PlanWave,
            new PlanWaveInput(input.CrawlId, input.Wave)
        );
        if (plan.State != PlanState.Crawl)
            return await FinishAsync(
                context,
                input,
                plan.State == PlanState.Done ? CrawlState.Completed : CrawlState.Cancelled
            );
        progress = new CrawlProgress
        {
            Wave = input.Wave,
            Depth = plan.Depth,
            Queued = plan.Queued,
            Pages = plan.Pages,
        };
        context.SetProgress(progress);
        var cancelled = false;
        Task<CrawlChunkOutput>? failed = null;
        var groups = LaneNumbering.Segments(plan.LaneChunks, ChunksPerSegment);
        var crawling = new Dictionary<Task<CrawlChunkOutput>, (int Group, int Segment)>();
        for (var group = 0; group < groups.Count; group++)
            Begin(group, 0);
        while (crawling.Count > 0)
        {
            var ended = await Task.WhenAny(crawling.Keys.OrderBy(t => crawling[t]));
            crawling.Remove(ended, out var place);
            if (!ended.IsCompletedSuccessfully)
            {
                // The others are waited for: what fails must not leave chunks running behind its back.
                failed ??= ended;
                continue;
            }
            var done = await ended;
            cancelled |= done.Cancelled;
            progress = progress with
            {
                Pages = progress.Pages + done.Pages,
                Queued = progress.Queued - done.Pages.Total,
            };
            context.SetProgress(progress);
            if (!cancelled && failed is null && place.Segment + 1 < groups[place.Group].Count)
                Begin(place.Group, place.Segment + 1);
        }
        if (failed is not null)
            await failed;
        // Chunks were left out, so there can be no next wave, even if the marker should be gone by now.
        if (cancelled)
            return await FinishAsync(context, input, CrawlState.Cancelled);
        context.ContinueAsNew(input with { Wave = input.Wave + 1, Progress = progress });
        return null;

        void Begin(int group, int segment) =>
            crawling.Add(
                context.CallSubOrchestrationAsync(
                    WaveOrchestration.Definition,
                    SubInstance(input.CrawlId, input.Wave, groups.Take(group).Sum(g => g.Count) + segment),
                    new WaveSegmentInput(input.CrawlId, input.Wave, plan.LaneChunks, groups[group][segment])
                ),
                (group, segment)
            );
    }

    private static async Task<FinishCrawlOutput?> FinishAsync(
        IOrchestrationContext context,
        CrawlInput input,
        CrawlState state
    )
    {
        var end = await context.CallActivityAsync(
            CrawlActivities.FinishCrawl,
            new FinishCrawlInput(input.CrawlId, input.Wave, state)
        );
        if (end.Notify)
            await context.CallActivityAsync(CrawlActivities.NotifyWebhook, new NotifyWebhookInput(input.CrawlId));
        return end;
    }
}
