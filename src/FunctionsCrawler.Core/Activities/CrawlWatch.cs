using FunctionsCrawler.Blobs;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Activities;

/// <summary>
/// Watches the crawls that this process works for and tells when the work must stop: the crawl was cancelled, has ended, or
/// belongs to another process. All chunks of a crawl share one watch, because each look is a request to the store.
/// </summary>
internal sealed class CrawlWatch(IBlobStore store, ICrawlOwnership ownership, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(4);

    // After a longer time between two ticks the process was stalled, and anything may have happened.
    private static readonly TimeSpan Stall = 3 * Period;

    // Ends and owners change rarely, so most ticks only look for the cancel marker. Each look at everything is three requests.
    private const int TicksPerFullCheck = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Watch> _watches = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Starts to watch a crawl. Dispose the result when the work has ended.</summary>
    public WatchedCrawl Enter(string crawlId)
    {
        lock (_lock)
        {
            if (!_watches.TryGetValue(crawlId, out var watch))
            {
                watch = new Watch();
                _watches.Add(crawlId, watch);
                watch.Task = Task.Run(() => WatchAsync(new CrawlBlobs(store, crawlId), watch));
            }
            watch.Users++;
            return new WatchedCrawl(watch.Checked.Task, () => Leave(watch), watch.Stop.Token);
        }
    }

    /// <summary>Ends all watches.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] watching;
        lock (_lock)
            watching = [.. _watches.Values.Select(w => w.Task)];
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(watching).ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void Leave(Watch watch)
    {
        lock (_lock)
        {
            watch.Users--;
            watch.IsIdle = false;
        }
    }

    private async Task WatchAsync(CrawlBlobs crawl, Watch watch)
    {
        try
        {
            // The first look as well: a stalled process may enter a crawl that it has lost meanwhile.
            var isFull = true;
            for (var tick = 1; !await MustStopAsync(crawl, isFull).ConfigureAwait(false); tick++)
            {
                watch.Checked.TrySetResult();
                var before = time.GetTimestamp();
                await Task.Delay(Period, time, _stopping.Token).ConfigureAwait(false);
                if (TryEnd(crawl.CrawlId, watch))
                    return;
                isFull = tick % TicksPerFullCheck == 0 || time.GetElapsedTime(before) > Stall;
            }
            // Whoever enters from now on looks again: the crawl may be reopened.
            lock (_lock)
                _watches.Remove(crawl.CrawlId);
            await watch.Stop.CancelAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
        finally
        {
            watch.Checked.TrySetResult();
        }
    }

    // The watch outlives its last user by one or two ticks: usually the next chunk of the crawl follows.
    private bool TryEnd(string crawlId, Watch watch)
    {
        lock (_lock)
        {
            if (watch.Users > 0)
                return false;
            if (watch.IsIdle)
                _watches.Remove(crawlId);
            (var wasIdle, watch.IsIdle) = (watch.IsIdle, true);
            return wasIdle;
        }
    }

    // A failed look must neither fail the work nor stop it. The next one may succeed.
    private async Task<bool> MustStopAsync(CrawlBlobs crawl, bool isFull)
    {
        var token = _stopping.Token;
        try
        {
            return await crawl.IsCancelledAsync(token).ConfigureAwait(false)
                || (
                    isFull
                    && (
                        await crawl.IsClosedAsync(token).ConfigureAwait(false)
                        || !await ownership.OwnsAsync(crawl.CrawlId, token).ConfigureAwait(false)
                    )
                );
        }
        catch (IOException)
        {
            return false;
        }
    }

    private sealed class Watch
    {
        public int Users { get; set; }

        public bool IsIdle { get; set; }

        public CancellationTokenSource Stop { get; } = new();

        public TaskCompletionSource Checked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task { get; set; } = Task.CompletedTask;
    }
}

/// <summary>A crawl that is being watched.</summary>
/// <param name="firstCheck">Completes after the first look at the crawl.</param>
/// <param name="leave">Ends the use of the watch.</param>
/// <param name="stopped">Cancelled when the work must stop.</param>
internal sealed class WatchedCrawl(Task firstCheck, Action leave, CancellationToken stopped) : IDisposable
{
    private int _isLeft;

    /// <summary>Cancelled when the work must stop.</summary>
    public CancellationToken Stopped => stopped;

    /// <summary>Whether the work may start. Waits for the first look at the crawl.</summary>
    public async Task<bool> MayStartAsync(CancellationToken cancellationToken)
    {
        await firstCheck.WaitAsync(cancellationToken).ConfigureAwait(false);
        return !stopped.IsCancellationRequested;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isLeft, 1) == 0)
            leave();
    }
}
