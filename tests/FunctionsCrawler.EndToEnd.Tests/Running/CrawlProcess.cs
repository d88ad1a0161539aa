using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace FunctionsCrawler.EndToEnd.Tests.Running;

/// <summary>The built program as a child process with collected output, bounded waits and signals.</summary>
internal sealed partial class CrawlProcess : IAsyncDisposable
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Terminate = 15;
    public const int Stop = 19;

    // Only a program that hangs reaches it: on a busy machine, a rendered crawl of 200 pages can take several minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    private CrawlProcess(Process process) => _process = process;

    /// <summary>The program in the output folder of the tests.</summary>
    public static string Executable { get; } =
        Path.Combine(AppContext.BaseDirectory, "crawl" + (OperatingSystem.IsWindows() ? ".exe" : ""));

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Standard output so far.</summary>
    public string Out => Read(_out);

    /// <summary>Standard error so far.</summary>
    public string Error => Read(_error);

    public static CrawlProcess Start(ProcessStartInfo start, string input)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var running = new CrawlProcess(new Process { StartInfo = start });
        running._process.OutputDataReceived += (_, line) => Append(running._out, line.Data);
        running._process.ErrorDataReceived += (_, line) => Append(running._error, line.Data);
        running._process.Start();
        running._process.BeginOutputReadLine();
        running._process.BeginErrorReadLine();
        running._process.StandardInput.Write(input);
        running._process.StandardInput.Close();
        return running;
    }

    /// <summary>Sends a signal as a terminal or a service manager would.</summary>
    public void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    /// <summary>Sends a signal to a child of the program; does nothing if that has ended.</summary>
    public static void Send(int pid, int signal) => _ = Kill(pid, signal);

    /// <summary>Kills the process without a chance to clean up, like a crash or the OOM killer. Its children keep running.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async Task<CrawlExit> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The program did not exit within {Patience}. Its output:\n{Out}\n{Error}");
        }
        return new CrawlExit(_process.ExitCode, Out, Error);
    }

    /// <summary>Waits until a condition is met; fails if the process exits first.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="description">What is waited for, for the message.</param>
    public async Task UntilAsync(Func<bool> condition, string description)
    {
        var since = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.False(_process.HasExited, $"The program exited before: {description}. Its output:\n{Out}\n{Error}");
            Assert.True(
                since.Elapsed < Patience,
                $"Not reached within {Patience}: {description}. The output of the program:\n{Out}\n{Error}"
            );
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (text)
            text.Append(line).Append('\n');
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}

/// <summary>Exit code and output of the program.</summary>
internal sealed record CrawlExit(int Code, string Out, string Error)
{
    /// <summary>Asserts the exit code; the message of a failure contains the output.</summary>
    public CrawlExit Expect(int code)
    {
        Assert.True(Code == code, $"The exit code is {Code}, not {code}. The output:\n{Out}\n{Error}");
        return this;
    }
}
