using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>A process for certain: pids are given out again, a pid with its start time is not.</summary>
internal readonly record struct ProcessKey(int Pid, ulong Start);

/// <summary>What /proc/pid/stat says of a process.</summary>
internal sealed record ProcessStat(ProcessKey Key, char State, int Parent, int Session, string Name)
{
    public bool IsZombie => State is 'Z' or 'X';
}

/// <summary>The oracle's own reading of /proc: it shares no code with what it judges.</summary>
internal static class Proc
{
    public static IEnumerable<int> Pids()
    {
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                yield return pid;
        }
    }

    public static IEnumerable<ProcessStat> All() => Pids().Select(Find).OfType<ProcessStat>();

    public static ProcessStat? Find(int pid)
    {
        var text = Read($"/proc/{pid}/stat");
        // A name may hold spaces and parentheses; the last one ends it.
        var (open, close) = (text.IndexOf('('), text.LastIndexOf(')'));
        if (close < 0)
            return null;
        var fields = text[(close + 2)..].Split(' ');
        return new ProcessStat(
            new ProcessKey(pid, ulong.Parse(fields[19], CultureInfo.InvariantCulture)),
            fields[0][0],
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            int.Parse(fields[3], CultureInfo.InvariantCulture),
            text[(open + 1)..close]
        );
    }

    /// <summary>Whether this very process exists, dead and unreaped included.</summary>
    public static bool Exists(ProcessKey key) => Find(key.Pid)?.Key == key;

    /// <summary>Whether it exists and is no zombie.</summary>
    public static bool IsAlive(int pid) => Find(pid) is { IsZombie: false };

    public static string CommandLine(int pid) => Read($"/proc/{pid}/cmdline").Replace('\0', ' ').TrimEnd();

    /// <summary>Arguments and environment as they are now; a process may have overwritten both.</summary>
    public static string Texts(int pid) => Read($"/proc/{pid}/cmdline") + "\0" + Read($"/proc/{pid}/environ");

    /// <summary>The program that a process runs, or nothing where it has none any more.</summary>
    public static string Program(int pid) => Target($"/proc/{pid}/exe");

    /// <summary>What a link below /proc points to, or nothing when it has gone.</summary>
    public static string Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>A file below /proc, or nothing when what it tells of has gone or is not ours to see.</summary>
    public static string Read(string path)
    {
        try
        {
            return Encoding.Latin1.GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>One line for people: who it is and what it does.</summary>
    public static string Describe(ProcessStat process)
    {
        var line = CommandLine(process.Key.Pid);
        var text = line.Length > 0 ? line[..Math.Min(line.Length, 200)] : $"[{process.Name}]";
        return $"pid {process.Key.Pid} ({process.State}, parent {process.Parent}, session {process.Session}): {text}";
    }
}
