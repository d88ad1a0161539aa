using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Activities;

/// <summary>
/// Plans a wave from committed blobs only, and commits the plan once. Two planners that run concurrently compute the same
/// plan; the first commit wins, and no plan refers to the blobs that the other one wrote.
/// </summary>
/// <param name="store">Where the crawl is stored.</param>
/// <param name="ownership">Whether the crawl belongs to this process.</param>
/// <param name="time">The clock.</param>
/// <param name="maxWaiting">The maximum number of URLs that wait for a later wave.</param>
/// <param name="earlierCrawls">Finds the crawl to compare with; null looks in the same store.</param>
internal sealed class PlanWaveActivity(
    IBlobStore store,
    ICrawlOwnership ownership,
    TimeProvider time,
    int maxWaiting = FrontierGrowth.DefaultMaxWaiting,
    EarlierCrawls? earlierCrawls = null
)
{
    // Each chunk has its own input blob, and a wave has up to 2,000 chunks.
    private const int MaxWriters = 8;

    private const int MaxPilotWaves = 4;

    private static readonly CrawlJson Json = CrawlJson.Default;

    private readonly EarlierCrawls _earlierCrawls = earlierCrawls ?? new EarlierCrawls(store);

    /// <summary>Runs the activity.</summary>
    public async Task<PlanWaveOutput> RunAsync(PlanWaveInput input, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, input.CrawlId);
        if (
            await crawl.IsCancelledAsync(cancellationToken).ConfigureAwait(false)
            || await crawl.IsDeletedAsync(cancellationToken).ConfigureAwait(false)
            || !await ownership.OwnsAsync(input.CrawlId, cancellationToken).ConfigureAwait(false)
        )
            return new PlanWaveOutput(PlanState.Cancelled, 0, [], 0, new PageCounts());
        var plan =
            await crawl.GetPlanAsync(input.Wave, cancellationToken).ConfigureAwait(false)
            ?? await PlanAsync(crawl, input.Wave, cancellationToken).ConfigureAwait(false);
        // A wave that is planned again may have committed chunks. Checked even if the plan exists, because a crash may have
        // prevented the check.
        await crawl.SetAsideUnplannedAsync(input.Wave, plan, cancellationToken).ConfigureAwait(false);
        return new PlanWaveOutput(
            plan.LaneChunks.Count == 0 ? PlanState.Done : PlanState.Crawl,
            plan.Depth,
            plan.LaneChunks,
            plan.Planned + plan.Waiting,
            plan.Pages,
            Share: plan.Share
        );
    }

    private async Task<WavePlan> PlanAsync(CrawlBlobs crawl, int wave, CancellationToken cancellationToken)
    {
        var stored = await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false);
        var request = stored.Request;
        var attempt = Guid.CreateVersion7().ToString("N");
        var frontier = new FrontierGrowth(request, store, new AttemptBlobs(crawl.Layout, wave, attempt), maxWaiting);
        WavePlan? previous = null;
        if (wave == 0)
            frontier.Seed();
        else
            previous = await new FrontierReader(crawl)
                .GrowAsync(wave - 1, stored.Raised, frontier, cancellationToken)
                .ConfigureAwait(false);
        var startedAt = await StartAsync(crawl, wave, previous, request, cancellationToken).ConfigureAwait(false);
        var isOver = time.GetUtcNow() >= startedAt.AddMinutes(request.MaxMinutes);
        using var queue = frontier.Backlog.ToQueue();
        var taken = await WavePlanner
            .TakeAsync(queue, isOver ? 0 : request.MaxPages - frontier.Pages.TowardsLimit, request, cancellationToken)
            .ConfigureAwait(false);
        IReadOnlyList<FrontierUrl> putBack = [];
        if (SendsPilots(wave, request, frontier))
            (taken, putBack) = WavePlanner.TakePilots(taken);
        var (earlierBlob, earlier) = await FindEarlierAsync(crawl, wave, attempt, previous, request, cancellationToken)
            .ConfigureAwait(false);
        if (earlier is not null)
            taken = [.. taken.Select(u => u with { Earlier = earlier.Find(u.Url)?.ToString() })];
        var lanes = WavePlanner.Deal(taken, request, frontier.DelayedHosts);
        var waiting = await frontier.Backlog.WriteAsync(queue, putBack, cancellationToken).ConfigureAwait(false);
        var left = waiting.Sum(s => s.Left);
        await frontier.FlushAsync(cancellationToken).ConfigureAwait(false);
        var plan = new WavePlan
        {
            Depth = taken.Count > 0 ? taken.Max(u => u.Depth) : 0,
            LaneChunks = [.. lanes.Select(l => l.Count)],
            Planned = taken.Count,
            Waiting = left,
            Inputs = crawl.Layout.Inputs(wave, attempt),
            BacklogSegments = waiting.Count > 0 ? waiting : null,
            Segments = frontier.Visited.Names,
            Roots = [.. frontier.Roots],
            DelayedHosts = [.. frontier.DelayedHosts],
            Lessons = frontier.Lessons is [] ? null : [.. frontier.Lessons],
            StartedAt = startedAt,
            Pages = frontier.Pages,
            OutOfScope = frontier.OutOfScope,
            TooDeep = frontier.TooDeep,
            LeftOut = frontier.LeftOut,
            LeftOutSegments = frontier.LeftOut > 0 ? frontier.LeftOutBlobs : null,
            Duplicates = frontier.Duplicates,
            Earlier = earlierBlob,
            Share = ShareEstimate.Of(
                previous,
                frontier.Pages,
                taken.Count,
                left,
                taken.Count > 0 ? taken[0].Depth : 0,
                request
            ),
        };
        await WriteInputsAsync(plan, lanes, cancellationToken).ConfigureAwait(false);
        if (await crawl.HasPlanAsync(wave + 1, cancellationToken).ConfigureAwait(false))
        {
            // A late planner must not touch the plans of a crawl that has gone on.
            if (await crawl.GetPlanAsync(wave, cancellationToken).ConfigureAwait(false) is { } winner)
                return winner;
            // Later plans were made from the chunks of an earlier plan of this wave.
            await crawl.SetAsidePlansAsync(wave + 1, cancellationToken).ConfigureAwait(false);
        }
        return await CommitAsync(crawl, wave, plan, cancellationToken).ConfigureAwait(false);
    }

    private async Task<WavePlan> CommitAsync(
        CrawlBlobs crawl,
        int wave,
        WavePlan plan,
        CancellationToken cancellationToken
    )
    {
        var name = crawl.Layout.Plan(wave);
        var won = await store
            .PutJsonAsync(name, plan, Json.WavePlan, PutCondition.IfAbsent, cancellationToken)
            .ConfigureAwait(false);
        return won
            ? plan
            : await crawl.GetPlanAsync(wave, cancellationToken).ConfigureAwait(false)
                ?? throw new IOException($"the blob {name} was deleted while it was read");
    }

    // While nothing is known about the kinds of pages. Not with the start pages of a crawl that follows links: what is in scope
    // depends on all of them. A few waves only, because pages that fail teach nothing.
    private static bool SendsPilots(int wave, CrawlRequest request, FrontierGrowth frontier) =>
        request.Render == RenderMode.Auto
        && frontier.Lessons is []
        && (wave == 0 ? request.Mode == CrawlMode.Batch : wave < MaxPilotWaves);

    // When the crawl's time started. If it is over, a wave that was crawled before starts it again: otherwise the good pages of
    // that wave would be dropped because a blob is damaged.
    private async Task<DateTimeOffset> StartAsync(
        CrawlBlobs crawl,
        int wave,
        WavePlan? previous,
        CrawlRequest request,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var startedAt = previous?.StartedAt ?? now;
        return
            now >= startedAt.AddMinutes(request.MaxMinutes)
            && await crawl.ListChunksAsync(wave, cancellationToken).ConfigureAwait(false) is not []
            ? now
            : startedAt;
    }

    // The first wave collects the pages of the earlier crawl, so that later ones read a single blob.
    private async Task<(string? Blob, EarlierPages? Pages)> FindEarlierAsync(
        CrawlBlobs crawl,
        int wave,
        string attempt,
        WavePlan? previous,
        CrawlRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.Since is null)
            return (null, null);
        if (previous is not null)
            return previous.Earlier is null
                ? (null, null)
                : (
                    previous.Earlier,
                    await EarlierPages.GetAsync(store, previous.Earlier, cancellationToken).ConfigureAwait(false)
                );
        var pages = await EarlierPages
            .CollectAsync(_earlierCrawls.Of(request.Since), cancellationToken)
            .ConfigureAwait(false);
        var blob = await pages
            .PutAsync(store, crawl.Layout.Earlier(wave, attempt), cancellationToken)
            .ConfigureAwait(false);
        return (blob, pages);
    }

    private Task WriteInputsAsync(
        WavePlan plan,
        IReadOnlyList<IReadOnlyList<PlannedChunk>> lanes,
        CancellationToken cancellationToken
    )
    {
        var chunks = lanes.SelectMany(
            (lane, i) => lane.Select((chunk, round) => (Lane: i, Round: round, Chunk: chunk))
        );
        return Parallel.ForEachAsync(
            chunks,
            new ParallelOptions { MaxDegreeOfParallelism = MaxWriters, CancellationToken = cancellationToken },
            async (planned, token) =>
            {
                var number = LaneNumbering.Chunk(plan.LaneChunks, planned.Lane, planned.Round);
                var name = CrawlLayout.Input(plan.Inputs, number);
                await store
                    .PutJsonAsync(name, planned.Chunk, Json.PlannedChunk, PutCondition.None, token)
                    .ConfigureAwait(false);
            }
        );
    }
}
