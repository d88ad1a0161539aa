using System.Diagnostics.CodeAnalysis;

namespace FunctionsCrawler.Memory;

/// <summary>
/// Admits one document over 4 MiB at a time to be decoded, parsed and extracted: as bytes, text and tree it takes several
/// hundred megabytes. Memory is reserved before the document is loaded. Downloads do not wait here.
/// </summary>
/// <param name="governor">Provides the memory budget. Null: documents wait only for each other.</param>
/// <param name="time">The clock of the wait for memory.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore holds nothing unless its wait handle is asked for.")]
internal sealed class LargeDocumentGate(MemoryGovernor? governor, TimeProvider time)
{
    /// <summary>Documents up to this size do not wait: bytes, or characters of text.</summary>
    public const int Threshold = 4 * 1024 * 1024;

    // An estimate: the bytes, two for each character of the text, two for each of its Markdown, and the tree.
    private const int BytesInMemory = 6;

    // Pages end and browsers are shed within seconds. Longer waits do not help: the waiting chunk itself may hold the memory.
    private static readonly TimeSpan LongestWaitForMemory = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>For processes without a memory budget.</summary>
    public static LargeDocumentGate Unbudgeted { get; } = new(null, TimeProvider.System);

    /// <summary>
    /// Waits until a document of this size may be loaded: first for the document admitted before it, then up to 5 seconds for
    /// free memory. After that the document is admitted anyway, and the governor sheds browsers.
    /// </summary>
    /// <param name="size">Bytes, or characters of text.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A lease to dispose after extraction; null for a document of up to <see cref="Threshold"/>.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<LargeDocumentLease?> EnterAsync(long size, CancellationToken cancellationToken)
    {
        if (size <= Threshold)
            return null;
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (governor is not null)
                await ReserveAsync(governor, size * BytesInMemory, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _turn.Release();
            throw;
        }
        return new LargeDocumentLease(Leave);
    }

    private async Task ReserveAsync(MemoryGovernor governor, long bytes, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var sampled = governor.Sampled;
            var left = LongestWaitForMemory - time.GetElapsedTime(started);
            if (governor.TryReserve(bytes, force: left <= TimeSpan.Zero))
                return;
            try
            {
                await sampled.WaitAsync(left, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // The next iteration forces the reservation.
            }
        }
    }

    private void Leave()
    {
        // The garbage collector knows the machine's memory but not our budget: without this it keeps several such documents.
        GC.Collect();
        governor?.TryReserve(0, force: true);
        _turn.Release();
    }
}

/// <summary>Admits a large document into memory until it is disposed.</summary>
internal sealed class LargeDocumentLease(Action leave) : IDisposable
{
    private Action? _leave = leave;

    /// <summary>Releases the reserved memory; the next large document may be loaded.</summary>
    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
