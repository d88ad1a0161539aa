using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Benchmarks.Scale;

/// <summary>Counts what a store is asked for.</summary>
internal sealed class CountingStore(IBlobStore store) : IBlobStore
{
    private long _reads;
    private long _writes;
    private long _others;
    private long _bytesWritten;

    /// <summary>What was counted so far.</summary>
    public StoreCounts Counts =>
        new(
            Interlocked.Read(ref _reads),
            Interlocked.Read(ref _writes),
            Interlocked.Read(ref _others),
            Interlocked.Read(ref _bytesWritten)
        );

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return store.OpenReadAsync(name, cancellationToken);
    }

    public Task<ReadOnlyMemory<byte>?> GetAsync(string name, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return store.GetAsync(name, cancellationToken);
    }

    public Task<bool> PutAsync(
        string name,
        ReadOnlyMemory<byte> content,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        Interlocked.Increment(ref _writes);
        Interlocked.Add(ref _bytesWritten, content.Length);
        return store.PutAsync(name, content, condition, cancellationToken);
    }

    public Task<bool> PutStreamAsync(
        string name,
        Stream content,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        Interlocked.Increment(ref _writes);
        return store.PutStreamAsync(name, content, condition, cancellationToken);
    }

    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _others);
        return store.ListAsync(prefix, cancellationToken);
    }

    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _others);
        return store.DeleteAsync(name, cancellationToken);
    }
}

/// <summary>The number of requests to a store.</summary>
/// <param name="Reads">Blobs read.</param>
/// <param name="Writes">Blobs written.</param>
/// <param name="Others">Lists and deletes.</param>
/// <param name="BytesWritten">The size of the blobs written, without streams.</param>
internal readonly record struct StoreCounts(long Reads, long Writes, long Others, long BytesWritten)
{
    public static StoreCounts operator -(StoreCounts left, StoreCounts right) =>
        new(
            left.Reads - right.Reads,
            left.Writes - right.Writes,
            left.Others - right.Others,
            left.BytesWritten - right.BytesWritten
        );
}
