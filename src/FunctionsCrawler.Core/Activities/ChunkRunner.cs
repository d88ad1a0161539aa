using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Activities;

/// <summary>
/// Visits the URLs of one chunk concurrently, within its time and memory budgets. Each URL ends as a record or is handed back;
/// none is lost.
/// </summary>
internal sealed class ChunkRunner(
    Func<FrontierUrl, CancellationToken, Task<ScrapedPage>> visit,
    Func<Uri, TimeSpan, CancellationToken, Task<IDisposable?>> waitTurn,
    ChunkMemory memory,
    ICrawlObserver observer,
    TimeProvider time
)
{
    private const int MaxMemoryHandBacks = 3;

    /// <summary>
    /// Crawls the chunk. If a visit throws, cancels and awaits the other visits before the exception is rethrown.
    /// </summary>
    /// <param name="chunk">The URLs and the concurrency.</param>
    /// <param name="budget">The time during which visits may start. The first visit always starts.</param>
    /// <param name="drain">Cancels the visits in flight; URLs without a record are handed back.</param>
    /// <returns>For each URL, in order, its page or the reason for handing it back.</returns>
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
            if (memory.State >= MemoryState.Shed)
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
        var restReason =
            drain.IsCancellationRequested ? HandBackReason.Drain
            : shed.IsCancellationRequested ? HandBackReason.MemoryUntouched
            : HandBackReason.Deadline;
        return [.. items.Select((item, i) => item ?? new ChunkItem(chunk.Urls[i], null, restReason))];

        bool MayStart()
        {
            if (shed.IsCancellationRequested || inFlight.Count >= chunk.Pages)
                return false;
            // The first page always starts, even after the budget and under memory pressure: a chunk without any visit would
            // be planned again forever.
            var isFirst = inFlight.Count == 0 && Array.TrueForAll(items, item => item is null);
            return inFlight.Count == 0
                ? isFirst || time.GetElapsedTime(started) < budget
                : memory.State == MemoryState.Run && time.GetElapsedTime(started) < budget;
        }
    }

    private async Task<ChunkItem> VisitAsync(
        FrontierUrl url,
        TimeSpan maxWait,
        CancellationToken drain,
        CancellationToken shed
    )
    {
        if (url.MemoryHandBacks >= MaxMemoryHandBacks)
            return new ChunkItem(url, new ScrapedPage(OutOfMemory(url)), null);
        var started = false;
        ScrapedPage? page = null;
        try
        {
            using var turn = await waitTurn(new Uri(url.Url), maxWait, shed).ConfigureAwait(false);
            if (turn is null)
                return new ChunkItem(url, null, HandBackReason.Deadline);
            started = true;
            observer.VisitStarted(url.Url);
            page = await visit(url, shed).ConfigureAwait(false);
            return new ChunkItem(url, page, null);
        }
        catch (OperationCanceledException) when (shed.IsCancellationRequested)
        {
            var reason =
                drain.IsCancellationRequested ? HandBackReason.Drain
                : started && memory.State != MemoryState.Yield ? HandBackReason.Memory
                : HandBackReason.MemoryUntouched;
            return new ChunkItem(url, null, reason);
        }
        catch (LaunchNotAdmittedException)
        {
            return new ChunkItem(url, null, HandBackReason.MemoryUntouched);
        }
        finally
        {
            if (started)
                observer.VisitEnded(url.Url, page?.Record);
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
                $"the memory budget was exhausted in all {url.MemoryHandBacks} visits, although the last ones ran alone"
            ),
        };
}

/// <summary>The result of one URL of a chunk: a page, or the reason for handing the URL back.</summary>
internal sealed record ChunkItem(FrontierUrl Url, ScrapedPage? Page, HandBackReason? HandBack);
