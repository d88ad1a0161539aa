using System.Diagnostics;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>
/// The resources that the test process itself holds: open files by kind, threads by name, listening ports. Taken before a test
/// and compared after it.
/// </summary>
internal sealed class HostBaseline
{
    // The runtime starts and ends these threads on its own.
    private static readonly string[] RuntimeThreads =
    [
        ".NET TP ",
        ".NET Tiered",
        ".NET BGC",
        ".NET Timer",
        ".NET Socket",
    ];

    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<string, int> _files;
    private readonly Dictionary<string, int> _threads;
    private readonly IReadOnlySet<string> _ports;

    private readonly bool _finalizersMayClose;

    private HostBaseline(bool finalizersMayClose) =>
        (_files, _threads, _ports, _finalizersMayClose) = (Files(), Threads(), Ports(), finalizersMayClose);

    /// <summary>Runs finalizers, then records what the process holds.</summary>
    /// <param name="finalizersMayClose">
    /// Whether files may also be closed by finalizers. Playwright leaves two pipes of each driver to them.
    /// </param>
    public static HostBaseline Take(bool finalizersMayClose = false)
    {
        CollectGarbage();
        return new HostBaseline(finalizersMayClose);
    }

    /// <summary>Asserts that the process holds no more than in this baseline, at the latest after the oracle's limit.</summary>
    public async Task AssertRestoredAsync()
    {
        var added = await FindAddedAsync(LeakOracle.Limit);
        Assert.True(added.Count == 0, "The test process holds more than before:\n" + string.Join('\n', added));
    }

    /// <summary>Polls until the process holds nothing in addition to this baseline, or the limit has passed.</summary>
    /// <returns>What it still holds in addition.</returns>
    public async Task<IReadOnlyList<Residue>> FindAddedAsync(TimeSpan limit)
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            // Code should close the files it opens, so do not hide that with a garbage collection unless it is necessary.
            if (_finalizersMayClose)
                CollectGarbage();
            IReadOnlyList<Residue> added =
            [
                .. Added(ResidueKind.OpenFile, _files, Files()),
                .. Added(ResidueKind.Thread, _threads, Threads()),
                .. Ports().Except(_ports).Select(port => new Residue(ResidueKind.ListeningPort, port)),
            ];
            if (added.Count == 0 || started.Elapsed >= limit)
                return added;
            await Task.Delay(PollPeriod);
        }
    }

    private static IEnumerable<Residue> Added(
        ResidueKind kind,
        Dictionary<string, int> then,
        Dictionary<string, int> now
    ) =>
        from entry in now
        let before = then.GetValueOrDefault(entry.Key)
        where entry.Value > before
        select new Residue(kind, $"{entry.Key}: {entry.Value}, before {before}");

    // The runtime opens assemblies, and symbols for stack traces, when it needs them, and keeps them open.
    private static bool IsAssembly(string target) => Path.GetExtension(target) is ".dll" or ".pdb";

    // Pipes and sockets have unique names ("pipe:[4711]"), so count them by kind.
    // Ignore the standard streams of this process, which are sometimes opened again by code that writes to them.
    private static Dictionary<string, int> Files()
    {
        var standard = Enumerable.Range(0, 3).Select(fd => Proc.Target($"/proc/self/fd/{fd}")).ToHashSet();
        return Count(
            Links()
                .Where(target => !standard.Contains(target) || target.Contains(":[", StringComparison.Ordinal))
                .Where(target =>
                    target.Length > 0 && !IsAssembly(target) && !target.StartsWith("/proc/", StringComparison.Ordinal)
                )
                .Select(target => target.Contains(":[", StringComparison.Ordinal) ? target.Split(':', 2)[0] : target)
        );
    }

    private static Dictionary<string, int> Threads() =>
        Count(
            Directory
                .EnumerateDirectories("/proc/self/task")
                .Select(task => Proc.Read(task + "/comm").TrimEnd())
                .Where(name =>
                    name.Length > 0 && !RuntimeThreads.Any(t => name.StartsWith(t, StringComparison.Ordinal))
                )
        );

    private static HashSet<string> Ports()
    {
        var sockets = Links().Where(l => l.StartsWith("socket:[", StringComparison.Ordinal)).ToHashSet();
        return
        [
            .. from file in (string[])["/proc/net/tcp", "/proc/net/tcp6"]
            from line in Proc.Read(file).Split('\n').Skip(1)
            let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            // State 0A is LISTEN; field 9 is the inode.
            where fields.Length > 9 && fields[3] == "0A" && sockets.Contains($"socket:[{fields[9]}]")
            select $"{Path.GetFileName(file)} port {Convert.ToInt32(fields[1].Split(':')[1], 16)}",
        ];
    }

    private static IEnumerable<string> Links() => Directory.EnumerateFiles("/proc/self/fd").Select(Proc.Target);

    private static Dictionary<string, int> Count(IEnumerable<string> names) =>
        names.GroupBy(n => n, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

    private static void CollectGarbage()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
