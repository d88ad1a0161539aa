using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>
/// Kills the renderers of the browser that sent a request, as a renderer bug or the kernel's out-of-memory killer would. No
/// page can reliably crash its own renderer.
/// </summary>
internal static class RendererKill
{
    /// <summary>Kills all renderers of the browser with this connection; does nothing if there is no such browser.</summary>
    /// <param name="port">The client port of the request.</param>
    public static void KillRenderersOfClient(int port)
    {
        if (InodeOf(port) is not { } inode)
            return;
        var descendants = ProcFiles.DescendantsOf(Environment.ProcessId, ProcFiles.All());
        if (descendants.FirstOrDefault(p => HasSocket(p.Pid, inode)) is not { } network)
            return;
        var marker = Leftovers.MarkerIn(ProcFiles.ArgumentsAndEnvironment(network.Pid));
        foreach (var process in descendants)
        {
            var text = ProcFiles.ArgumentsAndEnvironment(process.Pid);
            if (
                text.Contains("--type=renderer", StringComparison.Ordinal)
                && string.Equals(Leftovers.MarkerIn(text), marker, StringComparison.Ordinal)
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
            // The process has ended already.
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

    private static bool HasSocket(int pid, string inode)
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
