using FunctionsCrawler.Fetching;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Dispatch;

/// <summary>
/// Visits the URLs of one chunk, several at once, as long as memory and time allow. Each URL ends as a record or is
/// handed back; none is lost.
/// </summary>
internal sealed class ChunkRunner(
    Func<FrontierUrl, CancellationToken, Task<PageRecord>> visit,
    MemoryGovernor governor,
    ICrawlObserver observer,
    TimeProvider time
)
{
    private const int MaxMemoryHandBacks = 3;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _inFlight = new(StringComparer.Ordinal);
    private int _finished;

    /// <summary>Crawls the chunk.</summary>
    /// <param name="chunk">Its URLs.</param>
    /// <param name="budget">After this long no further visit begins, except a first one.</param>
    /// <param name="drain">Gives up the visits in flight; what has no record is handed back.</param>
    /// <returns>For each URL in order its record, or why it was handed back.</returns>
    public async Task<IReadOnlyList<ChunkItem>> RunAsync(PlannedChunk chunk, TimeSpan budget, CancellationToken drain)
    {
        var items = new ChunkItem?[chunk.Urls.Count];
        var hosts = chunk.Urls.Select(u => new Uri(u.Url).Authority).ToList();
        var waiting = new LinkedList<int>(Enumerable.Range(0, items.Length));
        var started = time.GetTimestamp();
        using var shed = CancellationTokenSource.CreateLinkedTokenSource(drain);
        using var watched = new CancellationTokenSource();
        var watching = WatchMemoryAsync(shed, watched.Token);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(chunk.Pages, items.Length)).Select(_ => SlotAsync()))
                .ConfigureAwait(false);
        }
        finally
        {
            await watched.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
        var rest =
            drain.IsCancellationRequested ? HandBackReason.Drain
            : shed.IsCancellationRequested ? HandBackReason.MemoryUntouched
            : HandBackReason.Deadline;
        return [.. items.Select((item, i) => item ?? new ChunkItem(chunk.Urls[i], null, rest))];

        async Task SlotAsync()
        {
            while (await TakeAsync().ConfigureAwait(false) is { } index)
            {
                var url = chunk.Urls[index];
                items[index] = await VisitAsync(url, drain, shed.Token).ConfigureAwait(false);
                lock (_lock)
                {
                    _inFlight[hosts[index]]--;
                    _finished++;
                }
            }
        }

        async Task<int?> TakeAsync()
        {
            while (true)
            {
                var changed = governor.Changed;
                lock (_lock)
                {
                    var inFlight = _inFlight.Values.Sum();
                    var late = _finished + inFlight > 0 && time.GetElapsedTime(started) >= budget;
                    if (waiting.Count == 0 || late || shed.IsCancellationRequested)
                        return null;
                    // One page may always be in flight: a chunk that could not begin would never end.
                    var mayStart = governor.State == MemoryState.Run || inFlight == 0;
                    for (var node = waiting.First; mayStart && node is not null; node = node.Next)
                    {
                        var ofHost = _inFlight.GetValueOrDefault(hosts[node.Value]);
                        if (ofHost >= chunk.PagesPerHost)
                            continue;
                        _inFlight[hosts[node.Value]] = ofHost + 1;
                        waiting.Remove(node);
                        return node.Value;
                    }
                }
                await WaitAsync(changed, shed.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task<ChunkItem> VisitAsync(FrontierUrl url, CancellationToken drain, CancellationToken shed)
    {
        observer.VisitStarted(url.Url);
        var item = await VisitCoreAsync(url, drain, shed).ConfigureAwait(false);
        observer.VisitEnded(url.Url, item.Record);
        return item;
    }

    private async Task<ChunkItem> VisitCoreAsync(FrontierUrl url, CancellationToken drain, CancellationToken shed)
    {
        if (url.MemoryHandBacks >= MaxMemoryHandBacks)
            return new ChunkItem(url, OutOfMemory(url), null);
        try
        {
            return new ChunkItem(url, await visit(url, shed).ConfigureAwait(false), null);
        }
        catch (OperationCanceledException) when (shed.IsCancellationRequested)
        {
            var reason = drain.IsCancellationRequested ? HandBackReason.Drain : HandBackReason.Memory;
            return new ChunkItem(url, null, reason);
        }
    }

    private PageRecord OutOfMemory(FrontierUrl url) =>
        new()
        {
            Url = url.Url,
            Depth = url.Depth,
            ParentUrl = url.Parent,
            FetchedAt = time.GetUtcNow(),
            Attempts = url.MemoryHandBacks,
            Error = new PageError(
                ErrorCode.Memory,
                $"the memory budget was exhausted in each of {url.MemoryHandBacks} visits, the last ones alone"
            ),
        };

    private async Task WatchMemoryAsync(CancellationTokenSource shed, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var changed = governor.Changed;
            if (governor.State == MemoryState.Shed)
            {
                await shed.CancelAsync().ConfigureAwait(false);
                return;
            }
            await WaitAsync(changed, cancellationToken).ConfigureAwait(false);
        }
    }

    // A slot also looks again by itself: another one may have finished, or the time be up.
    private async Task WaitAsync(Task changed, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(TimeSpan.FromSeconds(1), time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Either way the caller looks again.
        }
    }
}

/// <summary>What became of one URL of a chunk: a record, or a reason to hand it back.</summary>
internal sealed record ChunkItem(FrontierUrl Url, PageRecord? Record, HandBackReason? HandBack);

/// <summary>Hears of visits as they happen, for a live view. Nothing depends on what it does.</summary>
public interface ICrawlObserver : IBrowserObserver
{
    /// <summary>A visit has begun.</summary>
    void VisitStarted(string url);

    /// <summary>A visit has ended, with a record, or without one when its URL is handed back.</summary>
    void VisitEnded(string url, PageRecord? record);

    /// <summary>An activity failed and is tried again.</summary>
    void ActivityRetried(string activity, Exception reason);
}
