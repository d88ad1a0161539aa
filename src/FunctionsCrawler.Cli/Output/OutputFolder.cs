using System.Text.Json;
using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Cli.Output;

/// <summary>
/// The folder of one crawl: <c>crawl.json</c> says whose it is, <c>blobs/</c> is the crawl itself, and the rest is
/// written from the blobs at every end. Held by one process at a time.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    private const int Version = 1;
    private const string ManifestName = "crawl.json";

    private readonly FileStream _lock;

    private OutputFolder(string path, FileStream held, FolderManifest manifest)
    {
        (Path, _lock, Settings) = (path, held, manifest.Settings);
        Crawl = new CrawlBlobs(new FileBlobStore(System.IO.Path.Combine(path, "blobs")), manifest.Id);
    }

    /// <summary>The folder as it was named.</summary>
    public string Path { get; }

    /// <summary>What the crawl is allowed.</summary>
    public CrawlSettings Settings { get; }

    /// <summary>The crawl's blobs.</summary>
    public CrawlBlobs Crawl { get; }

    /// <summary>Makes the folder of a new crawl and accepts the crawl in it.</summary>
    /// <exception cref="UsageException">The folder cannot be written, or holds something already.</exception>
    public static async Task<OutputFolder> CreateAsync(string? path, CrawlRequest request, CrawlSettings settings)
    {
        var now = TimeProvider.System.GetUtcNow();
        var id = CrawlIds.New(TimeProvider.System);
        path ??= System.IO.Path.Combine(".", "crawls", id);
        var made = FirstMissing(path);
        try
        {
            if (File.Exists(path))
                throw new UsageException($"the output folder '{path}' is a file; name a new or an empty folder");
            if (made is null)
                RefuseOccupied(path);
            Directory.CreateDirectory(path);
            OutputFolder? folder = null;
            try
            {
                folder = new OutputFolder(path, FolderLock.Take(path), new FolderManifest(Version, id, settings));
                await folder.Crawl.AcceptAsync(new StoredRequest(request, now), CancellationToken.None);
                // Last, so that a folder that names a crawl has one.
                folder.Write(
                    ManifestName,
                    JsonSerializer.Serialize(new(Version, id, settings), FolderJson.Default.FolderManifest)
                );
                return folder;
            }
            catch
            {
                folder?.Dispose();
                Abandon(path, made);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"the output folder '{path}' cannot be written: {e.Message.TrimEnd('.')}; name a folder that can"
            );
        }
    }

    /// <summary>Opens the folder of a crawl that is to go on.</summary>
    /// <exception cref="UsageException">It holds no crawl, one of another version, or is in use.</exception>
    public static async Task<OutputFolder> OpenAsync(string path)
    {
        var name = System.IO.Path.Combine(path, ManifestName);
        if (!File.Exists(name))
            throw new UsageException($"there is no crawl in '{path}' to resume: it has no {ManifestName}");
        OutputFolder? folder = null;
        try
        {
            var manifest = ReadManifest(await File.ReadAllBytesAsync(name));
            folder = new OutputFolder(path, FolderLock.Take(path), manifest);
            await folder.Crawl.GetRequestAsync(CancellationToken.None);
            return folder;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            folder?.Dispose();
            throw new UsageException($"the crawl in '{path}' cannot be resumed: {e.Message}");
        }
    }

    /// <summary>Writes a file of the folder, all of it or nothing.</summary>
    public void Write(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        try
        {
            File.WriteAllText(path + ".new", content);
            File.Move(path + ".new", path, overwrite: true);
        }
        catch
        {
            File.Delete(path + ".new");
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static FolderManifest ReadManifest(byte[] content)
    {
        using var json = Parse(content);
        var version =
            json.RootElement.TryGetProperty("v", out var v)
            && v.ValueKind == JsonValueKind.Number
            && v.TryGetInt32(out var n)
                ? n
                : 0;
        if (version != Version)
            throw new InvalidDataException(
                $"it was written in version {version} of the layout; this program reads version {Version}"
            );
        try
        {
            var manifest = json.Deserialize(FolderJson.Default.FolderManifest)!;
            return manifest is { Id: { } id, Settings.Allow: not null } && CrawlLayout.IsId(id)
                ? manifest
                : throw new JsonException("it names no crawl");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"its {ManifestName} is damaged: {e.Message}", e);
        }
    }

    private static JsonDocument Parse(byte[] content)
    {
        try
        {
            var json = JsonDocument.Parse(content);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? json
                : throw new JsonException("it is no object");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"its {ManifestName} is damaged: {e.Message}", e);
        }
    }

    private static void RefuseOccupied(string path)
    {
        if (File.Exists(System.IO.Path.Combine(path, ManifestName)))
            throw new UsageException(
                $"the output folder '{path}' holds another crawl; go on with it by --resume '{path}', or name another folder"
            );
        if (Directory.EnumerateFileSystemEntries(path).Any())
            throw new UsageException($"the output folder '{path}' is not empty; name a new or an empty one");
    }

    // What could not be begun leaves nothing: neither files nor folders that were not there before.
    private static void Abandon(string path, string? made)
    {
        if (made is not null)
        {
            Directory.Delete(made, recursive: true);
            return;
        }
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo folder)
                folder.Delete(recursive: true);
            else
                entry.Delete();
        }
    }

    /// <summary>The uppermost folder that has to be made for <paramref name="path"/>; null when there is none.</summary>
    private static string? FirstMissing(string path)
    {
        string? missing = null;
        for (
            var folder = System.IO.Path.GetFullPath(path);
            folder is not null && !Directory.Exists(folder);
            folder = System.IO.Path.GetDirectoryName(folder)
        )
            missing = folder;
        return missing;
    }
}
