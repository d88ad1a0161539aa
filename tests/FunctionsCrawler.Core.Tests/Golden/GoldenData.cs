using FunctionsCrawler.Blobs;
using FunctionsCrawler.Core.Tests.Blobs;

namespace FunctionsCrawler.Core.Tests.Golden;

/// <summary>Finds, loads and saves golden data.</summary>
internal static class GoldenData
{
    /// <summary>The environment variable with the folder for new recordings, such as <c>…/Golden/v0.2</c>.</summary>
    private const string RecordVariable = "GOLDEN_RECORD";

    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Golden");

    /// <summary>All folders or files of one kind, in all versions: "v0.1/crawls/batch".</summary>
    public static TheoryData<string> All(string kind)
    {
        var found = Directory
            .EnumerateDirectories(Root, "v*")
            .Select(version => Path.Combine(version, kind))
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateFileSystemEntries)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .ToList();
        // A theory without data would pass without running a test.
        return found.Count > 0 ? [.. found] : throw new DirectoryNotFoundException($"no golden {kind} in {Root}");
    }

    /// <summary>The path of a name that <see cref="All"/> returned.</summary>
    public static string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Creates the folder for a recording. Skips the test if GOLDEN_RECORD is not set; never overwrites.</summary>
    /// <param name="kind">The name of the subfolder.</param>
    public static string RequireRecordFolder(string kind)
    {
        var folder = Environment.GetEnvironmentVariable(RecordVariable);
        Requires.Available(
            !string.IsNullOrEmpty(folder),
            Unavailable.NotRequested,
            $"{RecordVariable} is not set; it names the folder to record new golden data to (see Golden/README.md)"
        );
        var path = Path.Combine(Path.GetFullPath(folder!), kind);
        Assert.False(Directory.Exists(path), $"'{path}' exists; golden data is never overwritten, remove it first");
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>Writes every blob of a store as a file.</summary>
    public static async Task SaveAsync(MemoryBlobStore store, string folder, CancellationToken cancellationToken)
    {
        foreach (var name in store.Names)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var blob = (await store.GetAsync(name, cancellationToken))!.Value;
            await File.WriteAllBytesAsync(path, blob, cancellationToken);
        }
    }

    /// <summary>Loads the files that <see cref="SaveAsync"/> wrote.</summary>
    public static async Task<MemoryBlobStore> LoadAsync(string folder, CancellationToken cancellationToken)
    {
        var store = new MemoryBlobStore();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            var content = await File.ReadAllBytesAsync(path, cancellationToken);
            await store.PutAsync(name, content, PutCondition.None, cancellationToken);
        }
        return store;
    }
}
