namespace FunctionsCrawler.Memory;

/// <summary>
/// The queue of chunks that wait for memory to launch a browser. Chunks of the crawls with the fewest browsers come first;
/// between equals the first come is the first served, so that small launches cannot starve a large one.
/// </summary>
/// <param name="ledger">Decides whether there is room.</param>
/// <param name="guard">The lock that protects the ledger and this queue.</param>
/// <param name="onYield">Called when a chunk must give its browser back, so that it need not wait for the next sample.</param>
/// <param name="time">Clock of the waiting time.</param>
internal sealed class LaunchQueue(MemoryLedger ledger, Lock guard, Action onYield, TimeProvider time)
{
    private readonly LinkedList<Waiter> _waiting = new();

    /// <summary>The number of waiting chunks.</summary>
    public int Count
    {
        get
        {
            lock (guard)
                return _waiting.Count;
        }
    }

    /// <summary>Waits until there is memory for the chunk's browser, at most for the chunk's remaining waiting time.</summary>
    /// <exception cref="LaunchNotAdmittedException">The waiting time has elapsed.</exception>
    public async Task<ILaunchToken> WaitAsync(ChunkMemory chunk, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(chunk, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (guard)
        {
            _waiting.AddLast(waiter);
            chunk.IsWaiting = true;
            Advance();
        }
        var admitted = waiter.Admitted.Task;
        try
        {
            return await admitted.WaitAsync(chunk.RemainingWait(), time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            lock (guard)
            {
                _waiting.Remove(waiter);
                chunk.IsWaiting = false;
                Advance();
            }
            // It was admitted at the same moment: release the reservation, because nobody else will.
            if (admitted.IsCompletedSuccessfully)
                (await admitted.ConfigureAwait(false)).Dispose();
            if (e is OperationCanceledException)
                throw;
            throw new LaunchNotAdmittedException(
                "there was not enough memory for a browser within the chunk's waiting time"
            );
        }
    }

    /// <summary>Admits the next chunks while there is room. The caller holds the lock.</summary>
    public void Advance()
    {
        while (_waiting.MinBy(w => ledger.BrowsersOf(w.Chunk.CrawlId)) is { } next)
        {
            try
            {
                if (!ledger.HasRoom(next.Chunk))
                {
                    if (ledger.BrowsersOf(next.Chunk.CrawlId) == 0 && ledger.YieldOne())
                        onYield();
                    return;
                }
                next.Admitted.SetResult(next.Chunk.Admit());
            }
            catch (WorkerExhaustedException e)
            {
                next.Admitted.SetException(e);
            }
            _waiting.Remove(next);
            next.Chunk.IsWaiting = false;
        }
    }

    private sealed record Waiter(ChunkMemory Chunk, TaskCompletionSource<ILaunchToken> Admitted);
}
