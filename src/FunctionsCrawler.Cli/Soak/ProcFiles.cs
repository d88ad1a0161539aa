using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>A process in /proc/pid/stat.</summary>
/// <param name="Pid">The process id.</param>
/// <param name="Parent">The id of the current parent.</param>
/// <param name="Start">Clock ticks from boot to the start. Unlike the pid alone, pid and start identify a process uniquely.</param>
internal sealed record ProcEntry(int Pid, int Parent, ulong Start);

/// <summary>
/// Reads processes from /proc (proc(5)). The soak does not use the crawler's own code for this, because a fault there would
/// hide itself.
/// </summary>
internal static class ProcFiles
{
    /// <summary>All processes, zombies included.</summary>
    public static IReadOnlyList<ProcEntry> All() =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(f => Path.GetFileName(f))
                .Where(n => n.All(char.IsAsciiDigit))
                .Select(n => Find(int.Parse(n, CultureInfo.InvariantCulture)))
                .OfType<ProcEntry>(),
        ];

    /// <summary>All descendants of a process, without the process itself.</summary>
    public static IReadOnlyList<ProcEntry> DescendantsOf(int pid, IReadOnlyList<ProcEntry> all)
    {
        var children = all.ToLookup(p => p.Parent);
        var found = new List<ProcEntry>();
        var open = new Stack<int>([pid]);
        while (open.TryPop(out var parent))
        {
            foreach (var child in children[parent])
            {
                found.Add(child);
                open.Push(child.Pid);
            }
        }
        return found;
    }

    /// <summary>The process with a pid, or null.</summary>
    public static ProcEntry? Find(int pid)
    {
        if (TryRead($"/proc/{pid}/stat") is not { } stat)
            return null;
        // The name, in parentheses, may contain any characters.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcEntry(
            pid,
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            ulong.Parse(fields[19], CultureInfo.InvariantCulture)
        );
    }

    /// <summary>The arguments and the environment of a process; empty for zombies and for processes of other users.</summary>
    public static string ArgumentsAndEnvironment(int pid) =>
        TryRead($"/proc/{pid}/cmdline") + "\0" + TryRead($"/proc/{pid}/environ");

    /// <summary>The proportional set size of a process in MB of 1,048,576 bytes; 0 if it has ended.</summary>
    public static double PssMb(int pid) => Field($"/proc/{pid}/smaps_rollup", "\nPss:") / 1024.0;

    /// <summary>
    /// The memory that belongs to a process alone, in MB: its proportional set size without mapped files. Programs and
    /// libraries are shared, so their share of the size depends on what else runs: it changes by 30 MB within seconds when
    /// another .NET program ends.
    /// </summary>
    public static double OwnMb(int pid) =>
        (Field($"/proc/{pid}/smaps_rollup", "\nPss_Anon:") + Field($"/proc/{pid}/smaps_rollup", "\nPss_Shmem:"))
        / 1024.0;

    /// <summary>The number of threads of this process.</summary>
    public static int Threads() => (int)Field("/proc/self/status", "\nThreads:");

    /// <summary>The number of open files of this process, without the one opened to count them.</summary>
    public static int Handles() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() - 1;

    private static long Field(string path, string name)
    {
        var text = TryRead(path);
        var at = text?.IndexOf(name, StringComparison.Ordinal) ?? -1;
        if (at < 0)
            return 0;
        var digits = text!.AsSpan(at + name.Length).TrimStart();
        return long.Parse(digits[..digits.IndexOfAnyExceptInRange('0', '9')], CultureInfo.InvariantCulture);
    }

    // The process may have ended, or belong to another user.
    private static string? TryRead(string path)
    {
        try
        {
            return Encoding.Latin1.GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
