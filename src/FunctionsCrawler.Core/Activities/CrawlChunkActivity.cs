using FunctionsCrawler.Archives;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Politeness;
using FunctionsCrawler.Scraping;
using FunctionsCrawler.Scraping.Adaptive;

namespace FunctionsCrawler.Activities;

/// <summary>
/// Crawls a chunk with its own browsers and commits it once. When called again, it returns the committed result. Continues with
/// the next chunks of the lane while the call is short.
/// </summary>
internal sealed class CrawlChunkActivity(
    IBlobStore store,
    ScrapeSessions sessions,
    MemoryGovernor governor,
    WorkerLifetime lifetime,
    CrawlWatch watch,
    ChunkSlots slots,
    ICrawlOwnership ownership,
    EarlierVisits earlierVisits,
    ICrawlObserver observer,
    ChunkSettings settings,
    TimeProvider time
)
{
    // Longer calls would delay the progress that users see. On Durable Functions each call costs about 20 transactions.
    private static readonly TimeSpan ShortCall = TimeSpan.FromSeconds(15);

    /// <exception cref="BrowserLaunchException">No browser could be started.</exception>
    /// <exception cref="WorkerExhaustedException">This process has no memory left for chunks.</exception>
    /// <exception cref="IOException">The store failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing was committed.</exception>
    public async Task<CrawlChunkOutput> RunAsync(CrawlChunkInput input, CancellationToken cancellationToken)
    {
        var call = new Call(new CrawlBlobs(store, input.CrawlId));
        var started = time.GetTimestamp();
        var total = await RunChunkAsync(call, input, cancellationToken).ConfigureAwait(false);
        var chunks = 1;
        foreach (var next in input.Then ?? [])
        {
            var average = time.GetElapsedTime(started) / chunks;
            if (
                total.Cancelled
                || total.Deferred is true
                || average * (chunks + 1) > ShortCall
                // Chunks over HTTP are short; a page that does not answer would delay the progress of all before it.
                || (await call.GetRequestAsync(cancellationToken).ConfigureAwait(false)).Render == RenderMode.Never
            )
                break;
            var done = await RunChunkAsync(call, input with { Chunk = next }, cancellationToken).ConfigureAwait(false);
            if (done.Deferred is true)
                break;
            total = CrawlChunkOutput.Add(total, done);
            chunks++;
        }
        return chunks == 1 ? total : total with { Chunks = chunks };
    }

    private async Task<CrawlChunkOutput> RunChunkAsync(
        Call call,
        CrawlChunkInput input,
        CancellationToken cancellationToken
    )
    {
        var crawl = new CrawlBlobs(store, input.CrawlId);
        var header = await crawl.FindHeaderAsync(input.Wave, input.Chunk, cancellationToken).ConfigureAwait(false);
        if (header is not null)
            return Output(header);
        using var watched = watch.Enter(input.CrawlId);
        if (!await watched.MayStartAsync(cancellationToken).ConfigureAwait(false))
            return CrawlChunkOutput.Stopped;
        using var slot = await EnterSlotAsync(input.CrawlId, watched.Stopped, cancellationToken).ConfigureAwait(false);
        if (watched.Stopped.IsCancellationRequested)
            return CrawlChunkOutput.Stopped;
        if (slot is null)
            return CrawlChunkOutput.CallAgain;
        var request = await call.GetRequestAsync(cancellationToken).ConfigureAwait(false);
        var plan = await crawl.RequirePlanAsync(input.Wave, cancellationToken).ConfigureAwait(false);
        var chunk = await crawl.GetInputAsync(plan, input.Chunk, cancellationToken).ConfigureAwait(false);
        var job = new ChunkJob(crawl, input, request, plan, chunk);
        return await RunAsync(job, watched.Stopped, cancellationToken).ConfigureAwait(false);
    }

    // Null if there is no slot, or if the crawl was stopped meanwhile.
    private async Task<IDisposable?> EnterSlotAsync(
        string crawlId,
        CancellationToken stopped,
        CancellationToken cancellationToken
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopped);
        try
        {
            return await slots.EnterAsync(crawlId, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    private async Task<CrawlChunkOutput> RunAsync(
        ChunkJob job,
        CancellationToken stopped,
        CancellationToken cancellationToken
    )
    {
        var startedAt = time.GetUtcNow();
        var started = time.GetTimestamp();
        var attempt = Guid.CreateVersion7().ToString("N");
        var artifacts = new ChunkArtifacts(job.Crawl, job.Input.Wave, job.Input.Chunk, attempt);
        using var archive = job.Request.Warc ? new ChunkArchive(time) : null;
        // Until a commit is tried, no record refers to the files.
        var isDiscarded = true;
        try
        {
            var crawled = await CrawlInTimeAsync(job, artifacts, archive, stopped, cancellationToken)
                .ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (await FindRefusalAsync(job, crawled, stopped, cancellationToken).ConfigureAwait(false) is { } refusal)
                return refusal;
            if (archive is not null)
                await artifacts.StoreArchiveAsync(archive.Records, cancellationToken).ConfigureAwait(false);
            isDiscarded = false;
            var fresh = crawled.HeaderAt(job.Plan.Depth) with
            {
                StartedAt = startedAt,
                DurationMs = (long)time.GetElapsedTime(started).TotalMilliseconds,
                Attempt = artifacts.Attempt,
            };
            List<PageRecord> records = [.. crawled.Pages.Select(p => p.Record)];
            var header = await job
                .Crawl.CommitChunkAsync(job.Input.Wave, job.Input.Chunk, fresh, records, cancellationToken)
                .ConfigureAwait(false);
            var isOwn = string.Equals(header.Attempt, fresh.Attempt, StringComparison.Ordinal);
            await artifacts.DiscardAsync(isOwn ? records : [], keepsArchive: isOwn).ConfigureAwait(false);
            return Output(header) with { Cancelled = stopped.IsCancellationRequested };
        }
        finally
        {
            if (isDiscarded)
                await artifacts.DiscardAsync([]).ConfigureAwait(false);
        }
    }

    private async Task<CrawledChunk> CrawlInTimeAsync(
        ChunkJob job,
        ChunkArtifacts artifacts,
        ChunkArchive? archive,
        CancellationToken stopped,
        CancellationToken cancellationToken
    )
    {
        var budget = Min(settings.Budget, TimeLeft(job.Request, job.Plan));
        return budget > TimeSpan.Zero
            ? await CrawlAsync(job, artifacts, archive, budget, stopped, cancellationToken).ConfigureAwait(false)
            : new CrawledChunk([.. job.Chunk.Urls.Select(u => new ChunkItem(u, null, HandBackReason.Deadline))]);
    }

    // What is returned instead of a commit; null if the chunk may be committed.
    private async Task<CrawlChunkOutput?> FindRefusalAsync(
        ChunkJob job,
        CrawledChunk crawled,
        CancellationToken stopped,
        CancellationToken cancellationToken
    )
    {
        // Whoever committed it may also have taken the crawl, which the watch has not noticed yet.
        if (crawled.CommittedElsewhere is not null)
            return await ownership.OwnsAsync(job.Input.CrawlId, cancellationToken).ConfigureAwait(false)
                ? Output(crawled.CommittedElsewhere) with
                {
                    Cancelled = stopped.IsCancellationRequested,
                }
                : CrawlChunkOutput.Stopped;
        // A worker whose host died may get here minutes later, when the crawl has already ended or continues elsewhere.
        return
            !await job.Crawl.MayCommitAsync(job.Plan, job.Input.Wave, cancellationToken).ConfigureAwait(false)
            || (
                stopped.IsCancellationRequested
                && !await ownership.OwnsAsync(job.Input.CrawlId, cancellationToken).ConfigureAwait(false)
            )
            ? CrawlChunkOutput.Stopped
            : null;
    }

    private async Task<CrawledChunk> CrawlAsync(
        ChunkJob job,
        ChunkArtifacts artifacts,
        ChunkArchive? archive,
        TimeSpan budget,
        CancellationToken stopped,
        CancellationToken cancellationToken
    )
    {
        var (request, chunk) = (job.Request, job.Chunk);
        var earlier = await earlierVisits.FindAsync(request, chunk.Urls, cancellationToken).ConfigureAwait(false);
        using var memory = governor.Enter(
            request.Dispatcher,
            Math.Min(chunk.Pages, chunk.Urls.Count),
            alone: chunk.Urls.Any(u => u.MemoryHandBacks > 0),
            budget,
            job.Input.CrawlId
        );
        var session = sessions.Open(
            FrontierVisitor.SettingsOf(request, chunk.Pages, job.Plan.Lessons ?? [], settings, archive),
            memory
        );
        IReadOnlyList<BrowserReceipt> receipts;
        IReadOnlyList<ChunkItem> items;
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            lifetime.Draining,
            stopped
        );
        var watching = new CommitWatch(job.Crawl, job.Input.Wave, job.Input.Chunk, time).RunAsync(drain);
        ChunkHeader? committedElsewhere;
        try
        {
            var visitor = FrontierVisitor.Open(session, request, job.Plan.Roots, earlier, settings, time);
            // The host whose turn it is is the one that is asked.
            var runner = new ChunkRunner(
                async (url, token) =>
                    await artifacts
                        .StoreAsync(await visitor.VisitAsync(url, token).ConfigureAwait(false), token)
                        .ConfigureAwait(false),
                (url, patience, token) =>
                    session.Politeness.WaitTurnAsync(visitor.FindSource(url) ?? url, patience, token),
                memory,
                observer,
                time
            );
            items = await runner.RunAsync(chunk, budget, drain.Token).ConfigureAwait(false);
            items = WithoutMistaken(items, session.Lessons);
        }
        finally
        {
            await drain.CancelAsync().ConfigureAwait(false);
            committedElsewhere = await watching.ConfigureAwait(false);
            receipts = await session.CloseAsync().ConfigureAwait(false);
        }
        return new CrawledChunk(items)
        {
            Receipts = receipts,
            DelayedHosts = session.Politeness.DelayedHosts,
            Lessons = session.Lessons?.Learned ?? [],
            CommittedElsewhere = committedElsewhere,
        };
    }

    // Hands back pages that were not rendered because of a lesson which turned out to be wrong. The next plan knows better.
    private static IReadOnlyList<ChunkItem> WithoutMistaken(IReadOnlyList<ChunkItem> items, RenderLessons? lessons) =>
        [
            .. items.Select(item =>
                item.Page?.TrustedKind is { } kind && lessons?.Find(kind)?.NeedsRendering is true
                    ? new ChunkItem(item.Url, null, HandBackReason.Corrected)
                    : item
            ),
        ];

    // The time left until the crawl's MaxMinutes.
    private TimeSpan TimeLeft(CrawlRequest request, WavePlan plan) =>
        plan.StartedAt is { } startedAt
            ? startedAt.AddMinutes(request.MaxMinutes) - time.GetUtcNow()
            : TimeSpan.MaxValue;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static CrawlChunkOutput Output(ChunkHeader header) =>
        new(header.Pages, header.Unfinished.Count, Cancelled: false);

    /// <summary>What the chunks of one call have in common.</summary>
    private sealed class Call(CrawlBlobs crawl)
    {
        private CrawlRequest? _request;

        public async Task<CrawlRequest> GetRequestAsync(CancellationToken cancellationToken) =>
            _request ??= (await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false)).Request;
    }

    private sealed record ChunkJob(
        CrawlBlobs Crawl,
        CrawlChunkInput Input,
        CrawlRequest Request,
        WavePlan Plan,
        PlannedChunk Chunk
    );
}
