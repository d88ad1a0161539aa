namespace FunctionsCrawler.Fetching;

/// <summary>
/// The room of one document in this process's memory. Of large ones there is one at a time, from the moment it proves to be
/// large until it is extracted: as bytes, text and tree it takes some hundred megabytes, and eight at once filled 700.
/// </summary>
internal sealed class LargeDocument : IDisposable
{
    /// <summary>What is larger waits for its turn; bytes, or characters of text.</summary>
    public const int From = 4 * 1024 * 1024;

    private static readonly SemaphoreSlim Turn = new(1);

    /// <summary>Whether the document is a large one, and has its turn.</summary>
    public bool HasEntered { get; private set; }

    /// <summary>Waits for the turn of a document of this size, if it is a large one and has not entered before.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task EnterAsync(long size, CancellationToken cancellationToken)
    {
        if (HasEntered || size <= From)
            return;
        await Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        HasEntered = true;
    }

    /// <summary>The document is done with.</summary>
    public void Dispose()
    {
        if (!HasEntered)
            return;
        HasEntered = false;
        // The collector knows the machine's memory and not our budget: left to itself it keeps several such documents.
        GC.Collect();
        Turn.Release();
    }
}
