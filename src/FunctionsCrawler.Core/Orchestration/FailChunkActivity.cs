using FunctionsCrawler.Fetching;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Orchestration;

/// <summary>Commits an error record for each URL of a chunk that failed at every retry, so that the crawl goes on.</summary>
internal sealed class FailChunkActivity(CrawlWorker worker)
{
    /// <summary>Runs the activity.</summary>
    public async Task<CrawlChunkOutput> RunAsync(FailChunkInput input, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(worker.Store, input.CrawlId);
        var plan = await crawl.RequirePlanAsync(input.Wave, cancellationToken).ConfigureAwait(false);
        var chunk = await crawl.GetInputAsync(plan, input.Chunk, cancellationToken).ConfigureAwait(false);
        var now = worker.Time.GetUtcNow();
        List<PageRecord> records = [.. chunk.Urls.Select(url => Record(url, input.Reason, now))];
        var header = await crawl
            .CommitChunkAsync(
                input.Wave,
                input.Chunk,
                ChunkHeaders.Of(records) with
                {
                    StartedAt = now,
                },
                records,
                cancellationToken
            )
            .ConfigureAwait(false);
        return new CrawlChunkOutput(header.Pages, header.Unfinished.Count, Cancelled: false);
    }

    private static PageRecord Record(FrontierUrl url, string reason, DateTimeOffset now) =>
        new()
        {
            Url = url.Url,
            Depth = url.Depth,
            ParentUrl = url.Parent,
            FetchedAt = now,
            Error = new PageError(ErrorCode.Internal, reason),
        };
}
