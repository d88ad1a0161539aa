using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace FunctionsCrawler.EndToEnd.Tests.Running;

/// <summary>The built program as a child process: its output is collected, its end is waited for, and it is killed by its id.</summary>
internal sealed partial class CrawlProcess : IAsyncDisposable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;
    public const int Stop = 19;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    private CrawlProcess(Process process) => _process = process;

    /// <summary>The program that this test program was built with.</summary>
    public static string Executable { get; } =
        Path.Combine(AppContext.BaseDirectory, "FunctionsCrawler.Cli" + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote to standard output so far.</summary>
    public string Out => Read(_out);

    /// <summary>What it wrote to standard error so far.</summary>
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

    /// <summary>Sends a signal to a process that the program started, if it is still there.</summary>
    public static void Send(int pid, int signal) => _ = Kill(pid, signal);

    /// <summary>Ends the process without a chance to clean up, as a crash or the OOM killer would; its children live on.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Waits for the end.</summary>
    public async Task<CrawlExit> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It did not end within {Patience}. It said:\n{Out}\n{Error}");
        }
        return new CrawlExit(_process.ExitCode, Out, Error);
    }

    /// <summary>Waits until <paramref name="seen"/>; fails when the process ends before.</summary>
    public async Task UntilAsync(Func<bool> seen, string what)
    {
        var since = Stopwatch.StartNew();
        while (!seen())
        {
            Assert.False(_process.HasExited, $"It ended before {what}. It said:\n{Out}\n{Error}");
            Assert.True(since.Elapsed < Patience, $"It was waited for in vain: {what}. It said:\n{Out}\n{Error}");
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

/// <summary>How a run of the program ended.</summary>
internal sealed record CrawlExit(int Code, string Out, string Error)
{
    /// <summary>Asserts the exit code, and shows what was said when it is another.</summary>
    public CrawlExit Expect(int code)
    {
        Assert.True(Code == code, $"The exit code is {Code}, not {code}. It said:\n{Out}\n{Error}");
        return this;
    }
}
