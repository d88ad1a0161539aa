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
    Func<Uri, TimeSpan, CancellationToken, Task<IDisposable?>> waitTurn,
    ChunkMemory memory,
    ICrawlObserver observer,
    TimeProvider time
)
{
    private const int MaxMemoryHandBacks = 3;

    /// <summary>Crawls the chunk. If a visit throws, the others are given up and awaited before this throws too.</summary>
    /// <param name="chunk">Its URLs.</param>
    /// <param name="budget">After this long no further visit begins, except a first one.</param>
    /// <param name="drain">Gives up the visits in flight; what has no record is handed back.</param>
    /// <returns>For each URL in order its record, or why it was handed back.</returns>
    public async Task<IReadOnlyList<ChunkItem>> RunAsync(PlannedChunk chunk, TimeSpan budget, CancellationToken drain)
    {
        var started = time.GetTimestamp();
        var items = new ChunkItem?[chunk.Urls.Count];
        var queue = new HostQueue(chunk);
        var inFlight = new Dictionary<Task<ChunkItem>, int>();
        List<Task<ChunkItem>> faulted = [];
        using var shed = CancellationTokenSource.CreateLinkedTokenSource(drain);
        while (true)
        {
            var sampled = memory.Sampled;
            if (memory.State == MemoryState.Shed)
                await shed.CancelAsync().ConfigureAwait(false);
            while (MayStart() && queue.TryTake(out var index))
                inFlight.Add(
                    VisitAsync(chunk.Urls[index], budget - time.GetElapsedTime(started), drain, shed.Token),
                    index
                );
            if (inFlight.Count == 0)
                break;
            await Task.WhenAny([sampled, .. inFlight.Keys]).ConfigureAwait(false);
            foreach (var (visited, index) in inFlight.Where(v => v.Key.IsCompleted).ToList())
            {
                inFlight.Remove(visited);
                queue.Release(index);
                if (visited.IsCompletedSuccessfully)
                    items[index] = await visited.ConfigureAwait(false);
                else
                    faulted.Add(visited);
            }
            if (faulted.Count > 0)
                await shed.CancelAsync().ConfigureAwait(false);
        }
        await Task.WhenAll(faulted).ConfigureAwait(false);
        var rest =
            drain.IsCancellationRequested ? HandBackReason.Drain
            : shed.IsCancellationRequested ? HandBackReason.MemoryUntouched
            : HandBackReason.Deadline;
        return [.. items.Select((item, i) => item ?? new ChunkItem(chunk.Urls[i], null, rest))];

        bool MayStart()
        {
            if (shed.IsCancellationRequested || inFlight.Count >= chunk.Pages)
                return false;
            // A chunk that could not begin would never end: its first page is late for nothing, and runs in a pause too.
            var isFirst = inFlight.Count == 0 && Array.TrueForAll(items, item => item is null);
            return inFlight.Count == 0
                ? isFirst || time.GetElapsedTime(started) < budget
                : memory.State == MemoryState.Run && time.GetElapsedTime(started) < budget;
        }
    }

    private async Task<ChunkItem> VisitAsync(
        FrontierUrl url,
        TimeSpan patience,
        CancellationToken drain,
        CancellationToken shed
    )
    {
        if (url.MemoryHandBacks >= MaxMemoryHandBacks)
            return new ChunkItem(url, OutOfMemory(url), null);
        var begun = false;
        PageRecord? record = null;
        try
        {
            using var turn = await waitTurn(new Uri(url.Url), patience, shed).ConfigureAwait(false);
            if (turn is null)
                return new ChunkItem(url, null, HandBackReason.Deadline);
            begun = true;
            observer.VisitStarted(url.Url);
            record = await visit(url, shed).ConfigureAwait(false);
            return new ChunkItem(url, record, null);
        }
        catch (OperationCanceledException) when (shed.IsCancellationRequested)
        {
            var reason =
                drain.IsCancellationRequested ? HandBackReason.Drain
                : begun ? HandBackReason.Memory
                : HandBackReason.MemoryUntouched;
            return new ChunkItem(url, null, reason);
        }
        catch (LaunchNotAdmittedException)
        {
            return new ChunkItem(url, null, HandBackReason.MemoryUntouched);
        }
        finally
        {
            if (begun)
                observer.VisitEnded(url.Url, record);
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
