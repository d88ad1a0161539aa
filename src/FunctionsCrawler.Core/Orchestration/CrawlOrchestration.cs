using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Orchestration;

/// <summary>
/// The main orchestration of a crawl. Each generation is one wave: plan it, crawl its chunks, continue as new with the next
/// wave, until a plan has no chunks. Batch and recursive crawls differ only in PlanWave.
/// </summary>
internal static class CrawlOrchestration
{
    // 200 chunks take about 500 history rows in Durable Functions.
    private const int ChunksPerSegment = 200;

    // A store that damages blobs again and again must not keep a crawl going for ever.
    private const int MaxRedos = 10;

    public static OrchestrationDefinition<CrawlInput, FinishCrawlOutput?> Definition { get; } = new("Crawl", RunAsync);

    /// <summary>
    /// The instance ids of the sub-orchestrations of a wave, in the order of
    /// <see cref="LaneNumbering.Segments(IReadOnlyList{int}, int)"/>.
    /// </summary>
    /// <param name="crawlId">The crawl's id.</param>
    /// <param name="wave">The number of the wave.</param>
    /// <param name="laneChunks">The number of chunks of each lane.</param>
    /// <param name="redone">Whether to include the ids of all repetitions that the wave can have had.</param>
    public static IEnumerable<string> SubInstances(
        string crawlId,
        int wave,
        IReadOnlyList<int> laneChunks,
        bool redone = false
    ) =>
        Enumerable
            .Range(0, LaneNumbering.Segments(laneChunks, ChunksPerSegment).Sum(g => g.Count))
            .SelectMany(n =>
                Enumerable.Range(0, redone ? MaxRedos + 1 : 1).Select(redo => SubInstance(crawlId, wave, n, redo))
            );

    /// <summary>The instance ids of the sub-orchestrations that are running, according to the progress of the main one.</summary>
    public static IEnumerable<string> RunningSegments(string crawlId, CrawlProgress progress) =>
        (progress.Segments ?? []).Select(n => SubInstance(crawlId, progress.Wave, n, progress.Redos ?? 0));

    // A wave that is done again gets new ids, because its first instances have ended.
    private static string SubInstance(string crawlId, int wave, int n, int redo) =>
        redo == 0 ? $"{crawlId}:{wave:D4}:{n:D3}" : $"{crawlId}:{wave:D4}:{n:D3}:{redo:D2}";

    private static async Task<FinishCrawlOutput?> RunAsync(IOrchestrationContext context, CrawlInput input)
    {
        var progress = input.Progress;
        context.SetProgress(progress);
        var plan = await context.CallActivityAsync(
            CrawlActivities.PlanWave,
            new PlanWaveInput(input.CrawlId, input.Wave)
        );
        if (plan.Redo is not null)
            return await RedoAsync(context, input, plan.Redo, progress);
        if (plan.State != PlanState.Crawl)
            return await FinishAsync(
                context,
                input,
                progress,
                plan.State == PlanState.Done ? CrawlState.Completed : CrawlState.Cancelled
            );
        progress = new CrawlProgress
        {
            Wave = input.Wave,
            Depth = plan.Depth,
            Queued = plan.Queued,
            Pages = plan.Pages,
            Share = plan.Share,
            LeastPercent = input.Progress.LeastPercent,
        };
        var cancelled = false;
        WaveRedo? redo = null;
        Task<CrawlChunkOutput>? failed = null;
        var groups = LaneNumbering.Segments(plan.LaneChunks, ChunksPerSegment);
        context.SetProgress(progress);
        var crawling = new Dictionary<Task<CrawlChunkOutput>, (int Group, int Segment)>();
        for (var group = 0; group < groups.Count; group++)
            StartSegment(group, 0);
        PublishProgress();
        while (crawling.Count > 0)
        {
            var ended = await Task.WhenAny(crawling.Keys.OrderBy(t => crawling[t]));
            crawling.Remove(ended, out var place);
            if (!ended.IsCompletedSuccessfully)
            {
                // Wait for the others before failing, so that no chunk is left running.
                failed ??= ended;
                continue;
            }
            var done = await ended;
            cancelled |= done.Cancelled;
            redo = WaveRedo.Earlier(redo, done.Redo);
            progress = progress with
            {
                Pages = progress.Pages + done.Pages,
                Queued = progress.Queued - done.Pages.Total,
            };
            if (!cancelled && redo is null && failed is null && place.Segment + 1 < groups[place.Group].Count)
                StartSegment(place.Group, place.Segment + 1);
            PublishProgress();
        }
        if (failed is not null)
            await failed;
        // Chunks were skipped, so no next wave can be planned, even if the cancel marker was removed in the meantime.
        if (cancelled)
            return await FinishAsync(context, input, progress, CrawlState.Cancelled);
        if (redo is not null)
            return await RedoAsync(context, input, redo, progress);
        context.ContinueAsNew(input with { Wave = input.Wave + 1, Progress = progress });
        return null;

        void StartSegment(int group, int segment) =>
            crawling.Add(
                context.CallSubOrchestrationAsync(
                    WaveOrchestration.Definition,
                    SubInstance(input.CrawlId, input.Wave, NumberOf(group, segment), input.Redos ?? 0),
                    new WaveSegmentInput(input.CrawlId, input.Wave, plan.LaneChunks, groups[group][segment])
                ),
                (group, segment)
            );

        int NumberOf(int group, int segment) => groups.Take(group).Sum(g => g.Count) + segment;

        void PublishProgress() =>
            context.SetProgress(
                progress with
                {
                    Redos = input.Redos,
                    Segments = crawling
                        .Keys.Select(t => NumberOf(crawling[t].Group, crawling[t].Segment))
                        .Order()
                        .ToList(),
                }
            );
    }

    private static async Task<FinishCrawlOutput?> FinishAsync(
        IOrchestrationContext context,
        CrawlInput input,
        CrawlProgress progress,
        CrawlState state,
        string? reason = null
    )
    {
        // A crawl that ends early keeps the progress it has reached.
        if (state == CrawlState.Completed)
            context.SetProgress(progress = progress with { IsFinishing = true });
        var end = await context.CallActivityAsync(
            CrawlActivities.FinishCrawl,
            new FinishCrawlInput(input.CrawlId, input.Wave, state, reason)
        );
        // A failed crawl is never redone, so this ends.
        if (end.Redo is not null && state != CrawlState.Failed)
            return await RedoAsync(context, input, end.Redo, progress);
        if (end.Notify)
            await context.CallActivityAsync(CrawlActivities.NotifyWebhook, new NotifyWebhookInput(input.CrawlId));
        return end;
    }

    // Continues with an earlier wave, because a blob that it committed is damaged.
    private static async Task<FinishCrawlOutput?> RedoAsync(
        IOrchestrationContext context,
        CrawlInput input,
        WaveRedo redo,
        CrawlProgress progress
    )
    {
        var redos = (input.Redos ?? 0) + 1;
        if (redos > MaxRedos)
            return await FinishAsync(
                context,
                input,
                progress,
                CrawlState.Failed,
                $"stored data was damaged more than {MaxRedos} times; the last time, {redo.Reason}"
            );
        var reached = input.Progress with { LeastPercent = progress.Percent, IsFinishing = null };
        context.ContinueAsNew(input with { Wave = redo.Wave, Redos = redos, Progress = reached });
        return null;
    }
}
