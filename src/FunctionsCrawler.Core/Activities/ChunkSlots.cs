namespace FunctionsCrawler.Activities;

/// <summary>
/// Limits how many chunks a worker crawls at the same time, and shares the slots between crawls. A crawl without a running
/// chunk starts one even if all slots are taken, up to twice their number: so a small crawl does not wait for the chunks of a
/// large one. A free slot goes to the crawl with the fewest running chunks.
/// </summary>
/// <param name="slots">The number of slots; null for no limit.</param>
/// <param name="maxWaiting">
/// The number of chunks that may wait. Each occupies an activity slot of the host, and the activities that only use the store
/// need some of those.
/// </param>
/// <param name="longestWait">How long a chunk may wait.</param>
/// <param name="time">The clock of the waiting time.</param>
internal sealed class ChunkSlots(int? slots, int maxWaiting, TimeSpan longestWait, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);
    private readonly LinkedList<Waiter> _waiting = new();
    private int _total;

    /// <summary>The number of chunks that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Waits for a slot. Dispose the result to release it.</summary>
    /// <returns>Null if too many chunks wait, or if this one has waited for too long.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<IDisposable?> EnterAsync(string crawlId, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (CanStart(crawlId))
                return Start(crawlId);
            if (_waiting.Count >= maxWaiting)
                return null;
            waiter = new Waiter(crawlId);
            _waiting.AddLast(waiter);
        }
        try
        {
            return await waiter.Slot.Task.WaitAsync(longestWait, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            lock (_lock)
                _waiting.Remove(waiter);
            // It got a slot at the same moment.
            if (waiter.Slot.Task.IsCompletedSuccessfully)
                (await waiter.Slot.Task.ConfigureAwait(false)).Dispose();
            if (e is OperationCanceledException)
                throw;
            return null;
        }
    }

    private int RunningOf(string crawlId) => _running.GetValueOrDefault(crawlId);

    private bool CanStart(string crawlId) =>
        slots is not { } limit || _total < (RunningOf(crawlId) == 0 ? 2 * limit : limit);

    private Slot Start(string crawlId)
    {
        _running[crawlId] = RunningOf(crawlId) + 1;
        _total++;
        return new Slot(this, crawlId);
    }

    private void Release(string crawlId)
    {
        lock (_lock)
        {
            _total--;
            if (--_running[crawlId] == 0)
                _running.Remove(crawlId);
            while (_waiting.Where(w => CanStart(w.CrawlId)).MinBy(w => RunningOf(w.CrawlId)) is { } next)
            {
                _waiting.Remove(next);
                next.Slot.SetResult(Start(next.CrawlId));
            }
        }
    }

    private sealed record Waiter(string CrawlId)
    {
        public TaskCompletionSource<IDisposable> Slot { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Slot(ChunkSlots owner, string crawlId) : IDisposable
    {
        private int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
                owner.Release(crawlId);
        }
    }
}
