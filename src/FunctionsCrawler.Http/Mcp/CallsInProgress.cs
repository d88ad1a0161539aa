namespace FunctionsCrawler.Http.Mcp;

/// <summary>Ends the calls that are in progress when the process stops: their clients are gone, or will be.</summary>
internal sealed class CallsInProgress : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Links a call with the end of the process. Dispose the result when the call has ended.</summary>
    public CancellationTokenSource Begin(CancellationToken cancellationToken) =>
        CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, cancellationToken);

    /// <summary>Cancels all calls, and those that begin later.</summary>
    public Task CancelAsync() => _stopping.CancelAsync();

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();
}
