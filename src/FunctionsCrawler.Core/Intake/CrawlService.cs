using System.Text.Json;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Intake;

/// <summary>
/// What both hosts offer: accepts crawls, shows, cancels and deletes them. All it knows lies in the store, so any number
/// of processes may serve the same crawls.
/// </summary>
public sealed class CrawlService(IBlobStore store, ICrawlScheduler scheduler, TimeProvider time)
{
    // An entry of the index without a request is a crawl that is being accepted just now, or whose acceptance died.
    private static readonly TimeSpan AcceptanceLimit = TimeSpan.FromHours(1);

    private readonly CrawlIndex _index = new(store);

    /// <summary>Accepts a crawl, once: an id that is taken by the same request is that crawl, even when it has ended.</summary>
    /// <param name="crawlId">Its id; the Idempotency-Key, where the client gave one.</param>
    /// <param name="request">A valid request.</param>
    /// <param name="cancellationToken">Stops the acceptance; repeated, it goes on from where it was.</param>
    public async Task<Acceptance> AcceptAsync(string crawlId, CrawlRequest request, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, crawlId);
        if (await crawl.IsDeletedAsync(cancellationToken).ConfigureAwait(false))
            return Acceptance.Deleted;
        var stored = await crawl.FindRequestAsync(cancellationToken).ConfigureAwait(false);
        if (stored is null)
        {
            if (scheduler.IsFull)
                return Acceptance.Full;
            // The entry comes first: whoever dies in between leaves an entry without a crawl, never a crawl that no list shows.
            var entry = new CrawlEntry(crawlId, time.GetUtcNow());
            await _index.AddAsync(entry, cancellationToken).ConfigureAwait(false);
            if (
                await crawl
                    .AcceptAsync(new StoredRequest(request, entry.AcceptedAt), cancellationToken)
                    .ConfigureAwait(false)
            )
            {
                await scheduler.ScheduleAsync(crawlId, cancellationToken).ConfigureAwait(false);
                return Acceptance.Accepted;
            }
            stored = await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false);
            if (stored.AcceptedAt != entry.AcceptedAt)
                await _index.RemoveAsync(entry, cancellationToken).ConfigureAwait(false);
        }
        if (!IsSame(stored.Request, request))
            return Acceptance.OtherRequest;
        // Whoever accepted it may have died before it could schedule it.
        if (await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false) is null)
            await scheduler.ScheduleAsync(crawlId, cancellationToken).ConfigureAwait(false);
        return Acceptance.Existing;
    }

    /// <summary>How a crawl stands; null when there is none.</summary>
    public async Task<CrawlStatus?> FindAsync(string crawlId, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, crawlId);
        return
            await crawl.FindRequestAsync(cancellationToken).ConfigureAwait(false) is { } stored
            && !await crawl.IsDeletedAsync(cancellationToken).ConfigureAwait(false)
            ? await StatusAsync(crawl, stored, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>Lists crawls, newest first.</summary>
    /// <param name="state">Only those in this state; null: all.</param>
    /// <param name="limit">The most to list.</param>
    /// <param name="after">The <see cref="CrawlList.Next"/> of the part before; null: from the beginning.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public async Task<CrawlList> ListAsync(
        CrawlStatusState? state,
        int limit,
        string? after,
        CancellationToken cancellationToken
    )
    {
        var items = new List<CrawlStatus>();
        string? last = null;
        var entries = state is CrawlStatusState.Accepted or CrawlStatusState.Running or CrawlStatusState.Cancelling
            ? _index.ListOpenAsync(cancellationToken)
            : _index.ListAsync(cancellationToken);
        await foreach (var entry in entries.ConfigureAwait(false))
        {
            if (after is not null && string.CompareOrdinal(entry.Name, after) <= 0)
                continue;
            if (items.Count == limit)
                return new CrawlList(items, last);
            if (
                await FindAsync(entry.Id, cancellationToken).ConfigureAwait(false) is not { } status
                || status.CreatedAt != entry.AcceptedAt
                || (state is not null && status.State != state)
            )
                continue;
            items.Add(status);
            last = entry.Name;
        }
        return new CrawlList(items, null);
    }

    /// <summary>The summary of a crawl that has ended; null when it has not, or there is none.</summary>
    public async Task<CrawlSummary?> FindSummaryAsync(string crawlId, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, crawlId);
        return await crawl.IsDeletedAsync(cancellationToken).ConfigureAwait(false)
            ? null
            : await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The records of a crawl, those committed so far that no later one can come before.</summary>
    public IAsyncEnumerable<PageRecord> ReadPagesAsync(
        string crawlId,
        RecordCursor after,
        CancellationToken cancellationToken
    ) => new CrawlBlobs(store, crawlId).ReadServedAsync(after, cancellationToken);

    /// <summary>Cancels a crawl. It ends within seconds; what it has done stays.</summary>
    public async Task<Outcome> CancelAsync(string crawlId, CancellationToken cancellationToken)
    {
        var status = await FindAsync(crawlId, cancellationToken).ConfigureAwait(false);
        if (status is null)
            return Outcome.NotFound;
        if (status.HasEnded)
            return Outcome.WrongState;
        await new CrawlBlobs(store, crawlId).CancelAsync(cancellationToken).ConfigureAwait(false);
        await scheduler.CancelAsync(crawlId, cancellationToken).ConfigureAwait(false);
        return Outcome.Done;
    }

    /// <summary>Deletes a crawl that has ended, with all its results. Its id is never used again.</summary>
    public async Task<Outcome> DeleteAsync(string crawlId, CancellationToken cancellationToken)
    {
        var status = await FindAsync(crawlId, cancellationToken).ConfigureAwait(false);
        if (status is null)
            return Outcome.NotFound;
        if (!status.HasEnded)
            return Outcome.WrongState;
        var entry = new CrawlEntry(crawlId, status.CreatedAt);
        // Open until the last blob is gone: should this die, the next resumption of open crawls ends it.
        await _index.OpenAsync(entry, cancellationToken).ConfigureAwait(false);
        await new CrawlBlobs(store, crawlId).MarkDeletedAsync(cancellationToken).ConfigureAwait(false);
        await PurgeAsync(entry, cancellationToken).ConfigureAwait(false);
        return Outcome.Done;
    }

    /// <summary>Schedules what was accepted and has not ended, the oldest first, and ends what was being deleted.</summary>
    /// <returns>How many crawls were scheduled.</returns>
    public async Task<int> ResumeAsync(CancellationToken cancellationToken)
    {
        var scheduled = 0;
        var open = await _index.ListOpenAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var entry in open.AsEnumerable().Reverse())
        {
            var crawl = new CrawlBlobs(store, entry.Id);
            var stored = await crawl.FindRequestAsync(cancellationToken).ConfigureAwait(false);
            if (await crawl.IsDeletedAsync(cancellationToken).ConfigureAwait(false))
                await PurgeAsync(entry, cancellationToken).ConfigureAwait(false);
            else if (stored?.AcceptedAt != entry.AcceptedAt)
                await RemoveStaleAsync(entry, cancellationToken).ConfigureAwait(false);
            else if (await HasNothingToDoAsync(crawl, stored, cancellationToken).ConfigureAwait(false))
                await _index.CloseAsync(entry, cancellationToken).ConfigureAwait(false);
            else
            {
                await scheduler.ScheduleAsync(entry.Id, cancellationToken).ConfigureAwait(false);
                scheduled++;
            }
        }
        return scheduled;
    }

    private async Task<CrawlStatus> StatusAsync(
        CrawlBlobs crawl,
        StoredRequest stored,
        CancellationToken cancellationToken
    )
    {
        var progress = await scheduler.FindProgressAsync(crawl.CrawlId, cancellationToken).ConfigureAwait(false);
        // Read after the progress: a crawl that ends in between must not look as if it had never begun.
        var summary = await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false);
        var state =
            summary is not null ? Enum.Parse<CrawlStatusState>(summary.State.ToString())
            : await crawl.IsCancelledAsync(cancellationToken).ConfigureAwait(false) ? CrawlStatusState.Cancelling
            : progress is not null ? CrawlStatusState.Running
            : CrawlStatusState.Accepted;
        var shown =
            summary is not null ? StatusProgress.Of(summary)
            : progress is not null ? StatusProgress.Of(progress)
            : new StatusProgress(0, 0, stored.Request.Urls.Count);
        return new CrawlStatus(crawl.CrawlId, stored.Request.Mode, state, shown, stored.AcceptedAt);
    }

    // A crawl with a callback URL is done when that has been told, too.
    private async Task<bool> HasNothingToDoAsync(
        CrawlBlobs crawl,
        StoredRequest stored,
        CancellationToken cancellationToken
    ) =>
        await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false) is not null
        && (
            stored.Request.CallbackUrl is null
            || await store.GetAsync(crawl.Layout.Webhook, cancellationToken).ConfigureAwait(false) is not null
        );

    private async Task PurgeAsync(CrawlEntry entry, CancellationToken cancellationToken)
    {
        await scheduler.PurgeAsync(entry.Id, cancellationToken).ConfigureAwait(false);
        await new CrawlBlobs(store, entry.Id).DeleteAllAsync(cancellationToken).ConfigureAwait(false);
        await _index.RemoveAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    private Task RemoveStaleAsync(CrawlEntry entry, CancellationToken cancellationToken) =>
        time.GetUtcNow() - entry.AcceptedAt > AcceptanceLimit
            ? _index.RemoveAsync(entry, cancellationToken)
            : Task.CompletedTask;

    // Written out, with every default in its place: what a client left out and what it spelled out are the same.
    private static bool IsSame(CrawlRequest one, CrawlRequest other) =>
        JsonSerializer
            .SerializeToUtf8Bytes(one, CrawlJson.Default.CrawlRequest)
            .AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, CrawlJson.Default.CrawlRequest));
}

/// <summary>What became of a request for a crawl.</summary>
public enum Acceptance
{
    /// <summary>A new crawl.</summary>
    Accepted,

    /// <summary>The same request had been accepted under this id before.</summary>
    Existing,

    /// <summary>The id is taken by another request.</summary>
    OtherRequest,

    /// <summary>The id belonged to a crawl that was deleted.</summary>
    Deleted,

    /// <summary>Too many crawls wait; later there may be room.</summary>
    Full,
}

/// <summary>What became of a wish about a crawl.</summary>
public enum Outcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>There is no such crawl.</summary>
    NotFound,

    /// <summary>The crawl has ended already, or has not yet.</summary>
    WrongState,
}
