using System.Text.Json;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>
/// Looks for what the soak's invocations have left: processes that descend from this one or show one of its markers, and
/// temp roots that are named for one of its markers or whose manifest names this process. Receipts are not asked.
/// </summary>
internal sealed partial class Leftovers(TimeProvider time)
{
    /// <summary>The most time that an invocation which has ended may take to be gone.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private readonly HashSet<string> _markers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _left = new(StringComparer.Ordinal);
    private readonly ProcEntry? _self = ProcFiles.Find(Environment.ProcessId);

    /// <summary>Everything that was ever found left, each thing once.</summary>
    public IReadOnlyCollection<string> Found => _left;

    /// <summary>The marker in the arguments or the environment of a process, or null.</summary>
    public static string? MarkerIn(string shown) =>
        Marker().Match(shown) is { Success: true } found ? found.Value : null;

    /// <summary>An invocation of the soak's own.</summary>
    public void Know(string marker) => _markers.Add(marker);

    /// <summary>Looks, with patience, at a moment at which no invocation is under way.</summary>
    /// <returns>What is left, and is from now on among <see cref="Found"/>.</returns>
    public async Task<LeftoverCount> LookAsync()
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var (processes, roots) = (Processes(), Roots());
            // What is known to be left is not waited for again.
            var isNew = processes.Concat(roots).Any(l => !_left.Contains(l));
            if (isNew && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(LookAgain, time);
                continue;
            }
            _left.UnionWith(processes);
            _left.UnionWith(roots);
            return new LeftoverCount(processes.Count, roots.Count);
        }
    }

    private List<string> Processes()
    {
        var all = ProcFiles.All();
        var family = ProcFiles.DescendantsOf(Environment.ProcessId, all).ToHashSet();
        return
        [
            .. all.Where(p => p.Pid != Environment.ProcessId && (family.Contains(p) || IsMarked(p)))
                .Select(p => $"process {p.Pid}, started at tick {p.Start}"),
        ];
    }

    // What is older than this process cannot be of it; that spares reading every process of the machine.
    private bool IsMarked(ProcEntry process) =>
        process.Start >= _self!.Start
        && MarkerIn(ProcFiles.Shown(process.Pid)) is { } marker
        && _markers.Contains(marker);

    private List<string> Roots() =>
        [
            .. Directory
                .EnumerateFileSystemEntries(Path.GetTempPath(), "fcrawl-*")
                .Where(path => _markers.Contains("FcInvocation" + IdOf(path)) || IsOwned(path))
                .Select(path => $"temp entry {path}"),
        ];

    // The lock beside a root is called as the root, with an extension.
    private static string IdOf(string path) => Path.GetFileNameWithoutExtension(path)["fcrawl-".Length..];

    private bool IsOwned(string path)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(path, "manifest.json"));
            using var manifest = JsonDocument.Parse(file);
            var owner = manifest.RootElement.GetProperty("owner");
            return owner.GetProperty("pid").GetInt32() == Environment.ProcessId
                && owner.GetProperty("startTime").GetUInt64() == _self!.Start;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException)
        {
            // No root, or another's in the making.
            return false;
        }
    }

    [GeneratedRegex("FcInvocation[0-9a-f]{20}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marker();
}

/// <summary>What was found left by one look.</summary>
internal sealed record LeftoverCount(int Processes, int TempEntries);
