using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Crawls;

/// <summary>The limits of a crawl that can be raised after it was accepted. Null leaves a limit unchanged.</summary>
/// <param name="MaxPages"><see cref="CrawlRequest.MaxPages"/>.</param>
/// <param name="MaxDepth"><see cref="CrawlRequest.MaxDepth"/>.</param>
/// <param name="MaxMinutes"><see cref="CrawlRequest.MaxMinutes"/>.</param>
internal sealed record RaisedLimits(int? MaxPages = null, int? MaxDepth = null, int? MaxMinutes = null)
{
    /// <summary>Returns the request with the raised limits.</summary>
    /// <exception cref="ArgumentException">A limit is lower than before, or out of range.</exception>
    public CrawlRequest ApplyTo(CrawlRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var after = request with
        {
            MaxPages = MaxPages ?? request.MaxPages,
            MaxDepth = MaxDepth ?? request.MaxDepth,
            MaxMinutes = MaxMinutes ?? request.MaxMinutes,
        };
        return
            after.MaxPages < request.MaxPages
            || after.MaxDepth < request.MaxDepth
            || after.MaxMinutes < request.MaxMinutes
            // Links beyond the limit are considered again depth by depth; in other orders, waves mix depths.
            || (after.MaxDepth > request.MaxDepth && request.Order != CrawlOrder.BreadthFirst)
            || CrawlRequestValidator.Validate(after).Count > 0
            ? throw new ArgumentException(
                "Limits can only be raised, and only to values that are valid in a request; the depth only of a crawl that is breadth first.",
                nameof(request)
            )
            : after;
    }
}

/// <summary>Raises the limits of a crawl that is not running, so that it continues with the pages it left out.</summary>
internal static class LimitRaise
{
    /// <summary>
    /// Stores the new limits. If the crawl had completed, also removes the summary and the last plan, which has no chunks;
    /// that wave is planned again when the crawl is run. Committed records are kept, so no page is visited twice. Safe to
    /// repeat after a crash.
    /// </summary>
    /// <param name="crawl">The crawl. No worker may be running it.</param>
    /// <param name="limits">The new limits.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <exception cref="ArgumentException">A limit is lower than before, or out of range.</exception>
    public static async Task RaiseLimitsAsync(
        this CrawlBlobs crawl,
        RaisedLimits limits,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(crawl);
        ArgumentNullException.ThrowIfNull(limits);
        var stored = await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false);
        var request = limits.ApplyTo(stored.Request);
        var last = await crawl.FindOpenWaveAsync(cancellationToken).ConfigureAwait(false);
        var plan = await crawl.GetPlanAsync(last, cancellationToken).ConfigureAwait(false);
        var isDone = plan is { LaneChunks.Count: 0 };
        // The first wave that is planned under the new limits.
        var next = isDone ? last : last + 1;
        var from = stored.Raised is { } earlier && earlier.Wave == next ? earlier.From : stored.Request.MaxDepth;
        var update = stored with
        {
            Request = request,
            Raised = request.MaxDepth > from ? new RaisedDepth(next, from) : stored.Raised,
        };
        var (store, json) = (crawl.Store, CrawlJson.Default.StoredRequest);
        await store
            .PutJsonAsync(crawl.Layout.Request, update, json, PutCondition.None, cancellationToken)
            .ConfigureAwait(false);
        if (isDone)
            await store.DeleteAsync(crawl.Layout.Plan(last), cancellationToken).ConfigureAwait(false);
        // Last, so that a crash before this point leaves a completed crawl, whose limits can be raised again. Cancelled
        // crawls are reopened by ReopenAsync.
        var summary = await crawl.TakeSummaryAsync(cancellationToken).ConfigureAwait(false);
        if (summary?.State != CrawlState.Completed)
            return;
        await store.DeleteAsync(crawl.Layout.Summary, cancellationToken).ConfigureAwait(false);
        await store.DeleteAsync(crawl.Layout.Duplicates, cancellationToken).ConfigureAwait(false);
        await store.DeleteAsync(crawl.Layout.NearDuplicates, cancellationToken).ConfigureAwait(false);
    }
}
