using System.Text;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Finds processes and files of an invocation, without sharing code with the product it checks.</summary>
internal static class Leftovers
{
    public static string TempRoot(string marker) =>
        Path.Combine(Path.GetTempPath(), marker.Replace("FcInvocation", "fcrawl-"));

    /// <summary>The pids of all processes that show the marker in their arguments or environment.</summary>
    public static IReadOnlyList<int> Showing(string marker) => [.. Pids().Where(pid => Shows(pid, marker))];

    /// <summary>The processes that show the marker and whose arguments contain all of the words.</summary>
    public static IReadOnlyList<int> Showing(string marker, params string[] words) =>
        [
            .. Showing(marker)
                .Where(pid => words.All(w => Read($"/proc/{pid}/cmdline").Contains(w, StringComparison.Ordinal))),
        ];

    /// <summary>
    /// The browser process: the Chromium process without a --type argument. Its children briefly look the same, until they
    /// call exec.
    /// </summary>
    public static int Browser(string marker)
    {
        var untyped = Showing(marker, "--remote-debugging-pipe")
            .Where(pid => !Read($"/proc/{pid}/cmdline").Contains("--type=", StringComparison.Ordinal))
            .ToList();
        return untyped.Single(pid => !untyped.Contains(Parent(pid)));
    }

    /// <summary>
    /// The driver, or the browser if there is no driver: the child of this process that shows the marker. Full Chromium's
    /// crashpad handler is also reparented to this process, and is excluded.
    /// </summary>
    public static int Driver(string marker) =>
        Showing(marker)
            .Single(pid =>
                Parent(pid) == Environment.ProcessId
                && !Read($"/proc/{pid}/cmdline").Contains("crashpad", StringComparison.Ordinal)
            );

    public static IReadOnlyList<int> Renderers(string marker) => Showing(marker, "--type=renderer");

    /// <summary>A process and all its descendants, whether they show the marker or not.</summary>
    public static IReadOnlyList<int> Tree(int root)
    {
        var all = Pids().Select(pid => (Pid: pid, Parent: Parent(pid))).ToList();
        List<int> tree = [root];
        for (var i = 0; i < tree.Count; i++)
            tree.AddRange(all.Where(p => p.Parent == tree[i]).Select(p => p.Pid));
        return tree;
    }

    /// <summary>Children of this process that have exited and were not reaped.</summary>
    public static IReadOnlyList<int> Zombies() =>
        [.. Pids().Where(pid => Parent(pid) == Environment.ProcessId && State(pid) == 'Z')];

    public static bool IsAlive(int pid) => State(pid) is not ('Z' or 'X' or '\0');

    /// <summary>Sends a signal, given by its name without "SIG".</summary>
    public static void Signal(string name, params IEnumerable<int> pids)
    {
        foreach (var pid in pids)
        {
            using var kill = System.Diagnostics.Process.Start("kill", [$"-{name}", pid.ToString()]);
            kill.WaitForExit();
        }
    }

    public static bool Shows(int pid, string marker) =>
        Read($"/proc/{pid}/cmdline").Contains(marker, StringComparison.Ordinal)
        || Read($"/proc/{pid}/environ").Contains(marker, StringComparison.Ordinal);

    private static IEnumerable<int> Pids() =>
        Directory
            .GetDirectories("/proc")
            .Select(d => int.TryParse(Path.GetFileName(d), out var pid) ? pid : 0)
            .Where(pid => pid > 0 && pid != Environment.ProcessId);

    private static char State(int pid) => Stat(pid) is [var state, ..] ? state[0] : '\0';

    private static int Parent(int pid) => Stat(pid) is [_, var parent, ..] ? int.Parse(parent) : -1;

    private static string[] Stat(int pid)
    {
        var stat = Read($"/proc/{pid}/stat");
        return stat.Length == 0 ? [] : stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static string Read(string path)
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
}
