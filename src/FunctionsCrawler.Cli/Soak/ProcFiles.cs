using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>A process, as /proc/pid/stat shows it.</summary>
/// <param name="Pid">Its id.</param>
/// <param name="Parent">The id of its parent now.</param>
/// <param name="Start">Clock ticks from boot to its start: with the pid it names a process for certain.</param>
internal sealed record ProcEntry(int Pid, int Parent, ulong Start);

/// <summary>
/// What the soak sees of processes. It reads /proc (proc(5)) by itself: what judges the crawler must not look through the
/// crawler's own eyes.
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

    /// <summary>All that descend from a process, itself left out.</summary>
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
        // The name, in parentheses, may hold anything.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcEntry(
            pid,
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            ulong.Parse(fields[19], CultureInfo.InvariantCulture)
        );
    }

    /// <summary>The arguments and the environment of a process; "" for a zombie, and for a stranger's.</summary>
    public static string Shown(int pid) => TryRead($"/proc/{pid}/cmdline") + "\0" + TryRead($"/proc/{pid}/environ");

    /// <summary>The proportional set size of a process in MB of 1,048,576 bytes; 0 for one that has gone.</summary>
    public static double PssMb(int pid) => Field($"/proc/{pid}/smaps_rollup", "\nPss:") / 1024.0;

    /// <summary>
    /// What a process holds by itself, in MB: its proportional set size without the pages of files. Programs and libraries
    /// are shared with whoever else runs them, so their part of the size rises and falls with what others do: by 30 MB
    /// within seconds when another .NET program ends.
    /// </summary>
    public static double OwnMb(int pid) =>
        (Field($"/proc/{pid}/smaps_rollup", "\nPss_Anon:") + Field($"/proc/{pid}/smaps_rollup", "\nPss_Shmem:"))
        / 1024.0;

    /// <summary>The threads of this process.</summary>
    public static int Threads() => (int)Field("/proc/self/status", "\nThreads:");

    /// <summary>The open files of this process, without the one that it takes to count them.</summary>
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

    // A process may end between two reads, and a stranger's files may be closed to us.
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
