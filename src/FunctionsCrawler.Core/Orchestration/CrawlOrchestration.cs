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

    private static async Task<FinishCrawlOutput?> RunAsync(IOrchestrationContext context, CrawlInput input)
    {
        var progress = input.Progress;
        context.SetProgress(progress);
        var plan = await context.CallActivityAsync(
            CrawlActivities.PlanWave,
            new PlanWaveInput(input.CrawlId, input.Wave)
        );
        if (plan.State != PlanState.Crawl)
        {
            var state = plan.State == PlanState.Done ? CrawlState.Completed : CrawlState.Cancelled;
            return await context.CallActivityAsync(
                CrawlActivities.FinishCrawl,
                new FinishCrawlInput(input.CrawlId, input.Wave, state)
            );
        }
        progress = new CrawlProgress
        {
            Wave = input.Wave,
            Depth = plan.Depth,
            Queued = plan.Queued,
            Pages = plan.Pages,
        };
        context.SetProgress(progress);
        var segment = 0;
        foreach (var (first, end) in LaneNumbering.Segments(plan.LaneChunks, ChunksPerSegment))
        {
            var done = await context.CallSubOrchestrationAsync(
                WaveOrchestration.Definition,
                $"{input.CrawlId}:{input.Wave:D4}:{segment++:D3}",
                new WaveSegmentInput(input.CrawlId, input.Wave, plan.LaneChunks, first, end)
            );
            progress = progress with
            {
                Pages = progress.Pages + done.Pages,
                Queued = progress.Queued - done.Pages.Total,
            };
            context.SetProgress(progress);
            if (done.Cancelled)
                break;
        }
        context.ContinueAsNew(input with { Wave = input.Wave + 1, Progress = progress });
        return null;
    }
}
