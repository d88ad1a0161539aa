using FunctionsCrawler.Browsing;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Orchestration;

/// <summary>Crawls a chunk with a browser of its own and commits it once; called again, answers from what was committed.</summary>
internal sealed class CrawlChunkActivity(CrawlWorker worker)
{
    private static readonly TimeSpan CancelPoll = TimeSpan.FromSeconds(1);

    /// <summary>Runs the activity.</summary>
    /// <exception cref="BrowserLaunchException">No browser could be started.</exception>
    /// <exception cref="WorkerExhaustedException">This process has no memory left for chunks.</exception>
    /// <exception cref="IOException">The store failed.</exception>
    /// <exception cref="OperationCanceledException">The host stops at once; nothing was committed.</exception>
    public async Task<CrawlChunkOutput> RunAsync(CrawlChunkInput input, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(worker.Store, input.CrawlId);
        var header = await crawl.FindHeaderAsync(input.Wave, input.Chunk, cancellationToken).ConfigureAwait(false);
        if (header is not null)
            return Output(header, cancelled: false);
        if (await crawl.IsCancelledAsync(cancellationToken).ConfigureAwait(false))
            return new CrawlChunkOutput(new PageCounts(), 0, Cancelled: true);

        var startedAt = worker.Time.GetUtcNow();
        var started = worker.Time.GetTimestamp();
        var request = (await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false)).Request;
        var plan = await crawl.RequirePlanAsync(input.Wave, cancellationToken).ConfigureAwait(false);
        var chunk = await crawl.GetInputAsync(plan, input.Chunk, cancellationToken).ConfigureAwait(false);
        var budget = Least(worker.Options.ChunkBudget, TimeLeft(request, plan));
        var crawled =
            budget > TimeSpan.Zero
                ? await CrawlAsync(crawl, request, plan, chunk, budget, cancellationToken).ConfigureAwait(false)
                : new CrawledChunk([.. chunk.Urls.Select(u => new ChunkItem(u, null, HandBackReason.Deadline))]);
        cancellationToken.ThrowIfCancellationRequested();
        // A worker whose host died may come minutes late, when the crawl has ended without it.
        if (await crawl.IsClosedAsync(cancellationToken).ConfigureAwait(false))
            return new CrawlChunkOutput(new PageCounts(), 0, Cancelled: true);

        List<PageRecord> records = [.. crawled.Items.Select(i => i.Record).OfType<PageRecord>()];
        var fresh = ChunkHeaders.Of(records) with
        {
            Unfinished =
            [
                .. crawled.Items.Where(i => i.Record is null).Select(i => new UnfinishedUrl(i.Url, i.HandBack!.Value)),
            ],
            StartedAt = startedAt,
            DurationMs = (long)worker.Time.GetElapsedTime(started).TotalMilliseconds,
            DelayedHosts = crawled.DelayedHosts is [] ? null : crawled.DelayedHosts,
            Receipts = crawled.Receipts,
        };
        header = await crawl
            .CommitChunkAsync(input.Wave, input.Chunk, fresh, records, cancellationToken)
            .ConfigureAwait(false);
        return Output(header, crawled.IsCancelled);
    }

    private async Task<CrawledChunk> CrawlAsync(
        CrawlBlobs crawl,
        CrawlRequest request,
        WavePlan plan,
        PlannedChunk chunk,
        TimeSpan budget,
        CancellationToken cancellationToken
    )
    {
        using var memory = worker.Governor.Enter(
            request.Dispatcher,
            Math.Min(chunk.Pages, chunk.Urls.Count),
            alone: chunk.Urls.Any(u => u.MemoryHandBacks > 0),
            budget
        );
        var politeness = worker.OpenPoliteness(request);
        var fetching = worker.OpenFetching(request, chunk.Pages, memory);
        IReadOnlyList<BrowserReceipt> receipts;
        IReadOnlyList<ChunkItem> items;
        var cancelled = false;
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, worker.Draining);
        var watching = WatchCancellationAsync();
        try
        {
            var visitor = new PageVisitor(
                fetching.Pages,
                fetching.Sitemaps,
                CrawlScope.For(request, plan.Roots),
                politeness,
                worker.Options.Limits,
                TimeSpan.FromSeconds(request.Page.TimeoutSeconds),
                worker.Time
            );
            var runner = new ChunkRunner(
                visitor.VisitAsync,
                politeness.WaitTurnAsync,
                memory,
                worker.Observer,
                worker.Time
            );
            items = await runner.RunAsync(chunk, budget, drain.Token).ConfigureAwait(false);
        }
        finally
        {
            await drain.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            receipts = await fetching.CloseAsync().ConfigureAwait(false);
        }
        return new CrawledChunk(items)
        {
            Receipts = receipts,
            DelayedHosts = politeness.DelayedHosts,
            IsCancelled = cancelled,
        };

        async Task WatchCancellationAsync()
        {
            try
            {
                do await Task.Delay(CancelPoll, worker.Time, drain.Token).ConfigureAwait(false);
                while (!await SeesMarkerAsync().ConfigureAwait(false));
                cancelled = true;
                await drain.CancelAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The chunk has ended, or the host stops.
            }
        }

        // A look that fails must not cost the chunk, nor keep its browser from being ended; the next one may do.
        async Task<bool> SeesMarkerAsync()
        {
            try
            {
                return await crawl.IsCancelledAsync(drain.Token).ConfigureAwait(false);
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    // How much of the crawl's time limit is left.
    private TimeSpan TimeLeft(CrawlRequest request, WavePlan plan) =>
        plan.StartedAt is { } begun
            ? begun.AddMinutes(request.MaxMinutes) - worker.Time.GetUtcNow()
            : TimeSpan.MaxValue;

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static CrawlChunkOutput Output(ChunkHeader header, bool cancelled) =>
        new(header.Pages, header.Unfinished.Count, cancelled);
}

/// <summary>What became of a chunk's URLs, and what was learnt on the way.</summary>
internal sealed record CrawledChunk(IReadOnlyList<ChunkItem> Items)
{
    /// <summary>One of each browser.</summary>
    public IReadOnlyList<BrowserReceipt> Receipts { get; init; } = [];

    /// <inheritdoc cref="Politeness.DelayedHosts"/>
    public IReadOnlyList<string> DelayedHosts { get; init; } = [];

    /// <summary>Whether the crawl was found cancelled.</summary>
    public bool IsCancelled { get; init; }
}
