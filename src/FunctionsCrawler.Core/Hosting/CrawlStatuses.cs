using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Reads the status of crawls. A damaged or missing request or summary is part of the status, so that it does not affect other
/// crawls.
/// </summary>
internal sealed class CrawlStatuses(IBlobStore store, ICrawlScheduler scheduler, ICrawlOwnership ownership)
{
    private readonly CrawlIndex _index = new(store);

    /// <summary>Returns the status of a crawl; null if there is no such crawl.</summary>
    public async Task<CrawlStatus?> FindAsync(string crawlId, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, crawlId);
        var (stored, fault) = await ReadRequestAsync(crawl, cancellationToken).ConfigureAwait(false);
        return (stored is null && fault is null) || await crawl.IsDeletedAsync(cancellationToken).ConfigureAwait(false)
                ? null
            : stored is null ? await DescribeAsync(crawl, fault!, cancellationToken).ConfigureAwait(false)
            : await StatusAsync(crawl, stored, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the request of a crawl.</summary>
    /// <returns>
    /// The request; or why it cannot be read, if the crawl exists nevertheless; or two nulls if there is no such crawl.
    /// </returns>
    public static async Task<(StoredRequest? Request, string? Fault)> ReadRequestAsync(
        CrawlBlobs crawl,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var stored = await crawl.FindRequestAsync(cancellationToken).ConfigureAwait(false);
            return (
                stored,
                stored is null ? await FindLossAsync(crawl, cancellationToken).ConfigureAwait(false) : null
            );
        }
        catch (Exception e) when (e is DamagedBlobException or InvalidDataException)
        {
            // A newer program may have written it.
            return (null, e.Message);
        }
    }

    private async Task<CrawlStatus> StatusAsync(
        CrawlBlobs crawl,
        StoredRequest stored,
        CancellationToken cancellationToken
    )
    {
        var progress = await scheduler.FindProgressAsync(crawl.CrawlId, cancellationToken).ConfigureAwait(false);
        // Read the summary after the progress: otherwise a crawl that ends in between would appear as not started.
        var (summary, fault) = await ReadSummaryAsync(crawl, stored, isRunning: progress is not null, cancellationToken)
            .ConfigureAwait(false);
        var isRunning = progress is not null;
        if (progress is null && summary is null)
        {
            isRunning = await ownership.IsElsewhereAsync(crawl.CrawlId, cancellationToken).ConfigureAwait(false);
            progress = await crawl.ReadProgressAsync(cancellationToken).ConfigureAwait(false);
        }
        var state =
            summary is not null ? Enum.Parse<CrawlStatusState>(summary.State.ToString())
            : await crawl.IsCancelledAsync(cancellationToken).ConfigureAwait(false) ? CrawlStatusState.Cancelling
            : isRunning ? CrawlStatusState.Running
            : CrawlStatusState.Accepted;
        var shown = summary is not null
            ? StatusProgress.Of(summary, await IsNotifyingAsync(crawl, stored, cancellationToken).ConfigureAwait(false))
            : ProgressOf(stored.Request, progress!, isRunning);
        return new CrawlStatus(
            crawl.CrawlId,
            stored.Request.Mode,
            state,
            shown,
            stored.AcceptedAt,
            summary?.Reason ?? fault,
            stored.Request.Urls is [var first, ..] ? SourceNames.IdOf(first) : null,
            SourceNames.NameOf(stored.Request.Urls)
        );
    }

    // Written after the delivery or the last attempt.
    private static async Task<bool> IsNotifyingAsync(
        CrawlBlobs crawl,
        StoredRequest stored,
        CancellationToken cancellationToken
    ) =>
        stored.Request.CallbackUrl is not null
        && await crawl.Store.GetAsync(crawl.Layout.Webhook, cancellationToken).ConfigureAwait(false) is null;

    private static StatusProgress ProgressOf(CrawlRequest request, CrawlProgress progress, bool isRunning)
    {
        // Nothing is planned yet.
        if (progress is { Queued: 0, Pages.Total: 0 })
            return isRunning
                ? StatusProgress.Of(progress) with
                {
                    Queued = request.Urls.Count,
                    Wave = null,
                    Depth = null,
                }
                : new StatusProgress(0, 0, request.Urls.Count);
        var shown = StatusProgress.Of(progress);
        return isRunning ? shown : shown with { Wave = null, Depth = null };
    }

    /// <summary>Returns the status of a crawl whose request cannot be read; null if the crawl is not in the index.</summary>
    private async Task<CrawlStatus?> DescribeAsync(CrawlBlobs crawl, string fault, CancellationToken cancellationToken)
    {
        if (await _index.FindAsync(crawl.CrawlId, cancellationToken).ConfigureAwait(false) is not { } entry)
            return null;
        CrawlSummary? summary = null;
        try
        {
            summary = await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DamagedBlobException e)
        {
            fault = $"{fault}; {e.Message}";
        }
        return new CrawlStatus(
            crawl.CrawlId,
            summary?.Mode,
            CrawlStatusState.Damaged,
            summary is null ? new StatusProgress(0, 0, 0) : StatusProgress.Of(summary),
            entry.AcceptedAt,
            fault
        );
    }

    /// <summary>
    /// Returns the summary of a crawl; null if there is none. If it is damaged, or missing although the crawl has ended, the
    /// crawl is opened and scheduled again: it then only writes the summary, because its chunks are committed.
    /// </summary>
    /// <remarks>
    /// Safe if several processes do this at once: at worst, one moves the new summary aside, and the next reader heals that.
    /// </remarks>
    private async Task<(CrawlSummary? Summary, string? Fault)> ReadSummaryAsync(
        CrawlBlobs crawl,
        StoredRequest stored,
        bool isRunning,
        CancellationToken cancellationToken
    )
    {
        var entry = new CrawlEntry(crawl.CrawlId, stored.AcceptedAt);
        string fault;
        try
        {
            var summary = await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false);
            if (
                summary is not null
                || isRunning
                || await _index.IsOpenAsync(entry, cancellationToken).ConfigureAwait(false)
            )
                return (summary, null);
            // The crawl may have ended after its summary was read.
            summary = await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false);
            if (summary is not null)
                return (summary, null);
            fault = DamagedBlobException.Missing(crawl.Layout.Summary).Message;
        }
        catch (DamagedBlobException e)
        {
            fault = e.Message;
        }
        // Open it first: after a crash, ResumeAsync continues here.
        await _index.OpenAsync(entry, cancellationToken).ConfigureAwait(false);
        await crawl.TakeSummaryAsync(cancellationToken).ConfigureAwait(false);
        await scheduler.ScheduleAsync(crawl.CrawlId, cancellationToken).ConfigureAwait(false);
        return (null, $"{fault}; it is computed again");
    }

    // A crawl without a request is one that is being accepted, unless it has other blobs.
    private static async Task<string?> FindLossAsync(CrawlBlobs crawl, CancellationToken cancellationToken)
    {
        var request = crawl.Layout.Request;
        var hasOthers = false;
        await foreach (var name in crawl.Store.ListAsync(crawl.Layout.Root, cancellationToken).ConfigureAwait(false))
        {
            // The blobs of waves come last.
            if (string.Equals(name, request, StringComparison.Ordinal))
                return null;
            hasOthers = true;
            if (crawl.Layout.WaveOf(name) is not null)
                break;
        }
        return hasOthers ? DamagedBlobException.Missing(request).Message : null;
    }
}
