using System.Text.Json;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>What invocations write about themselves: the pids that their temp roots' manifests list.</summary>
internal sealed class Manifests
{
    private const string RootPrefix = "fcrawl-";
    private const string MarkerPrefix = "FcInvocation";

    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTime> _read = new(StringComparer.Ordinal);
    private readonly HashSet<string> _markers = new(StringComparer.Ordinal);

    public void Watch(string tempFolder) => _folders.Add(tempFolder);

    /// <summary>Whether a temp root of this invocation was seen in a folder that is watched.</summary>
    public bool Knows(string marker) => _markers.Contains(marker);

    /// <summary>What is new since the last look.</summary>
    public IReadOnlyList<(string Marker, ProcessKey Key)> Look()
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
            // The invocation has just ended, or a test is just writing it. If it is still there, the next look has it.
            return [];
        }
    }
}
