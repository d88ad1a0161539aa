using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Activities;

/// <summary>
/// Watches whether another worker commits a chunk. It may execute the same one: after a stall, this worker continues when the
/// other has taken over.
/// </summary>
internal sealed class CommitWatch(CrawlBlobs crawl, int wave, int chunk, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    /// <summary>Stops the chunk when another worker has committed it. Returns the header of that commit, or null.</summary>
    /// <param name="drain">Cancelled to stop the chunk; its cancellation ends the watch.</param>
    public async Task<ChunkHeader?> RunAsync(CancellationTokenSource drain)
    {
        ArgumentNullException.ThrowIfNull(drain);
        var token = drain.Token;
        try
        {
            while (true)
            {
                await Task.Delay(Poll, time, token).ConfigureAwait(false);
                if (await TryFindHeaderAsync(token).ConfigureAwait(false) is not { } header)
                    continue;
                await drain.CancelAsync().ConfigureAwait(false);
                return header;
            }
        }
        catch (OperationCanceledException)
        {
            // The chunk has ended, or the host is stopping.
            return null;
        }
    }

    // A failed look must neither fail the chunk nor prevent the disposal of its browser; the next one may succeed.
    private async Task<ChunkHeader?> TryFindHeaderAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await crawl.FindHeaderAsync(wave, chunk, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return null;
        }
    }
}
