using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// The temp root of one invocation, with its manifest and lock. Driver and browser write only below the root, so
/// deleting that folder removes everything. The lock file is next to the root: created before it, deleted after it. The
/// owner holds the lock until its process ends, however it ends and in whichever container it runs. A process that can
/// take the lock therefore knows that the owner is dead.
/// </summary>
internal sealed class InvocationFolder : IDisposable
{
    // Full Chromium binds a socket whose path is 45 characters longer than TMPDIR, and the limit is 107 characters
    // (unix(7)), so the names are short.
    private const string Prefix = "fcrawl-";
    private const string MarkerPrefix = "FcInvocation";
    private const string ManifestName = "manifest.json";
    private const string LockSuffix = ".lock";

    private FileStream? _lock;

    private InvocationFolder(string root) => Root = root;

    /// <summary>Absolute path of the temp root.</summary>
    public string Root { get; }

    /// <summary>TMPDIR of driver and browser.</summary>
    public string Temp => Path.Combine(Root, "tmp");

    /// <summary>HOME of the browser, and parent of its XDG folders.</summary>
    public string Home => Path.Combine(Root, "home");

    /// <summary>Takes the lock and creates the folders. The caller writes the manifest.</summary>
    /// <exception cref="IOException">The temp folder cannot be written.</exception>
    public static InvocationFolder Create()
    {
        // 48 bits of time, so that names sort by age, and 32 random bits.
        var id = Guid.CreateVersion7().ToString("N");
        var root = Path.Combine(Path.GetTempPath(), Prefix + id[..12] + id[^8..]);
        // If the name is already in use this throws before it touches the other invocation's files.
        var folder = new InvocationFolder(root) { _lock = TakeLock(root, FileMode.CreateNew) };
        try
        {
            Directory.CreateDirectory(folder.Temp);
            Directory.CreateDirectory(folder.Home);
            return folder;
        }
        catch (IOException)
        {
            // On a full disk the first folder may exist and the second may not.
            folder.Delete();
            throw;
        }
    }

    /// <summary>Takes the locks of all temp roots whose owners are dead, oldest first. The caller owns them from now on.</summary>
    public static IReadOnlyList<InvocationFolder> TakeOverAll() =>
        [
            .. Directory
                .EnumerateFiles(Path.GetTempPath(), Prefix + "*" + LockSuffix)
                .Order(StringComparer.Ordinal)
                .Select(path => TakeOver(path[..^LockSuffix.Length]))
                .OfType<InvocationFolder>(),
        ];

    /// <summary>The marker of the invocation, derived from the name of its temp root.</summary>
    public string Marker => MarkerPrefix + Path.GetFileName(Root)[Prefix.Length..];

    /// <summary>Reads the manifest; null if it is missing or unreadable.</summary>
    public InvocationManifest? ReadManifest()
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(Root, ManifestName));
            return JsonSerializer.Deserialize(file, ManifestJson.Default.InvocationManifest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Releases the lock. From then on, any sweep may remove the folder.</summary>
    public void Dispose() => _lock?.Dispose();

    /// <summary>Writes the manifest: the owning process and the processes it started. Replaces the file atomically.</summary>
    public void WriteManifest(IEnumerable<ProcessIdentity> processes)
    {
        var owner = ProcessTable.Find(Environment.ProcessId)?.Id ?? new ProcessIdentity(Environment.ProcessId, 0);
        var manifest = new InvocationManifest(Marker, owner, BootId(), [.. processes]);
        var path = Path.Combine(Root, ManifestName);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(manifest, ManifestJson.Default.InvocationManifest));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Deletes the folder and its lock, as far as possible.</summary>
    /// <returns>The bytes that are left: 0 if the folder is gone, otherwise at least 1.</returns>
    public long Delete()
    {
        try
        {
            if (Directory.Exists(Root))
                Directory.Delete(Root, recursive: true);
            // Windows cannot delete an open file.
            Dispose();
            File.Delete(Root + LockSuffix);
            return 0;
        }
        catch (DirectoryNotFoundException)
        {
            // Another process has deleted it, perhaps the whole temp folder.
            return Directory.Exists(Root) ? Measure() : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An exiting process may still write or delete files here; report what is left, and the caller retries.
            return Measure();
        }
    }

    /// <summary>The total size of all files, plus 1, in bytes; 1 if they cannot be listed.</summary>
    public long Measure()
    {
        try
        {
            return 1 + new DirectoryInfo(Root).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 1;
        }
    }

    /// <summary>Identifies the current boot of the machine: pids and start times are valid for one boot only.</summary>
    public static string BootId() =>
        ProcessTable.IsSupported ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    // An advisory flock(2) lock: the kernel releases it when the process ends.
    private static FileStream TakeLock(string root, FileMode mode) =>
        new(root + LockSuffix, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    private static InvocationFolder? TakeOver(string root)
    {
        try
        {
            return new InvocationFolder(root) { _lock = TakeLock(root, FileMode.Open) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The owner is alive, or the file belongs to another user.
            return null;
        }
    }
}

/// <summary>
/// The content of manifest.json: the owner of a temp root and the processes it started, each a pid with its start time.
/// Valid for one boot.
/// </summary>
internal sealed record InvocationManifest(
    string Marker,
    ProcessIdentity Owner,
    string BootId,
    IReadOnlyList<ProcessIdentity> Processes
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InvocationManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
