using FunctionsCrawler.Frontier;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Orchestration;

/// <summary>
/// Plans a wave from committed blobs alone, and commits the plan once. Two planners that run side by side plan the
/// same; the first to commit counts, and what the other wrote is named by no plan.
/// </summary>
internal sealed class PlanWaveActivity(IBlobStore store, TimeProvider time)
{
    private const int MaxSegments = 16;

    private static readonly CrawlJson Json = CrawlJson.Default;

    /// <summary>Runs the activity.</summary>
    public async Task<PlanWaveOutput> RunAsync(PlanWaveInput input, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, input.CrawlId);
        if (
            await crawl.IsCancelledAsync(cancellationToken).ConfigureAwait(false)
            || await crawl.IsDeletedAsync(cancellationToken).ConfigureAwait(false)
        )
            return new PlanWaveOutput(PlanState.Cancelled, 0, [], 0, new PageCounts());
        var plan =
            await crawl.GetPlanAsync(input.Wave, cancellationToken).ConfigureAwait(false)
            ?? await PlanAsync(crawl, input.Wave, cancellationToken).ConfigureAwait(false);
        return new PlanWaveOutput(
            plan.LaneChunks.Count == 0 ? PlanState.Done : PlanState.Crawl,
            plan.Depth,
            plan.LaneChunks,
            plan.Planned + plan.Waiting,
            plan.Pages
        );
    }

    private async Task<WavePlan> PlanAsync(CrawlBlobs crawl, int wave, CancellationToken cancellationToken)
    {
        var request = (await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false)).Request;
        var frontier = new FrontierGrowth(request);
        WavePlan? previous = null;
        if (wave == 0)
            frontier.Seed();
        else
            previous = await GrowAsync(crawl, wave - 1, frontier, cancellationToken).ConfigureAwait(false);
        var startedAt = previous?.StartedAt ?? time.GetUtcNow();
        var isOver = time.GetUtcNow() >= startedAt.AddMinutes(request.MaxMinutes);
        var (taken, waiting) = WavePlanner.Take(
            frontier.Urls,
            isOver ? 0 : request.MaxPages - frontier.Pages.TowardsLimit
        );
        var lanes = WavePlanner.Deal(taken, request, frontier.DelayedHosts);
        var attempt = Guid.CreateVersion7().ToString("N");
        var plan = new WavePlan
        {
            Depth = taken.Count > 0 ? taken[0].Depth : 0,
            LaneChunks = [.. lanes.Select(l => l.Count)],
            Planned = taken.Count,
            Waiting = waiting.Count,
            Inputs = crawl.Layout.Inputs(wave, attempt),
            Backlog = waiting.Count > 0 ? crawl.Layout.Backlog(wave, attempt) : null,
            Segments = await WriteVisitedAsync(crawl, wave, attempt, previous, frontier, cancellationToken)
                .ConfigureAwait(false),
            Roots = [.. frontier.Roots],
            DelayedHosts = [.. frontier.DelayedHosts],
            StartedAt = startedAt,
            Pages = frontier.Pages,
            OutOfScope = frontier.OutOfScope,
            TooDeep = frontier.TooDeep,
            Duplicates = frontier.Duplicates,
        };
        if (plan.Backlog is not null)
            await WriteBacklogAsync(plan.Backlog, waiting, cancellationToken).ConfigureAwait(false);
        await WriteInputsAsync(plan, lanes, cancellationToken).ConfigureAwait(false);
        var name = crawl.Layout.Plan(wave);
        var won = await store
            .PutJsonAsync(name, plan, Json.WavePlan, PutCondition.IfAbsent, cancellationToken)
            .ConfigureAwait(false);
        return won
            ? plan
            : await crawl.GetPlanAsync(wave, cancellationToken).ConfigureAwait(false)
                ?? throw new IOException($"the blob {name} was there and is not any more");
    }

    private async Task<WavePlan> GrowAsync(
        CrawlBlobs crawl,
        int wave,
        FrontierGrowth frontier,
        CancellationToken cancellationToken
    )
    {
        var plan = await crawl.RequirePlanAsync(wave, cancellationToken).ConfigureAwait(false);
        var segments = new List<UInt128[]>();
        foreach (var name in plan.Segments)
        {
            var blob =
                await store.GetAsync(name, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidDataException($"the blob {name} is missing");
            segments.Add(HashSegment.Read(blob.Bytes.Span));
        }
        var backlog = new List<FrontierUrl>();
        if (plan.Backlog is not null)
        {
            await foreach (var line in store.ReadLinesAsync(plan.Backlog, cancellationToken).ConfigureAwait(false))
                backlog.Add(JsonBlobs.Parse(line, plan.Backlog, Json.FrontierUrl));
        }
        frontier.GoOn(plan, segments, backlog);
        var chunks = plan.LaneChunks.Sum();
        if (plan.Depth == 0)
        {
            await foreach (var header in ReadHeadersAsync().ConfigureAwait(false))
                frontier.AddRoots(header);
        }
        var committed = 0;
        await foreach (var header in ReadHeadersAsync().ConfigureAwait(false))
        {
            frontier.Add(header);
            committed++;
        }
        if (committed < chunks)
            throw new InvalidDataException(
                $"wave {wave} of crawl '{crawl.CrawlId}' has {committed} of {chunks} chunks committed, so the next cannot be planned"
            );
        return plan;

        IAsyncEnumerable<ChunkHeader> ReadHeadersAsync() =>
            crawl.ReadHeadersAsync(wave, chunks, cancellationToken).Select(h => h.Header);
    }

    private async Task<IReadOnlyList<string>> WriteVisitedAsync(
        CrawlBlobs crawl,
        int wave,
        string attempt,
        WavePlan? previous,
        FrontierGrowth frontier,
        CancellationToken cancellationToken
    )
    {
        var before = previous?.Segments ?? [];
        if (frontier.Visited.Added.Count == 0)
            return before;
        // One segment a wave; when there are many, the new one takes in all of them.
        var compact = before.Count >= MaxSegments;
        var name = crawl.Layout.Segment(wave, attempt);
        var hashes = compact ? frontier.Visited.All : frontier.Visited.Added;
        await store
            .PutAsync(name, HashSegment.Write(hashes), PutCondition.None, cancellationToken)
            .ConfigureAwait(false);
        return compact ? [name] : [.. before, name];
    }

    private Task<string?> WriteBacklogAsync(
        string name,
        IReadOnlyList<FrontierUrl> waiting,
        CancellationToken cancellationToken
    )
    {
        var content = JsonBlobs.WriteLines(write =>
        {
            foreach (var url in waiting)
                write(url, Json.FrontierUrl);
        });
        return store.PutAsync(name, content, PutCondition.None, cancellationToken);
    }

    private async Task WriteInputsAsync(
        WavePlan plan,
        IReadOnlyList<IReadOnlyList<PlannedChunk>> lanes,
        CancellationToken cancellationToken
    )
    {
        for (var lane = 0; lane < lanes.Count; lane++)
        {
            for (var round = 0; round < lanes[lane].Count; round++)
            {
                var name = CrawlLayout.Input(plan.Inputs, LaneNumbering.Chunk(plan.LaneChunks, lane, round));
                await store
                    .PutJsonAsync(name, lanes[lane][round], Json.PlannedChunk, PutCondition.None, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }
}
