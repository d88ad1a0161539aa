using System.Runtime.CompilerServices;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Core.Tests.Storage;

/// <summary>Blobs in memory, for tests that need thousands of writes and none of the disk.</summary>
internal sealed class MemoryBlobStore : IBlobStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, BlobContent> _blobs = new(StringComparer.Ordinal);
    private int _version;

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock)
                return [.. _blobs.Keys];
        }
    }

    public async Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
        await GetAsync(name, cancellationToken) is { } blob ? new MemoryStream(blob.Bytes.ToArray()) : null;

    public Task<BlobContent?> GetAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return Task.FromResult(_blobs.GetValueOrDefault(name));
    }

    public Task<string?> PutAsync(
        string name,
        ReadOnlyMemory<byte> content,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var current = _blobs.GetValueOrDefault(name);
            if (
                condition.MustBeAbsent
                    ? current is not null
                    : condition.ETag is { } tag && !string.Equals(current?.ETag, tag, StringComparison.Ordinal)
            )
                return Task.FromResult<string?>(null);
            _blobs[name] = new BlobContent(content.ToArray(), $"{++_version}");
            return Task.FromResult<string?>(_blobs[name].ETag);
        }
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
