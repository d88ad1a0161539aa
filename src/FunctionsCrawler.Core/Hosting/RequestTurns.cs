namespace FunctionsCrawler.Hosting;

/// <summary>Lets a limited number of requests run at the same time, and a limited number wait for their turn.</summary>
/// <param name="running">The maximum number of running requests.</param>
/// <param name="maxWaiting">The maximum number of waiting requests.</param>
internal sealed class RequestTurns(int running, int maxWaiting) : IDisposable
{
    private readonly SemaphoreSlim _running = new(running);
    private int _waiting;

    /// <summary>The number of requests that wait for their turn.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Waits for a turn. If there was one, call <see cref="Leave"/> at its end.</summary>
    /// <returns>False if too many requests wait already.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; there is no turn.</exception>
    public async Task<bool> TryEnterAsync(CancellationToken cancellationToken)
    {
        // Try without waiting first, so that only requests that really wait are counted.
        if (await _running.WaitAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false))
            return true;
        try
        {
            if (Interlocked.Increment(ref _waiting) > maxWaiting)
                return false;
            await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Ends a turn.</summary>
    public void Leave() => _running.Release();

    /// <inheritdoc/>
    public void Dispose() => _running.Dispose();
}
