using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// Reads the progress of a crawl from its blobs: for processes that do not run it, and for the engine that continues it. Reads
/// the headers of the open wave, so it is slower than the progress of the engine.
/// </summary>
internal static class StoredProgress
{
    /// <summary>Returns the progress of a crawl that has not ended. Damaged blobs are not counted.</summary>
    public static async Task<CrawlProgress> ReadProgressAsync(
        this CrawlBlobs crawl,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(crawl);
        var progress = new CrawlProgress
        {
            Wave = await crawl.FindOpenWaveAsync(cancellationToken).ConfigureAwait(false),
        };
        try
        {
            if (await crawl.GetPlanAsync(progress.Wave, cancellationToken).ConfigureAwait(false) is not { } plan)
                return progress;
            // The last plan of a crawl has no chunks, and no depth of its own.
            var deepest =
                plan.LaneChunks.Count == 0 && progress.Wave > 0
                    ? await crawl.GetPlanAsync(progress.Wave - 1, cancellationToken).ConfigureAwait(false)
                    : plan;
            progress = progress with
            {
                Depth = deepest?.Depth ?? 0,
                Queued = plan.Planned + plan.Waiting,
                Pages = plan.Pages,
                Share = plan.Share,
                IsFinishing = plan.LaneChunks.Count == 0 ? true : null,
            };
            var headers = crawl.ReadHeadersAsync(progress.Wave, plan.LaneChunks.Sum(), cancellationToken);
            await foreach (var (_, header) in headers.ConfigureAwait(false))
                progress = progress.Add(new CrawlProgress { Pages = header.Pages });
        }
        catch (DamagedBlobException)
        {
            // The activity that needs the blob repairs it, and says so.
        }
        return progress;
    }
}
