using System.Diagnostics;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>
/// Finds what is left of one invocation, or of everything that the tests have started so far: processes by marker, descent,
/// session and manifest, including zombies and drivers; temp roots, locks and other entries of the temp folder; entries of
/// /dev/shm; bound or listening Unix sockets.
/// </summary>
internal static class LeakOracle
{
    /// <summary>How long residue of an invocation may remain after its end.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private const string SharedMemoryFolder = "/dev/shm";
    private const string MarkerPrefix = "FcInvocation";

    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(5);

    /// <summary>Asserts that nothing is left of anything the tests have started so far.</summary>
    public static Task<TimeSpan> AssertCleanAsync() => AssertCleanAsync(marker: null);

    /// <summary>Asserts that nothing is left of one invocation; others may still be running.</summary>
    /// <returns>How long it took until nothing was left.</returns>
    public static async Task<TimeSpan> AssertCleanAsync(string? marker, params int[] pids)
    {
        var started = Stopwatch.StartNew();
        var left = await WaitUntilCleanAsync(marker, Limit, pids);
        Assert.True(left.Count == 0, $"{marker ?? "The tests"} left after {Limit}:\n" + string.Join('\n', left));
        return started.Elapsed;
    }

    /// <summary>Polls until nothing is left, or the limit has passed.</summary>
    /// <param name="marker">The marker of the invocation; null for all.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="pids">Additional processes that are known to belong to it.</param>
    /// <returns>The residue after that.</returns>
    public static async Task<IReadOnlyList<Residue>> WaitUntilCleanAsync(
        string? marker,
        TimeSpan limit,
        params int[] pids
    )
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            var left = Find(marker, pids);
            if (left.Count == 0 || started.Elapsed >= limit)
                return left;
            await Task.Delay(PollPeriod);
        }
    }

    /// <summary>The residue at this moment.</summary>
    public static IReadOnlyList<Residue> Find(string? marker, params int[] pids)
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
                $"{Proc.Describe(now)}; invocation: {seen.Marker ?? "none"}; earlier command line: {Shortened(seen.CommandLine)}"
            );
        }
        // Add processes that show the marker, whatever their parent, and zombie children of this process, whatever their origin.
        foreach (var process in Proc.All().Where(StartedAfterTheTests))
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

    // Older processes do not belong to the tests; skipping them avoids reading the texts of every process on the machine.
    private static bool StartedAfterTheTests(ProcessStat process) =>
        process.Key.Pid != Environment.ProcessId && process.Key.Start >= Ground.Current.Recorder.Started;

    private static IEnumerable<Residue> Files(string? marker)
    {
        var temp = Ground.Current.Temp;
        if (marker is null)
            return Directory.EnumerateFileSystemEntries(temp).Select(path => new Residue(KindOf(path), path));
        // Code that ignores TMPDIR writes to /tmp.
        string[] folders = [temp, "/tmp"];
        return folders
            .SelectMany(f => Directory.EnumerateFileSystemEntries(f, $"*{IdOf(marker)}*"))
            .Select(path => new Residue(KindOf(path), path));
    }

    private static ResidueKind KindOf(string path) =>
        path.EndsWith(".lock", StringComparison.Ordinal) ? ResidueKind.Lock
        : Path.GetFileName(path).StartsWith("fcrawl-", StringComparison.Ordinal) ? ResidueKind.TempRoot
        : ResidueKind.TempFile;

    // The names of entries do not contain a marker (".org.chromium.Chromium.x"), so report a new entry for every invocation.
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
