using System.Diagnostics;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle.Controls;

/// <summary>
/// A process that nobody ends, started by a shell so that it becomes an orphan once the shell is gone. It is ended by
/// pid and start time with this.
/// </summary>
internal sealed class LeakyProcess : IAsyncDisposable
{
    private readonly Process _shell;
    private bool _orphaned;

    private LeakyProcess(Process shell, ProcessKey key) => (_shell, Key) = (shell, key);

    /// <summary>Which process.</summary>
    public ProcessKey Key { get; }

    /// <summary>Starts a shell that runs a script in the background, and waits until the recorder has seen it.</summary>
    /// <param name="marker">Passed as $0 to the script, so that it is shown in its arguments.</param>
    /// <param name="script">What the background process is.</param>
    /// <param name="wrapper">Before the script's shell: setsid, say.</param>
    public static async Task<LeakyProcess> StartAsync(string marker, string script, string wrapper = "")
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardInput = true };
        // The background process reads what is written to us; by default its input would be /dev/null.
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec 3<&0; {wrapper} /bin/sh -c \"$1\" \"$2\" <&3 3<&- & wait");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(script);
        start.ArgumentList.Add(marker);
        var shell = Process.Start(start)!;
        ProcessKey? key = null;
        try
        {
            await Patience.UntilAsync(
                () =>
                {
                    var child = Proc.All().FirstOrDefault(p => p.Parent == shell.Id);
                    key = child is not null && IsRecorded(marker, child) ? child.Key : null;
                    return key is not null;
                },
                "the recorder sees the double"
            );
        }
        catch
        {
            shell.Kill(entireProcessTree: true);
            throw;
        }
        return new LeakyProcess(shell, key!.Value);
    }

    /// <summary>Ends the shell; the process is its parent's orphan from now on.</summary>
    public async Task OrphanAsync()
    {
        _orphaned = true;
        _shell.Kill();
        await _shell.WaitForExitAsync();
        await Patience.UntilAsync(() => Proc.Find(Key.Pid)?.Parent != _shell.Id, "the double loses its parent");
    }

    /// <summary>Writes a line that the process reads.</summary>
    public async Task SayAsync(string line)
    {
        await _shell.StandardInput.WriteLineAsync(line);
        await _shell.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Kernel.Signal(Key, Kernel.Kill);
        if (!_orphaned)
        {
            // The shell waits for it, reaps it and ends.
            await _shell.WaitForExitAsync();
        }
        else if (Proc.Find(Key.Pid) is { } now && now.Key == Key && now.Parent == Environment.ProcessId)
        {
            Kernel.Reap(Key);
        }
        _shell.StandardInput.Close();
        _shell.Dispose();
    }

    // In the script's own shell already, not yet in the fork of the first one: by then setsid has happened.
    private static bool IsRecorded(string marker, ProcessStat child) =>
        Proc.CommandLine(child.Key.Pid).EndsWith(marker, StringComparison.Ordinal)
        && !Proc.CommandLine(child.Key.Pid).Contains("exec 3<&0", StringComparison.Ordinal)
        && Ground.Current.Recorder.Seen(marker).Contains(child.Key);
}
