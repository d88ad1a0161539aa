using System.Diagnostics;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle.Controls;

/// <summary>
/// A deliberately leaked process, started by a shell so that it becomes an orphan when the shell exits. Disposing this object
/// kills it.
/// </summary>
internal sealed class LeakyProcess : IAsyncDisposable
{
    private readonly Process _shell;
    private bool _orphaned;

    private LeakyProcess(Process shell, ProcessKey key) => (_shell, Key) = (shell, key);

    /// <summary>Pid and start time of the leaked process.</summary>
    public ProcessKey Key { get; }

    /// <summary>Starts a shell that runs a script in the background, and waits until the recorder has seen it.</summary>
    /// <param name="marker">Passed as $0 to the script, so that it appears in its arguments.</param>
    /// <param name="script">The shell script that the background process runs.</param>
    /// <param name="wrapper">A command to start the script's shell with, for example setsid.</param>
    public static async Task<LeakyProcess> StartAsync(string marker, string script, string wrapper = "")
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardInput = true };
        // Gives the background process the shell's standard input; by default it would be /dev/null.
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec 3<&0; {wrapper} /bin/sh -c \"$1\" \"$2\" <&3 3<&- & wait");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(script);
        start.ArgumentList.Add(marker);
        var shell = Process.Start(start)!;
        ProcessKey? key = null;
        try
        {
            await Eventually.IsTrueAsync(
                () =>
                {
                    var child = Proc.All().FirstOrDefault(p => p.Parent == shell.Id);
                    key = child is not null && IsRecorded(marker, child) ? child.Key : null;
                    return key is not null;
                },
                "the recorder sees the leaked process"
            );
        }
        catch
        {
            shell.Kill(entireProcessTree: true);
            throw;
        }
        return new LeakyProcess(shell, key!.Value);
    }

    /// <summary>Kills the shell, so that the process becomes an orphan.</summary>
    public async Task OrphanAsync()
    {
        _orphaned = true;
        _shell.Kill();
        await _shell.WaitForExitAsync();
        await Eventually.IsTrueAsync(() => Proc.Find(Key.Pid)?.Parent != _shell.Id, "the leaked process is reparented");
    }

    /// <summary>Writes a line to the standard input of the process.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _shell.StandardInput.WriteLineAsync(line);
        await _shell.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Kernel.Signal(Key, Kernel.Kill);
        if (!_orphaned)
        {
            // The shell reaps the process and exits.
            await _shell.WaitForExitAsync();
        }
        else if (Proc.Find(Key.Pid) is { } now && now.Key == Key && now.Parent == Environment.ProcessId)
        {
            Kernel.Reap(Key);
        }
        _shell.StandardInput.Close();
        _shell.Dispose();
    }

    // True once the script's own shell runs, and not its predecessor, the fork of the first shell; then setsid has been called.
    private static bool IsRecorded(string marker, ProcessStat child) =>
        Proc.CommandLine(child.Key.Pid).EndsWith(marker, StringComparison.Ordinal)
        && !Proc.CommandLine(child.Key.Pid).Contains("exec 3<&0", StringComparison.Ordinal)
        && Ground.Current.Recorder.Seen(marker).Contains(child.Key);
}
