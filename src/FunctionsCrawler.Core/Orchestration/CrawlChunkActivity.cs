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
        using var memory = worker.Governor.Enter(
            request.Dispatcher,
            Math.Min(chunk.Pages, chunk.Urls.Count),
            alone: chunk.Urls.Any(u => u.MemoryHandBacks > 0),
            worker.Options.ChunkBudget
        );
        var fetching = worker.OpenFetching(request, chunk.Pages, memory);
        IReadOnlyList<BrowserReceipt> receipts;
        IReadOnlyList<ChunkItem> items;
        var cancelled = false;
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, worker.Draining);
        var watching = WatchCancellationAsync();
        try
        {
            var visitor = new PageVisitor(
                fetching.Fetcher,
                CrawlScope.For(request, plan.Roots),
                TimeSpan.FromSeconds(request.Page.TimeoutSeconds),
                worker.Time
            );
            var runner = new ChunkRunner(visitor.VisitAsync, memory, worker.Observer, worker.Time);
            items = await runner.RunAsync(chunk, worker.Options.ChunkBudget, drain.Token).ConfigureAwait(false);
        }
        finally
        {
            await drain.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            receipts = await fetching.CloseAsync().ConfigureAwait(false);
        }
        cancellationToken.ThrowIfCancellationRequested();
        // A worker whose host died may come minutes late, when the crawl has ended without it.
        if (await crawl.IsClosedAsync(cancellationToken).ConfigureAwait(false))
            return new CrawlChunkOutput(new PageCounts(), 0, Cancelled: true);

        List<PageRecord> records = [.. items.Select(i => i.Record).OfType<PageRecord>()];
        var fresh = ChunkHeaders.Of(records) with
        {
            Unfinished =
            [
                .. items.Where(i => i.Record is null).Select(i => new UnfinishedUrl(i.Url, i.HandBack!.Value)),
            ],
            StartedAt = startedAt,
            DurationMs = (long)worker.Time.GetElapsedTime(started).TotalMilliseconds,
            Receipts = receipts,
        };
        header = await crawl
            .CommitChunkAsync(input.Wave, input.Chunk, fresh, records, cancellationToken)
            .ConfigureAwait(false);
        return Output(header, cancelled);

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

    private static CrawlChunkOutput Output(ChunkHeader header, bool cancelled) =>
        new(header.Pages, header.Unfinished.Count, cancelled);
}
