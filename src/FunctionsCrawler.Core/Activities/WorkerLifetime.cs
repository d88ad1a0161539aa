namespace FunctionsCrawler.Activities;

/// <summary>Tells whether this process still accepts chunks, and whether it should be restarted.</summary>
internal sealed class WorkerLifetime : IDisposable
{
    private readonly CancellationTokenSource _draining = new();

    private readonly TaskCompletionSource _exhausted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Completes when this process has no memory left for browsers. Its host should then drain it and start a new process.
    /// </summary>
    public Task Exhausted => _exhausted.Task;

    /// <summary>Cancelled when the process no longer accepts chunks.</summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>
    /// Stops accepting chunks. Chunks in progress dispose their browsers, commit what they have and hand back the rest.
    /// </summary>
    public Task DrainAsync() => _draining.CancelAsync();

    /// <summary>Reports that this process has no memory left for browsers.</summary>
    public void ReportExhausted() => _exhausted.TrySetResult();

    /// <inheritdoc/>
    public void Dispose() => _draining.Dispose();
}
