using System.Diagnostics;

namespace FunctionsCrawler.Benchmarks.Measuring;

/// <summary>What a program did and used, with all processes that it started.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Seconds">From the start of the program to its exit.</param>
/// <param name="CpuSeconds">User and system time of all processes.</param>
/// <param name="PeakMb">The highest sum of the proportional set sizes of all processes, in MB.</param>
/// <param name="Left">The number of processes that were still running 5 s after the program had exited; they were killed.</param>
internal sealed record MeasuredExit(
    int Code,
    string Out,
    string Error,
    double Seconds,
    double CpuSeconds,
    double PeakMb,
    int Left
);

/// <summary>Runs programs one at a time and measures them as whole process trees.</summary>
internal static class MeasuredProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="start">The program; its standard streams are redirected.</param>
    /// <param name="limit">The longest time that it may take.</param>
    /// <param name="cancellationToken">Ends the program early.</param>
    /// <exception cref="BenchmarkException">It took longer than the limit.</exception>
    public static async Task<MeasuredExit> RunAsync(
        ProcessStartInfo start,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        await using var meter = new TreeMeter();
        var before = ProcessTimes.OfEndedDescendants();
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (
            process.StandardOutput.ReadToEndAsync(CancellationToken.None),
            process.StandardError.ReadToEndAsync(CancellationToken.None)
        );
        var inTime = await WaitAsync(process, limit, cancellationToken);
        var elapsed = clock.Elapsed;
        await meter.StopAsync();
        var left = await meter.ReapAsync(process.Id, Patience);
        cancellationToken.ThrowIfCancellationRequested();
        var name = Path.GetFileName(start.FileName);
        if (!inTime)
            throw new BenchmarkException(
                $"{name} was killed, because it did not end within {limit.TotalMinutes:F0} minutes"
            );
        // The kernel's sum lacks processes that nobody waited for; then what was seen of them is more.
        var cpu = Math.Max(ProcessTimes.OfEndedDescendants() - before, meter.SeenCpuSeconds);
        return new(process.ExitCode, await output, await error, elapsed.TotalSeconds, cpu, meter.PeakMb, left);
    }

    // Kills the program, not its children, after the limit; the meter kills those.
    private static async Task<bool> WaitAsync(Process process, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            return false;
        }
    }
}
