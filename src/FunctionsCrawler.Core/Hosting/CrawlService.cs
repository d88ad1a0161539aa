using System.Text.Json;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// The operations that all hosts offer: accept, query, cancel and delete crawls. Its only state is the store, so any number of
/// processes can serve the same crawls.
/// </summary>
internal sealed class CrawlService(
    IBlobStore store,
    ICrawlScheduler scheduler,
    ICrawlOwnership ownership,
    TimeProvider time,
    ILogger? logger = null
)
{
    // An index entry without a request belongs to a crawl that is being accepted right now, or whose acceptance crashed.
    private static readonly TimeSpan AcceptanceLimit = TimeSpan.FromHours(1);

    private readonly CrawlIndex _index = new(store);
    private readonly EarlierCrawls _earlierCrawls = new(store);
    private readonly CrawlStatuses _statuses = new(store, scheduler, ownership);

    /// <summary>Accepts a crawl. Idempotent: the same id with the same request is the same crawl, even after it has ended.</summary>
    /// <param name="crawlId">The id: the client's Idempotency-Key if there is one.</param>
    /// <param name="request">A valid request.</param>
    /// <param name="cancellationToken">Stops the operation. A repeated call completes it.</param>
    public async Task<Acceptance> AcceptAsync(string crawlId, CrawlRequest request, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, crawlId);
        if (await crawl.IsDeletedAsync(cancellationToken).ConfigureAwait(false))
            return Acceptance.Deleted;
        var (stored, fault) = await CrawlStatuses.ReadRequestAsync(crawl, cancellationToken).ConfigureAwait(false);
        if (fault is not null)
            return Acceptance.Damaged;
        if (stored is null)
        {
            if (await FindSinceFaultAsync(request, cancellationToken).ConfigureAwait(false) is not null)
                return Acceptance.EarlierCrawlUnknown;
            if (scheduler.IsFull)
                return Acceptance.Full;
            // Write the index entry first: a crash in between leaves an entry without a crawl, never a crawl that is not listed.
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
        if (!AreEqual(stored.Request, request))
            return Acceptance.OtherRequest;
        // The process that accepted the crawl may have crashed before scheduling it.
        if (await crawl.TakeSummaryAsync(cancellationToken).ConfigureAwait(false) is null)
            await scheduler.ScheduleAsync(crawlId, cancellationToken).ConfigureAwait(false);
        return Acceptance.Existing;
    }

    /// <summary>Why a crawl cannot be compared with the one that its request names; null if it can.</summary>
    public Task<string?> FindSinceFaultAsync(CrawlRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Since is null
            ? Task.FromResult<string?>(null)
            : _earlierCrawls.FindFaultAsync(request.Since, cancellationToken);
    }

    /// <summary>Returns the status of a crawl; null if there is no such crawl.</summary>
    public Task<CrawlStatus?> FindAsync(string crawlId, CancellationToken cancellationToken) =>
        _statuses.FindAsync(crawlId, cancellationToken);

    /// <summary>Lists crawls, newest first.</summary>
    /// <param name="state">The state to filter by; null lists all crawls.</param>
    /// <param name="limit">The maximum number of crawls to return.</param>
    /// <param name="after"><see cref="CrawlList.Next"/> of the previous page; null starts with the newest crawl.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
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

    /// <summary>Returns the summary of a crawl; null if it has not ended or there is no such crawl.</summary>
    public async Task<CrawlSummary?> FindSummaryAsync(string crawlId, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, crawlId);
        try
        {
            return await crawl.IsDeletedAsync(cancellationToken).ConfigureAwait(false)
                ? null
                : await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DamagedBlobException)
        {
            // Reading the status has it computed again, and says so.
            await FindAsync(crawlId, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>
    /// Reads the records after a cursor. While the crawl runs, stops at the first chunk that is not committed, so that a reader
    /// who continues later misses no record.
    /// </summary>
    public IAsyncEnumerable<PageRecord> ReadPagesAsync(
        string crawlId,
        RecordCursor after,
        CancellationToken cancellationToken
    ) => new CrawlBlobs(store, crawlId).ReadServedAsync(after, cancellationToken);

    /// <summary>Opens a file that was made of a page; null if there is none.</summary>
    /// <param name="crawlId">The id of a crawl.</param>
    /// <param name="name"><see cref="PageArtifact.Blob"/>.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    public Task<Stream?> FindArtifactAsync(string crawlId, string name, CancellationToken cancellationToken) =>
        BlobName.IsSegment(name)
            ? store.OpenReadAsync(new CrawlLayout(crawlId).Artifacts + name, cancellationToken)
            : Task.FromResult<Stream?>(null);

    /// <summary>Returns a crawl that has an archive; null if it has none.</summary>
    public async Task<CrawlBlobs?> FindArchiveAsync(string crawlId, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, crawlId);
        var stored = await crawl.FindRequestAsync(cancellationToken).ConfigureAwait(false);
        return stored?.Request.Warc is true ? crawl : null;
    }

    /// <summary>Returns the request of a crawl; null if there is no such crawl.</summary>
    /// <exception cref="InvalidDataException">The request is damaged, or a newer program wrote it.</exception>
    public async Task<CrawlRequest?> FindRequestAsync(string crawlId, CancellationToken cancellationToken)
    {
        var stored = await new CrawlBlobs(store, crawlId).FindRequestAsync(cancellationToken).ConfigureAwait(false);
        return stored?.Request;
    }

    /// <summary>Compares the stored pages of two crawls.</summary>
    public IAsyncEnumerable<PageChange> CompareAsync(
        string earlierId,
        string laterId,
        CancellationToken cancellationToken
    ) => CrawlDiff.CompareAsync(new CrawlBlobs(store, earlierId), new CrawlBlobs(store, laterId), cancellationToken);

    /// <summary>Cancels a crawl. It ends within seconds; committed records stay readable.</summary>
    public async Task<CommandResult> CancelAsync(string crawlId, CancellationToken cancellationToken)
    {
        var status = await FindAsync(crawlId, cancellationToken).ConfigureAwait(false);
        if (status is null)
            return CommandResult.NotFound;
        if (status.HasEnded)
            return CommandResult.WrongState;
        await new CrawlBlobs(store, crawlId).CancelAsync(cancellationToken).ConfigureAwait(false);
        await scheduler.CancelAsync(crawlId, cancellationToken).ConfigureAwait(false);
        return CommandResult.Done;
    }

    /// <summary>Deletes a crawl that has ended, with all its results. Its id is never used again.</summary>
    public async Task<CommandResult> DeleteAsync(string crawlId, CancellationToken cancellationToken)
    {
        var status = await FindAsync(crawlId, cancellationToken).ConfigureAwait(false);
        if (status is null)
            return CommandResult.NotFound;
        if (!status.HasEnded)
            return CommandResult.WrongState;
        var entry = new CrawlEntry(crawlId, status.CreatedAt);
        // Keep the crawl open until its last blob is deleted: after a crash, ResumeAsync completes the deletion.
        await _index.OpenAsync(entry, cancellationToken).ConfigureAwait(false);
        await new CrawlBlobs(store, crawlId).MarkDeletedAsync(cancellationToken).ConfigureAwait(false);
        await PurgeAsync(entry, cancellationToken).ConfigureAwait(false);
        return CommandResult.Done;
    }

    /// <summary>Schedules all crawls that have not ended, oldest first, and completes interrupted deletions.</summary>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <param name="isRunning">Returns true for crawls that need nothing, because this process runs them.</param>
    /// <returns>The number of scheduled crawls.</returns>
    public async Task<int> ResumeAsync(CancellationToken cancellationToken, Func<string, bool>? isRunning = null)
    {
        var scheduled = 0;
        var open = await _index.ListOpenAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var entry in open.AsEnumerable().Reverse().Where(e => isRunning?.Invoke(e.Id) is not true))
        {
            try
            {
                if (await TryResumeAsync(entry, cancellationToken).ConfigureAwait(false))
                    scheduled++;
            }
            catch (Exception e) when (e is not (OperationCanceledException or StoreUnavailableException))
            {
                NotResumed(entry.Id, e.Message, e);
            }
        }
        return scheduled;
    }

    // True if the crawl was scheduled.
    private async Task<bool> TryResumeAsync(CrawlEntry entry, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, entry.Id);
        var (stored, fault) = await CrawlStatuses.ReadRequestAsync(crawl, cancellationToken).ConfigureAwait(false);
        if (await crawl.IsDeletedAsync(cancellationToken).ConfigureAwait(false))
            await PurgeAsync(entry, cancellationToken).ConfigureAwait(false);
        else if (fault is not null)
            // It stays open: the request may be restored from a backup.
            NotResumed(entry.Id, fault, null);
        else if (stored?.AcceptedAt != entry.AcceptedAt)
            await RemoveStaleAsync(entry, cancellationToken).ConfigureAwait(false);
        else if (await HasNothingToDoAsync(crawl, stored, cancellationToken).ConfigureAwait(false))
            await _index.CloseAsync(entry, cancellationToken).ConfigureAwait(false);
        else
        {
            await scheduler.ScheduleAsync(entry.Id, cancellationToken).ConfigureAwait(false);
            return true;
        }
        return false;
    }

    // A crawl with a callback URL is done only when the webhook has been sent.
    private async Task<bool> HasNothingToDoAsync(
        CrawlBlobs crawl,
        StoredRequest stored,
        CancellationToken cancellationToken
    ) =>
        await crawl.TakeSummaryAsync(cancellationToken).ConfigureAwait(false) is not null
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

    private void NotResumed(string crawlId, string reason, Exception? exception)
    {
        if (logger is not null)
            HostLog.CrawlNotResumed(logger, exception, crawlId, reason);
    }

    private Task RemoveStaleAsync(CrawlEntry entry, CancellationToken cancellationToken) =>
        time.GetUtcNow() - entry.AcceptedAt > AcceptanceLimit
            ? _index.RemoveAsync(entry, cancellationToken)
            : Task.CompletedTask;

    // Compares the serialised requests, so that an omitted field equals its default value.
    private static bool AreEqual(CrawlRequest one, CrawlRequest other) =>
        JsonSerializer
            .SerializeToUtf8Bytes(one, CrawlJson.Default.CrawlRequest)
            .AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, CrawlJson.Default.CrawlRequest));
}
