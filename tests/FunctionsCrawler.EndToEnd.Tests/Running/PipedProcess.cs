using System.Diagnostics;
using System.Text;

namespace FunctionsCrawler.EndToEnd.Tests.Running;

/// <summary>The built program with open pipes to its standard input and output, as an agent starts it.</summary>
internal sealed class PipedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _error = new();

    private PipedProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_error)
                _error.Append(line.Data).Append('\n');
        };
        _process.Start();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Standard error so far.</summary>
    public string Error
    {
        get
        {
            lock (_error)
                return _error.ToString();
        }
    }

    /// <summary>The number of processes that the program has started and that run.</summary>
    public int Children => ProcessTree.Of(Id).Count - 1;

    public static PipedProcess Start(Workplace place, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "env",
            ["--default-signal=HUP,INT,QUIT", CrawlProcess.Executable, .. arguments]
        )
        {
            WorkingDirectory = place.Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = place.Temp;
        return new PipedProcess(new Process { StartInfo = start });
    }

    public void CloseInput() => _process.StandardInput.Close();

    public void Signal(int signal) => CrawlProcess.Send(Id, signal);

    /// <summary>Waits for the end of the program.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The program did not exit within {Patience}. Its errors:\n{Error}");
        }
        return _process.ExitCode;
    }

    /// <summary>Ends the program in an orderly way if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal(CrawlProcess.Terminate);
            await ExitAsync();
        }
        _process.Dispose();
    }
}
