using System.Text.Json;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>Reads the manifests of temp roots, which list the processes of their invocations.</summary>
internal sealed class Manifests
{
    private const string RootPrefix = "fcrawl-";
    private const string MarkerPrefix = "FcInvocation";

    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTime> _read = new(StringComparer.Ordinal);
    private readonly HashSet<string> _markers = new(StringComparer.Ordinal);

    public void Watch(string tempFolder) => _folders.Add(tempFolder);

    /// <summary>Whether the temp root of this invocation was seen in a watched folder.</summary>
    public bool HasSeen(string marker) => _markers.Contains(marker);

    /// <summary>Reads the manifests that are new or have changed since the last call.</summary>
    public IReadOnlyList<(string Marker, ProcessKey Key)> ReadChanged()
    {
        var listed = new List<(string, ProcessKey)>();
        foreach (var root in _folders.Where(Directory.Exists).SelectMany(f => Directory.EnumerateDirectories(f)))
        {
            var name = Path.GetFileName(root);
            if (!name.StartsWith(RootPrefix, StringComparison.Ordinal))
                continue;
            var marker = MarkerPrefix + name[RootPrefix.Length..];
            _markers.Add(marker);
            listed.AddRange(Read(Path.Combine(root, "manifest.json")).Select(key => (marker, key)));
        }
        return listed;
    }

    private List<ProcessKey> Read(string path)
    {
        var written = File.GetLastWriteTimeUtc(path);
        if (!File.Exists(path) || (_read.TryGetValue(path, out var before) && before == written))
            return [];
        try
        {
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(path));
            var keys = manifest
                .RootElement.GetProperty("processes")
                .EnumerateArray()
                .Select(p => new ProcessKey(p.GetProperty("pid").GetInt32(), p.GetProperty("startTime").GetUInt64()))
                .ToList();
            _read[path] = written;
            return keys;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // The file was just deleted or is being written. If it still exists, the next call reads it.
            return [];
        }
    }
}
