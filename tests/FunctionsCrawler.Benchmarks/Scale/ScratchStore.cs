using System.Runtime.CompilerServices;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Benchmarks.Scale;

/// <summary>
/// Blobs in files that are not flushed to the disk, so that the planner is measured and not the disk. Nothing of it counts as
/// memory of the process.
/// </summary>
internal sealed class ScratchStore(string root) : IBlobStore
{
    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<Stream?>(File.Exists(PathOf(name)) ? File.OpenRead(PathOf(name)) : null);

    public async Task<ReadOnlyMemory<byte>?> GetAsync(string name, CancellationToken cancellationToken)
    {
        if (!File.Exists(PathOf(name)))
            return null;
        return await File.ReadAllBytesAsync(PathOf(name), cancellationToken);
    }

    public async Task<bool> PutAsync(
        string name,
        ReadOnlyMemory<byte> content,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (condition == PutCondition.IfAbsent && File.Exists(path))
            return false;
        await File.WriteAllBytesAsync(path, content, cancellationToken);
        return true;
    }

    public async Task<bool> PutStreamAsync(
        string name,
        Stream content,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, cancellationToken);
        return await PutAsync(name, buffer.ToArray(), condition, cancellationToken);
    }

    public async IAsyncEnumerable<string> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        var folder = PathOf(prefix[..(prefix.LastIndexOf('/') + 1)]);
        if (!Directory.Exists(folder))
            yield break;
        var names = Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal));
        foreach (var name in names.Order(StringComparer.Ordinal))
            yield return name;
    }

    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var exists = File.Exists(PathOf(name));
        if (exists)
            File.Delete(PathOf(name));
        return Task.FromResult(exists);
    }

    private string PathOf(string name) => Path.Combine(root, name);
}
