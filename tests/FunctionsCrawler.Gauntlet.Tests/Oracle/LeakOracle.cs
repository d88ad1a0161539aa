using System.Diagnostics;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>
/// Says what is left of one invocation, or of all that the tests have started so far. What is looked for: processes by
/// marker, descent, session and manifest, zombies and drivers among them; temp roots, locks and whatever else lies in the
/// temp folder; entries of /dev/shm; sockets that are bound or listening.
/// </summary>
internal static class LeakOracle
{
    /// <summary>How long after its end something of an invocation may still be there.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private const string SharedMemoryFolder = "/dev/shm";
    private const string MarkerPrefix = "FcInvocation";

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(5);

    /// <summary>Asserts that nothing at all is left of what was started before now.</summary>
    public static Task<TimeSpan> AssertCleanAsync() => AssertCleanAsync(marker: null);

    /// <summary>Asserts that nothing is left of one invocation; others may still run.</summary>
    /// <returns>How long it took until that was so.</returns>
    public static async Task<TimeSpan> AssertCleanAsync(string? marker, params int[] pids)
    {
        var started = Stopwatch.StartNew();
        var left = await LookAsync(marker, Limit, pids);
        Assert.True(left.Count == 0, $"{marker ?? "The tests"} left after {Limit}:\n" + string.Join('\n', left));
        return started.Elapsed;
    }

    /// <summary>Looks until nothing is left, or the limit has passed.</summary>
    /// <param name="marker">The invocation; null for all.</param>
    /// <param name="limit">For how long.</param>
    /// <param name="pids">Processes that are known to belong to it besides.</param>
    /// <returns>What is left then.</returns>
    public static async Task<IReadOnlyList<Residue>> LookAsync(string? marker, TimeSpan limit, params int[] pids)
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            var left = Now(marker, pids);
            if (left.Count == 0 || started.Elapsed >= limit)
                return left;
            await Task.Delay(LookAgain);
        }
    }

    /// <summary>What is there at this moment.</summary>
    public static IReadOnlyList<Residue> Now(string? marker, params int[] pids)
    {
        var processes = Processes(marker, pids);
        return [.. processes.Values, .. Files(marker), .. SharedMemory(marker), .. Sockets(marker)];
    }

    /// <summary>The entries of /dev/shm.</summary>
    public static IEnumerable<string> SharedMemoryNow() =>
        Directory.Exists(SharedMemoryFolder) ? Directory.EnumerateFileSystemEntries(SharedMemoryFolder) : [];

    private static Dictionary<int, Residue> Processes(string? marker, int[] pids)
    {
        var found = new Dictionary<int, Residue>();
        foreach (var (seen, now) in Ground.Current.Recorder.Present(marker))
        {
            var kind =
                now.IsZombie ? ResidueKind.Zombie
                : seen.IsDriver ? ResidueKind.Driver
                : ResidueKind.Process;
            found[now.Key.Pid] = new Residue(
                kind,
                $"{Proc.Describe(now)}; of {seen.Marker ?? "no invocation"}; once: {Shortened(seen.CommandLine)}"
            );
        }
        // Whatever shows the marker, whoever's child it is; and our own zombies, whoever they were.
        foreach (var process in Proc.All().Where(IsYoungStranger))
        {
            var isNamed = pids.Contains(process.Key.Pid);
            var shows = marker is not null && Proc.Texts(process.Key.Pid).Contains(marker, StringComparison.Ordinal);
            var isOurZombie = marker is null && process.IsZombie && process.Parent == Environment.ProcessId;
            if (isNamed || shows || isOurZombie)
                found.TryAdd(
                    process.Key.Pid,
                    new Residue(process.IsZombie ? ResidueKind.Zombie : ResidueKind.Process, Proc.Describe(process))
                );
        }
        return found;
    }

    // What is older than the tests is not theirs; that spares reading the texts of every process of the machine.
    private static bool IsYoungStranger(ProcessStat process) =>
        process.Key.Pid != Environment.ProcessId && process.Key.Start >= Ground.Current.Recorder.Started;

    private static IEnumerable<Residue> Files(string? marker)
    {
        var temp = Ground.Current.Temp;
        if (marker is null)
            return Directory.EnumerateFileSystemEntries(temp).Select(path => new Residue(KindOf(path), path));
        // Who does not ask for the temp folder writes into /tmp.
        string[] folders = [temp, "/tmp"];
        return folders
            .SelectMany(f => Directory.EnumerateFileSystemEntries(f, $"*{IdOf(marker)}*"))
            .Select(path => new Residue(KindOf(path), path));
    }

    private static ResidueKind KindOf(string path) =>
        path.EndsWith(".lock", StringComparison.Ordinal) ? ResidueKind.Lock
        : Path.GetFileName(path).StartsWith("fcrawl-", StringComparison.Ordinal) ? ResidueKind.TempRoot
        : ResidueKind.TempFile;

    // Entries are nameless (".org.chromium.Chromium.x"), so one that is new is everybody's: seen by each invocation's look.
    private static IEnumerable<Residue> SharedMemory(string? marker) =>
        SharedMemoryNow()
            .Where(path => !Ground.Current.SharedMemory.Contains(path))
            .Select(path => new Residue(ResidueKind.SharedMemory, path));

    private static IEnumerable<Residue> Sockets(string? marker)
    {
        var name = marker is null ? Ground.Current.Temp : IdOf(marker);
        return Proc.Read("/proc/net/unix")
            .Split('\n')
            .Where(line => line.Contains(name, StringComparison.Ordinal))
            .Select(line => new Residue(ResidueKind.UnixSocket, line[(line.LastIndexOf(' ') + 1)..]));
    }

    private static string IdOf(string marker) => marker[MarkerPrefix.Length..];

    private static string Shortened(string text) => text.Length <= 160 ? text : text[..160] + "…";
}
