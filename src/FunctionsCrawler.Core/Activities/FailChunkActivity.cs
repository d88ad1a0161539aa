using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Activities;

/// <summary>Commits an error record for each URL of a chunk whose retries are used up, so that the crawl can continue.</summary>
internal sealed class FailChunkActivity(IBlobStore store, TimeProvider time)
{
    /// <summary>Commits the records. If the chunk was committed before, returns the committed result.</summary>
    /// <exception cref="DamagedBlobException">The request is damaged, so the chunk cannot be crawled; its pages are not at fault.</exception>
    public async Task<CrawlChunkOutput> RunAsync(FailChunkInput input, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, input.CrawlId);
        await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false);
        var plan = await crawl.RequirePlanAsync(input.Wave, cancellationToken).ConfigureAwait(false);
        var chunk = await crawl.GetInputAsync(plan, input.Chunk, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        List<PageRecord> records = [.. chunk.Urls.Select(url => Record(url, input.Reason))];
        var header = await crawl
            .CommitChunkAsync(
                input.Wave,
                input.Chunk,
                ChunkHeaders.Of([.. records.Select(r => new ScrapedPage(r))]) with
                {
                    StartedAt = now,
                },
                records,
                cancellationToken
            )
            .ConfigureAwait(false);
        return new CrawlChunkOutput(header.Pages, header.Unfinished.Count, Cancelled: false);
    }

    private PageRecord Record(FrontierUrl url, string reason) =>
        PageScraper.NewRecord(new PageTarget(url.Url) { Depth = url.Depth, ParentUrl = url.Parent }, time) with
        {
            Error = new PageError(ErrorCode.Internal, reason),
        };
}
