using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>
/// Kills the renderers of the browser that makes a request, as a bug in one, or the kernel short of memory, would: no
/// page can do that to itself reliably.
/// </summary>
internal static class RendererKill
{
    /// <summary>Kills them.</summary>
    /// <param name="port">The port that the request comes from.</param>
    public static void OfBrowserAt(int port)
    {
        if (InodeOf(port) is not { } inode)
            return;
        var family = ProcFiles.DescendantsOf(Environment.ProcessId, ProcFiles.All());
        if (family.FirstOrDefault(p => Holds(p.Pid, inode)) is not { } network)
            return;
        var marker = Leftovers.MarkerIn(ProcFiles.Shown(network.Pid));
        foreach (var process in family)
        {
            var shown = ProcFiles.Shown(process.Pid);
            if (
                shown.Contains("--type=renderer", StringComparison.Ordinal)
                && string.Equals(Leftovers.MarkerIn(shown), marker, StringComparison.Ordinal)
            )
                Kill(process.Pid);
        }
    }

    private static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended by itself meanwhile.
        }
    }

    // /proc/net/tcp: "sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode", addresses in hexadecimal.
    private static string? InodeOf(int port)
    {
        var local = port.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines("/proc/net/tcp")
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f.Length > 9 && f[1].EndsWith(':' + local, StringComparison.Ordinal))
            .Select(f => f[9])
            .FirstOrDefault(i => i is not "0");
    }

    private static bool Holds(int pid, string inode)
    {
        try
        {
            return Directory
                .EnumerateFiles($"/proc/{pid}/fd")
                .Any(f => string.Equals(new FileInfo(f).LinkTarget, $"socket:[{inode}]", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
