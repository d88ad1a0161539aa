using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// The temp root of one invocation, its manifest and its lock. Everything driver and browser write lies below it, so
/// that removing one folder removes all of it. The lock lies beside the root, is made before it and removed after it, and
/// its owner holds it for as long as it lives, whatever ends it and in whichever container it runs: who can take it knows
/// that the owner is dead.
/// </summary>
internal sealed class InvocationFolder : IDisposable
{
    // Full Chromium binds a socket 45 characters below TMPDIR, and such a path may have 107 (unix(7)): names are short.
    private const string Prefix = "fcrawl-";
    private const string MarkerPrefix = "FcInvocation";
    private const string ManifestName = "manifest.json";
    private const string LockSuffix = ".lock";

    private FileStream? _lock;

    private InvocationFolder(string root) => Root = root;

    /// <summary>The temp root itself.</summary>
    public string Root { get; }

    /// <summary>TMPDIR of driver and browser.</summary>
    public string Temp => Path.Combine(Root, "tmp");

    /// <summary>HOME and the XDG folders of the browser.</summary>
    public string Home => Path.Combine(Root, "home");

    /// <summary>Creates the folders and the first manifest.</summary>
    /// <exception cref="IOException">The temp folder cannot be written.</exception>
    public static InvocationFolder Create()
    {
        // Time, so that names sort by age, and 32 bits of chance.
        var id = Guid.CreateVersion7().ToString("N");
        var root = Path.Combine(Path.GetTempPath(), Prefix + id[..12] + id[^8..]);
        // Where the name is taken already this throws, before anything of the other's is touched.
        var folder = new InvocationFolder(root) { _lock = Hold(root, FileMode.CreateNew) };
        try
        {
            Directory.CreateDirectory(folder.Temp);
            Directory.CreateDirectory(folder.Home);
            return folder;
        }
        catch (IOException)
        {
            // A full disk may have taken the first folder and refused the second.
            folder.Delete();
            throw;
        }
    }

    /// <summary>Takes over the temp roots of dead owners, as their owner from now on, in the order of their age.</summary>
    public static IReadOnlyList<InvocationFolder> TakeOverAll() =>
        [
            .. Directory
                .EnumerateFiles(Path.GetTempPath(), Prefix + "*" + LockSuffix)
                .Order(StringComparer.Ordinal)
                .Select(path => TakeOver(path[..^LockSuffix.Length]))
                .OfType<InvocationFolder>(),
        ];

    /// <summary>The marker of the invocation, which its temp root is named for.</summary>
    public string Marker => MarkerPrefix + Path.GetFileName(Root)[Prefix.Length..];

    /// <summary>What the manifest says; null when there is none that can be read.</summary>
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

    /// <summary>Lets go of the lock: from now on the folder is anybody's to remove.</summary>
    public void Dispose() => _lock?.Dispose();

    /// <summary>Writes who owns this folder and which processes it started.</summary>
    public void WriteManifest(IEnumerable<ProcessIdentity> processes)
    {
        var owner = ProcessTable.Find(Environment.ProcessId)?.Id ?? new ProcessIdentity(Environment.ProcessId, 0);
        var manifest = new InvocationManifest(Marker, owner, BootId(), [.. processes]);
        var path = Path.Combine(Root, ManifestName);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(manifest, ManifestJson.Default.InvocationManifest));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Deletes the folder as far as possible.</summary>
    /// <returns>The bytes that are left: 0 when the folder is gone, at least 1 when it is not.</returns>
    public long Delete()
    {
        try
        {
            if (Directory.Exists(Root))
                Directory.Delete(Root, recursive: true);
            // Windows deletes no file that is open.
            Dispose();
            File.Delete(Root + LockSuffix);
            return 0;
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody has deleted what we were about to, perhaps the whole temp folder.
            return Directory.Exists(Root) ? Measure() : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A dying process may still write, or tidy up, here; what is left is measured and the caller looks again.
            return Measure();
        }
    }

    /// <summary>The bytes of all its files, at least 1.</summary>
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

    /// <summary>Which run of the machine this is: pids and their start times mean nothing in another.</summary>
    public static string BootId() =>
        ProcessTable.IsSupported ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    // Advisory, by flock(2): it ends with the process that holds it.
    private static FileStream Hold(string root, FileMode mode) =>
        new(root + LockSuffix, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    private static InvocationFolder? TakeOver(string root)
    {
        try
        {
            return new InvocationFolder(root) { _lock = Hold(root, FileMode.Open) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Held by an owner that lives, or another user's.
            return null;
        }
    }
}

/// <summary>Whose temp root this is: the owner and the processes, each a pid with its start time, valid for one boot.</summary>
internal sealed record InvocationManifest(
    string Marker,
    ProcessIdentity Owner,
    string BootId,
    IReadOnlyList<ProcessIdentity> Processes
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InvocationManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
