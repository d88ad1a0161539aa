using System.Text.Json;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Output;

/// <summary>
/// The output folder of one crawl: <c>crawl.json</c> identifies the crawl, <c>blobs/</c> is its state, and the results are
/// written from the blobs. Locked: only one process at a time can use it.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    private const int Version = 1;

    /// <summary>The file that identifies the folder of a crawl.</summary>
    public const string ManifestName = "crawl.json";

    private readonly FileStream _lock;
    private FolderManifest _manifest;

    private OutputFolder(string path, FileStream held, FolderManifest manifest)
    {
        (Path, _lock, _manifest) = (path, held, manifest);
        Crawl = new CrawlBlobs(new FileBlobStore(System.IO.Path.Combine(path, "blobs")), manifest.Id);
    }

    /// <summary>The path as given on the command line.</summary>
    public string Path { get; }

    /// <summary>What the host allows the crawl.</summary>
    public CrawlSettings Settings => _manifest.Settings;

    /// <summary>What the Markdown files hold.</summary>
    public FileSettings Files => _manifest.Files ?? FileSettings.Former;

    public CrawlBlobs Crawl { get; }

    /// <summary>Creates the folder of a new crawl and stores the request in it.</summary>
    /// <exception cref="UsageException">The folder cannot be written or is not empty.</exception>
    public static async Task<OutputFolder> CreateAsync(
        string? path,
        CrawlRequest request,
        CrawlSettings settings,
        FileSettings? files = null
    )
    {
        var now = TimeProvider.System.GetUtcNow();
        var id = CrawlIds.New(TimeProvider.System);
        path ??= System.IO.Path.Combine(".", "crawls", id);
        var created = FirstMissing(path);
        try
        {
            if (File.Exists(path))
                throw new UsageException($"the output folder '{path}' is a file; name a new or an empty folder");
            if (created is null)
                RequireEmpty(path);
            Directory.CreateDirectory(path);
            OutputFolder? folder = null;
            try
            {
                var manifest = new FolderManifest(Version, id, settings, files ?? new FileSettings());
                folder = new OutputFolder(path, FolderLock.Take(path), manifest);
                await folder.Crawl.AcceptAsync(new StoredRequest(request, now), CancellationToken.None);
                // Written last: a folder with a manifest has a complete crawl.
                folder.Write(manifest);
                return folder;
            }
            catch
            {
                folder?.Dispose();
                Remove(path, created);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"the output folder '{path}' cannot be written: {e.Message.TrimEnd('.')}; name a folder that can be written"
            );
        }
    }

    /// <summary>Opens the folder of an existing crawl to resume it.</summary>
    /// <exception cref="UsageException">The folder has no crawl, has another layout version, is damaged, or is in use.</exception>
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
        catch (Exception e)
            when (e is IOException or InvalidDataException or DamagedBlobException or UnauthorizedAccessException)
        {
            folder?.Dispose();
            throw new UsageException($"the crawl in '{path}' cannot be resumed: {e.Message}");
        }
    }

    /// <summary>Opens the crawl of a folder for reading only. Another process may be using it.</summary>
    /// <exception cref="UsageException">The folder has another layout version, or is damaged.</exception>
    public static async Task<CrawlBlobs> ReadAsync(string path)
    {
        try
        {
            var manifest = ReadManifest(await File.ReadAllBytesAsync(System.IO.Path.Combine(path, ManifestName)));
            return new CrawlBlobs(new FileBlobStore(System.IO.Path.Combine(path, "blobs")), manifest.Id);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new UsageException($"the crawl in '{path}' cannot be read: {e.Message}");
        }
    }

    /// <summary>The path of an entry of the folder.</summary>
    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file of the folder atomically.</summary>
    public void Write(string name, string content)
    {
        var path = At(name);
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

    /// <summary>Changes what the Markdown files hold. They are written again at the end of the crawl.</summary>
    /// <exception cref="UsageException">The manifest cannot be written.</exception>
    public void Change(FileSettings files)
    {
        try
        {
            Write(_manifest with { Files = files });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the crawl in '{Path}' cannot be resumed: {e.Message}");
        }
    }

    private void Write(FolderManifest manifest)
    {
        Write(ManifestName, JsonSerializer.Serialize(manifest, FolderJson.Default.FolderManifest));
        _manifest = manifest;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    /// <summary>Reads the manifest of a folder.</summary>
    /// <exception cref="InvalidDataException">It has another layout version or is damaged.</exception>
    internal static FolderManifest ReadManifest(byte[] content)
    {
        using var json = Parse(content);
        var version =
            json.RootElement.TryGetProperty("v", out var v)
            && v.ValueKind == JsonValueKind.Number
            && v.TryGetInt32(out var n)
                ? n
                : 0;
        if (version != Version)
            throw new InvalidDataException($"it has layout version {version}; this program reads version {Version}");
        try
        {
            var manifest = json.Deserialize(FolderJson.Default.FolderManifest)!;
            return manifest is { Id: { } id, Settings.Allow: not null } && CrawlLayout.IsId(id)
                ? manifest
                : throw new JsonException("it has no valid crawl id or settings");
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
                : throw new JsonException("it is not a JSON object");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"its {ManifestName} is damaged: {e.Message}", e);
        }
    }

    private static void RequireEmpty(string path)
    {
        if (File.Exists(System.IO.Path.Combine(path, ManifestName)))
            throw new UsageException(
                $"the output folder '{path}' holds another crawl; continue it with --resume '{path}', or name another folder"
            );
        if (Directory.EnumerateFileSystemEntries(path).Any())
            throw new UsageException($"the output folder '{path}' is not empty; name a new or an empty one");
    }

    // Removes everything that a failed CreateAsync created, including parent folders.
    private static void Remove(string path, string? created)
    {
        if (created is not null)
        {
            Directory.Delete(created, recursive: true);
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

    /// <summary>The topmost folder that must be created for <paramref name="path"/>; null if the path exists.</summary>
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
