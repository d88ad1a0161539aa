using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// The temp root of one invocation and its manifest. Everything driver and browser write lies below it, so that
/// removing one folder removes all of it, and a sweeper can tell by the manifest whether its owner still lives.
/// </summary>
internal sealed class InvocationFolder
{
    /// <summary>The prefix of every temp root, below the system's temp folder.</summary>
    public const string Prefix = "functions-crawler-";

    private const string ManifestName = "manifest.json";

    private InvocationFolder(string root) => Root = root;

    /// <summary>The temp root itself.</summary>
    public string Root { get; }

    /// <summary>TMPDIR of driver and browser.</summary>
    public string Temp => Path.Combine(Root, "tmp");

    /// <summary>HOME and the XDG folders of the browser.</summary>
    public string Home => Path.Combine(Root, "home");

    /// <summary>Creates the folders and the first manifest.</summary>
    /// <exception cref="IOException">The temp folder cannot be written.</exception>
    public static InvocationFolder Create(string marker)
    {
        var folder = new InvocationFolder(Path.Combine(Path.GetTempPath(), Prefix + marker));
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

    /// <summary>Writes who owns this folder and which processes it started.</summary>
    public void WriteManifest(string marker, IEnumerable<ProcessIdentity> processes)
    {
        var owner = ProcessTable.Find(Environment.ProcessId)?.Id ?? new ProcessIdentity(Environment.ProcessId, 0);
        var manifest = new InvocationManifest(marker, owner, BootId(), [.. processes]);
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
            Directory.Delete(Root, recursive: true);
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A dying process may still write, or tidy up, here; what is left is measured and the caller looks again.
            return Directory.Exists(Root) ? Measure() : 0;
        }
    }

    private long Measure()
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

    private static string BootId() =>
        ProcessTable.IsSupported ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";
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
