using System.Runtime.CompilerServices;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Core.Tests.Blobs;

/// <summary>Blobs in memory, for tests that need thousands of writes and none of the disk.</summary>
internal sealed class MemoryBlobStore : IBlobStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock)
                return [.. _blobs.Keys];
        }
    }

    /// <summary>Returns the size of a blob in bytes.</summary>
    public int SizeOf(string name)
    {
        lock (_lock)
            return _blobs[name].Length;
    }

    /// <summary>Returns a store with the same blobs.</summary>
    public async Task<MemoryBlobStore> CopyAsync(CancellationToken cancellationToken)
    {
        var copy = new MemoryBlobStore();
        foreach (var name in Names)
            await copy.PutAsync(
                name,
                (await GetAsync(name, cancellationToken))!.Value,
                PutCondition.None,
                cancellationToken
            );
        return copy;
    }

    public async Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
        await GetAsync(name, cancellationToken) is { } blob ? new MemoryStream(blob.ToArray()) : null;

    public Task<ReadOnlyMemory<byte>?> GetAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return Task.FromResult(_blobs.TryGetValue(name, out var blob) ? (ReadOnlyMemory<byte>?)blob : null);
    }

    public Task<bool> PutAsync(
        string name,
        ReadOnlyMemory<byte> content,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (condition == PutCondition.IfAbsent)
                return Task.FromResult(_blobs.TryAdd(name, content.ToArray()));
            _blobs[name] = content.ToArray();
            return Task.FromResult(true);
        }
    }

    public async Task<bool> PutStreamAsync(
        string name,
        Stream content,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        return await PutAsync(name, copy.ToArray(), condition, cancellationToken);
    }

    public async IAsyncEnumerable<string> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        foreach (var name in Names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
            yield return name;
    }

    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(_blobs.Remove(name));
    }
}
