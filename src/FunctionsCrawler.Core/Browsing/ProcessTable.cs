using System.Globalization;

namespace FunctionsCrawler.Browsing;

/// <summary>Identifies a process within one boot: a pid alone may be reused, a pid with its start time is unique.</summary>
/// <param name="Pid">The process id.</param>
/// <param name="StartTime">Clock ticks from boot to its start (field 22 of /proc/pid/stat).</param>
internal readonly record struct ProcessIdentity(int Pid, ulong StartTime);

/// <summary>One entry of the process table.</summary>
/// <param name="Id">Pid and start time.</param>
/// <param name="Parent">The pid of its current parent.</param>
/// <param name="Session">The pid of its session's leader.</param>
/// <param name="IsZombie">Dead and waiting to be reaped.</param>
internal sealed record ProcessEntry(ProcessIdentity Id, int Parent, int Session, bool IsZombie);

/// <summary>Reads /proc (proc(5)). On other platforms than Linux the table is empty and <see cref="IsSupported"/> is false.</summary>
internal static class ProcessTable
{
    /// <summary>Whether this platform has a process table that can be read.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux();

    /// <summary>Whether the kernel lists the children of a process (CONFIG_PROC_CHILDREN); most do.</summary>
    public static bool ListsChildren { get; } =
        File.Exists($"/proc/{Environment.ProcessId}/task/{Environment.ProcessId}/children");

    /// <summary>All processes, zombies included. Processes that exit during the call may be missing.</summary>
    public static IReadOnlyList<ProcessEntry> Snapshot()
    {
        if (!IsSupported)
            return [];
        var entries = new List<ProcessEntry>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && Find(pid) is { } entry
            )
                entries.Add(entry);
        }
        return entries;
    }

    /// <summary>The process that has this pid now, or null.</summary>
    public static ProcessEntry? Find(int pid)
    {
        var stat = TryRead($"/proc/{pid}/stat");
        if (stat is null)
            return null;
        // The second field is the name in parentheses, which may itself contain spaces and parentheses.
        var text = System.Text.Encoding.UTF8.GetString(stat);
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessEntry(
            new ProcessIdentity(pid, ulong.Parse(fields[19], CultureInfo.InvariantCulture)),
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            int.Parse(fields[3], CultureInfo.InvariantCulture),
            fields[0] is "Z" or "X"
        );
    }

    /// <summary>The pids of the children forked by the main thread of a process; empty if the process has exited.</summary>
    public static IEnumerable<int> Children(int pid) =>
        TryRead($"/proc/{pid}/task/{pid}/children") is { } children
            ? System
                .Text.Encoding.ASCII.GetString(children)
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(child => int.Parse(child, NumberStyles.None, CultureInfo.InvariantCulture))
            : [];

    /// <summary>Whether the process shows <paramref name="marker"/> in its arguments or its environment.</summary>
    public static bool Shows(int pid, ReadOnlySpan<byte> marker) =>
        TryRead($"/proc/{pid}/cmdline") is { } arguments && arguments.AsSpan().IndexOf(marker) >= 0
        || TryRead($"/proc/{pid}/environ") is { } environment && environment.AsSpan().IndexOf(marker) >= 0;

    /// <summary>Whether the process is a Chromium renderer. One that was just forked still looks like its zygote.</summary>
    public static bool IsRenderer(int pid) => Shows(pid, "--type=renderer"u8);

    /// <summary>The proportional set size of a process in bytes; 0 if it has exited or has no memory of its own.</summary>
    public static long PssBytes(int pid)
    {
        if (TryRead($"/proc/{pid}/smaps_rollup") is not { } rollup)
            return 0;
        var text = System.Text.Encoding.ASCII.GetString(rollup);
        var at = text.IndexOf("\nPss:", StringComparison.Ordinal);
        if (at < 0)
            return 0;
        var line = text.AsSpan(at + 5);
        line = line[..line.IndexOf('k')].Trim();
        return long.Parse(line, NumberStyles.None, CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>The resident memory that is not file-backed or shared, in bytes; 0 if the process has exited.</summary>
    public static long AnonymousBytes(int pid) =>
        Statm(pid) is [_, var resident, var shared, ..] ? resident - shared : 0;

    /// <summary>The private writable memory a process has mapped, resident or not, in bytes; 0 if it has exited.</summary>
    public static long DataBytes(int pid) => Statm(pid) is [_, _, _, _, _, var data, ..] ? data : 0;

    private static long[] Statm(int pid) =>
        TryRead($"/proc/{pid}/statm") is { } statm
            ?
            [
                .. System
                    .Text.Encoding.ASCII.GetString(statm)
                    .Split(' ')
                    .Select(pages => long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize),
            ]
            : [];

    // Null if the process has exited, or if it belongs to another user and is not readable.
    private static byte[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
