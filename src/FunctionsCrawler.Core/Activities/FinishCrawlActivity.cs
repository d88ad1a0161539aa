using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Activities;

/// <summary>Commits the list of duplicate records and then the summary of a crawl, once.</summary>
internal sealed class FinishCrawlActivity(IBlobStore store, ICrawlOwnership ownership, TimeProvider time)
{
    private const int MaxReason = 500;

    /// <summary>
    /// Ends the crawl. If it has ended before, returns the committed result. A crawl that failed or was cancelled ends with what
    /// can be read.
    /// </summary>
    /// <exception cref="DamagedBlobException">
    /// The crawl cannot end as completed, because a plan or a chunk is damaged or missing; or its request is damaged.
    /// </exception>
    public async Task<FinishCrawlOutput> RunAsync(FinishCrawlInput input, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, input.CrawlId);
        if (await crawl.IsDeletedAsync(cancellationToken).ConfigureAwait(false))
            return new FinishCrawlOutput(input.State, new PageCounts());
        // The crawl has not ended: another process has taken it and continues.
        if (!await ownership.OwnsAsync(input.CrawlId, cancellationToken).ConfigureAwait(false))
            return new FinishCrawlOutput(input.State, new PageCounts());
        var summary = await crawl.TakeSummaryAsync(cancellationToken).ConfigureAwait(false);
        if (summary is null)
        {
            summary = await ComputeAsync(crawl, input, cancellationToken).ConfigureAwait(false);
            var committed = await store
                .PutJsonAsync(
                    crawl.Layout.Summary,
                    summary,
                    CrawlJson.Default.CrawlSummary,
                    PutCondition.IfAbsent,
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (!committed)
                summary = (await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false))!;
        }
        var stored = await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false);
        var notify = stored.Request.CallbackUrl is not null;
        // With a webhook, the crawl stays open until NotifyWebhook has run.
        if (!notify)
            await new CrawlIndex(store)
                .CloseAsync(new CrawlEntry(input.CrawlId, stored.AcceptedAt), cancellationToken)
                .ConfigureAwait(false);
        var pages = new PageCounts { Succeeded = summary.Pages.Succeeded, Failed = summary.Pages.Failed };
        return new FinishCrawlOutput(summary.State, pages, notify);
    }

    private async Task<CrawlSummary> ComputeAsync(
        CrawlBlobs crawl,
        FinishCrawlInput input,
        CancellationToken cancellationToken
    )
    {
        var finder = new DuplicateFinder();
        // A crawl that stopped early has not looked for all pages.
        var changes =
            input.State == CrawlState.Completed
                ? await ChangeCount.StartAsync(crawl, cancellationToken).ConfigureAwait(false)
                : null;
        var damaged = new List<string>();
        var summary = await CrawlSummaries
            .ComputeAsync(
                crawl,
                input.State,
                time,
                header =>
                {
                    finder.Add(header);
                    changes?.Add(header);
                },
                OnDamage,
                cancellationToken
            )
            .ConfigureAwait(false);
        var (duplicates, nearDuplicates) = await finder.WriteAsync(crawl, cancellationToken).ConfigureAwait(false);
        var reason = (input.Reason, damaged) switch
        {
            ({ } given, _) => given,
            (_, []) => input.State == CrawlState.Failed ? "the crawl stopped because of an error; see the log" : null,
            _ => $"{damaged.Count} stored plans or chunks cannot be read, the first because {damaged[0]}",
        };
        return summary with
        {
            Pages = summary.Pages with { Duplicates = duplicates },
            NearDuplicates = nearDuplicates,
            Changes = changes?.Sum(),
            Reason = reason?.Length > MaxReason ? reason[..MaxReason] + "…" : reason,
        };

        void OnDamage(DamagedBlobException damage)
        {
            if (input.State == CrawlState.Completed)
                throw damage;
            // A crawl that stopped early has chunks that were never crawled.
            if (!damage.IsMissing)
                damaged.Add(damage.Message);
        }
    }
}
