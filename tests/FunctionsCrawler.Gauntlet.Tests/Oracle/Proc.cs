using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>Identifies a process uniquely: pids are reused, a pid with its start time is not.</summary>
internal readonly record struct ProcessKey(int Pid, ulong Start);

/// <summary>The fields of /proc/pid/stat that the tests use.</summary>
internal sealed record ProcessStat(ProcessKey Key, char State, int Parent, int Session, string Name)
{
    public bool IsZombie => State is 'Z' or 'X';
}

/// <summary>Reads /proc for the oracle, without sharing code with the product it checks.</summary>
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
        // The name may contain spaces and parentheses; the last parenthesis ends it.
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

    /// <summary>Whether exactly this process exists, possibly as a zombie.</summary>
    public static bool Exists(ProcessKey key) => Find(key.Pid)?.Key == key;

    /// <summary>Whether a process with this pid exists and is not a zombie.</summary>
    public static bool IsAlive(int pid) => Find(pid) is { IsZombie: false };

    public static string CommandLine(int pid) => Read($"/proc/{pid}/cmdline").Replace('\0', ' ').TrimEnd();

    /// <summary>The current arguments and environment; a process may have overwritten both.</summary>
    public static string Texts(int pid) => Read($"/proc/{pid}/cmdline") + "\0" + Read($"/proc/{pid}/environ");

    /// <summary>Path of the executable that a process runs; empty for a zombie or if the process has exited.</summary>
    public static string Program(int pid) => Target($"/proc/{pid}/exe");

    /// <summary>The target of a link below /proc; empty if the process has exited or is not readable.</summary>
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

    /// <summary>The content of a file below /proc; empty if the process has exited or is not readable.</summary>
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

    /// <summary>Pid, state, parent, session and command line in one line.</summary>
    public static string Describe(ProcessStat process)
    {
        var line = CommandLine(process.Key.Pid);
        var text = line.Length > 0 ? line[..Math.Min(line.Length, 200)] : $"[{process.Name}]";
        return $"pid {process.Key.Pid} ({process.State}, parent {process.Parent}, session {process.Session}): {text}";
    }
}
