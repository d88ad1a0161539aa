using System.Diagnostics;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>
/// What the test process itself holds: open files by kind, threads by name, ports it listens on. Taken before a batch of
/// invocations and compared after it.
/// </summary>
internal sealed class HostBaseline
{
    // The runtime starts and ends these as it sees fit.
    private static readonly string[] RuntimeThreads =
    [
        ".NET TP ",
        ".NET Tiered",
        ".NET BGC",
        ".NET Timer",
        ".NET Socket",
    ];

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<string, int> _files;
    private readonly Dictionary<string, int> _threads;
    private readonly IReadOnlySet<string> _ports;

    private readonly bool _finalizersMayClose;

    private HostBaseline(bool finalizersMayClose) =>
        (_files, _threads, _ports, _finalizersMayClose) = (Files(), Threads(), Ports(), finalizersMayClose);

    /// <summary>What the process holds now, once finalizers have let go of what is garbage.</summary>
    /// <param name="finalizersMayClose">
    /// Whether it is enough that the garbage collector closes a file. Playwright leaves two pipes of each driver to it.
    /// </param>
    public static HostBaseline Take(bool finalizersMayClose = false)
    {
        CollectGarbage();
        return new HostBaseline(finalizersMayClose);
    }

    /// <summary>Asserts that the process holds no more than then, at the latest after the oracle's limit.</summary>
    public async Task AssertBackAsync()
    {
        var grown = await LookAsync(LeakOracle.Limit);
        Assert.True(grown.Count == 0, "The test process holds more than before:\n" + string.Join('\n', grown));
    }

    /// <summary>Looks until nothing is held that was not held then, or the limit has passed.</summary>
    public async Task<IReadOnlyList<Residue>> LookAsync(TimeSpan limit)
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            // Files are to be closed by those who open them, so garbage is collected only where that is not to be had.
            if (_finalizersMayClose)
                CollectGarbage();
            IReadOnlyList<Residue> grown =
            [
                .. Grown(ResidueKind.OpenFile, _files, Files()),
                .. Grown(ResidueKind.Thread, _threads, Threads()),
                .. Ports().Except(_ports).Select(port => new Residue(ResidueKind.ListeningPort, port)),
            ];
            if (grown.Count == 0 || started.Elapsed >= limit)
                return grown;
            await Task.Delay(LookAgain);
        }
    }

    private static IEnumerable<Residue> Grown(
        ResidueKind kind,
        Dictionary<string, int> then,
        Dictionary<string, int> now
    ) =>
        from entry in now
        let before = then.GetValueOrDefault(entry.Key)
        where entry.Value > before
        select new Residue(kind, $"{entry.Key}: {entry.Value}, before {before}");

    // The runtime opens assemblies, and symbols for a stack trace, as it comes to need them, and keeps them.
    private static bool IsAssembly(string target) => Path.GetExtension(target) is ".dll" or ".pdb";

    // Pipes and sockets have names of their own ("pipe:[4711]"), so they are counted by kind.
    // Our own standard streams are opened again now and then by what writes to them.
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
            // State 0A is LISTEN; field 9 the inode.
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
