using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Dispatch;

/// <summary>
/// Chunks that wait until there is memory for a browser. The first to ask is the first to be admitted: a big one is not
/// overtaken for ever by small ones.
/// </summary>
/// <param name="ledger">Who uses how much.</param>
/// <param name="guard">The lock of the ledger.</param>
/// <param name="time">The clock.</param>
internal sealed class LaunchQueue(MemoryLedger ledger, Lock guard, TimeProvider time)
{
    private readonly LinkedList<Waiter> _waiting = new();

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (guard)
                return _waiting.Count;
        }
    }

    /// <summary>Waits for a place in memory, as long as the chunk may.</summary>
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
            // Admitted in this very moment: nobody else would give the place back.
            if (admitted.IsCompletedSuccessfully)
                (await admitted.ConfigureAwait(false)).Dispose();
            if (e is OperationCanceledException)
                throw;
            throw new LaunchNotAdmittedException("there was no memory for a browser as long as the chunk could wait");
        }
    }

    /// <summary>Admits whoever has room now. The lock is held.</summary>
    public void Advance()
    {
        while (_waiting.First is { Value: var next })
        {
            try
            {
                if (!ledger.HasRoom(next.Chunk))
                    return;
                next.Admitted.SetResult(next.Chunk.Admit());
            }
            catch (WorkerExhaustedException e)
            {
                next.Admitted.SetException(e);
            }
            _waiting.RemoveFirst();
            next.Chunk.IsWaiting = false;
        }
    }

    private sealed record Waiter(ChunkMemory Chunk, TaskCompletionSource<ILaunchToken> Admitted);
}
