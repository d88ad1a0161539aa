using System.Globalization;
using System.Runtime.InteropServices;

namespace FunctionsCrawler.Benchmarks.Measuring;

/// <summary>Processor time of processes, in seconds of user and system time together (proc(5), getrusage(2)).</summary>
internal static partial class ProcessTimes
{
    private const int OfChildrenOnly = -1;

    // The kernel reports times in this unit on all platforms that .NET supports.
    private const double TicksPerSecond = 100;

    /// <summary>
    /// The time of all descendants of this process that have ended and were waited for, each by its parent. If this process
    /// is a subreaper and reaps what it adopts, that is all descendants that have ended.
    /// </summary>
    public static double OfEndedDescendants()
    {
        // struct rusage: two pairs of seconds and microseconds, then 14 counters.
        Span<long> usage = stackalloc long[18];
        usage.Clear();
        _ = GetResourceUsage(OfChildrenOnly, usage);
        return usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6);
    }

    /// <summary>The time of one process, without its children; null if it has ended.</summary>
    public static double? Of(int pid) =>
        Fields(pid) is { } fields ? (Number(fields[11]) + Number(fields[12])) / TicksPerSecond : null;

    /// <summary>The time of one process and of its children that have ended; 0 if it has ended itself.</summary>
    public static double WithEndedChildren(int pid) =>
        Fields(pid) is { } fields ? fields[11..15].Sum(Number) / TicksPerSecond : 0;

    private static double Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);

    // The fields of /proc/pid/stat from the third on: the second is the name, which may contain spaces and parentheses.
    private static string[]? Fields(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int who, Span<long> usage);
}
