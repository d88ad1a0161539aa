using System.Text.Json;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>
/// Finds what the soak's browser invocations left behind, independently of their receipts: processes that descend from this
/// one or carry one of its markers, and temp roots that are named after one of its markers or whose manifest names this
/// process as owner.
/// </summary>
internal sealed partial class Leftovers(TimeProvider time)
{
    /// <summary>How long an ended invocation may take to disappear before it counts as residue.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    private readonly HashSet<string> _markers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _left = new(StringComparer.Ordinal);
    private readonly ProcEntry? _self = ProcFiles.Find(Environment.ProcessId);

    /// <summary>Everything found so far, each item once.</summary>
    public IReadOnlyCollection<string> Found => _left;

    /// <summary>The marker in the arguments and environment of a process; null if there is none.</summary>
    public static string? MarkerIn(string argumentsAndEnvironment) =>
        Marker().Match(argumentsAndEnvironment) is { Success: true } found ? found.Value : null;

    /// <summary>Registers an invocation of the soak.</summary>
    public void AddMarker(string marker) => _markers.Add(marker);

    /// <summary>
    /// Counts leftovers and adds them to <see cref="Found"/>. New ones get <see cref="Patience"/> to disappear. Call it only
    /// while no invocation is running.
    /// </summary>
    public async Task<LeftoverCount> CheckAsync()
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var (processes, roots) = (Processes(), Roots());
            // Do not wait again for leftovers that are known already.
            var isNew = processes.Concat(roots).Any(l => !_left.Contains(l));
            if (isNew && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Period, time);
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
        var descendants = ProcFiles.DescendantsOf(Environment.ProcessId, all).ToHashSet();
        return
        [
            .. all.Where(p => p.Pid != Environment.ProcessId && (descendants.Contains(p) || IsMarked(p)))
                .Select(p => $"process {p.Pid}, started at tick {p.Start}"),
        ];
    }

    // Processes older than this one cannot belong to the soak; skipping them saves reading every process of the machine.
    private bool IsMarked(ProcEntry process) =>
        process.Start >= _self!.Start
        && MarkerIn(ProcFiles.ArgumentsAndEnvironment(process.Pid)) is { } marker
        && _markers.Contains(marker);

    private List<string> Roots() =>
        [
            .. Directory
                .EnumerateFileSystemEntries(Path.GetTempPath(), "fcrawl-*")
                .Where(path => _markers.Contains("FcInvocation" + IdOf(path)) || IsOwned(path))
                .Select(path => $"temp entry {path}"),
        ];

    // The lock file beside a root has the root's name plus an extension.
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
            // Not a temp root, or one that another process is just creating.
            return false;
        }
    }

    [GeneratedRegex("FcInvocation[0-9a-f]{20}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marker();
}

/// <summary>The result of one check.</summary>
internal sealed record LeftoverCount(int Processes, int TempEntries);
