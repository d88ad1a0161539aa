using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Orchestration;

/// <summary>Sums a crawl up from the headers of its chunks and commits the summary once.</summary>
internal sealed class FinishCrawlActivity(IBlobStore store, TimeProvider time)
{
    /// <summary>Runs the activity.</summary>
    public async Task<FinishCrawlOutput> RunAsync(FinishCrawlInput input, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, input.CrawlId);
        var summary = await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false);
        if (summary is null)
        {
            summary = await CrawlSummaries
                .ComputeAsync(crawl, input.State, time, cancellationToken)
                .ConfigureAwait(false);
            var won = await store
                .PutJsonAsync(
                    crawl.Layout.Summary,
                    summary,
                    CrawlJson.Default.CrawlSummary,
                    PutCondition.IfAbsent,
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (!won)
                summary = (await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false))!;
        }
        var pages = new PageCounts { Succeeded = summary.Pages.Succeeded, Failed = summary.Pages.Failed };
        return new FinishCrawlOutput(summary.State, pages);
    }
}
