using System.Diagnostics;
using System.Runtime.InteropServices;
using FunctionsCrawler.Benchmarks.Measuring;
using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Benchmarks.Comparison.Scenarios;

/// <summary>What a server uses that has nothing to do.</summary>
internal sealed partial class IdleScenario() : Scenario("idle")
{
    private const int Terminate = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public override string Describe(Bench bench) =>
        $"crawl serve without requests: from {SettleTime(bench).TotalSeconds:0} s after its start, for {bench.IdleTime.TotalSeconds:0} s";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<Finding>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var (memory, cpu) = (new List<double>(), new List<double>());
        while (memory.Count < bench.Pairs)
        {
            var (mb, share) = await InFolderAsync(folder => WatchAsync(bench, folder, cancellationToken));
            memory.Add(mb);
            cpu.Add(share * 100);
            Console.WriteLine($"{memory.Count, 6}  {mb:F1} MB, {share * 100:F2} % of a core");
        }
        return
        [
            new(Name, "crawl serve, idle: memory", "MB", memory) { Goal = Goal.AtMost(120) },
            new(Name, "crawl serve, idle: processor", "%", cpu) { Goal = Goal.AtMost(0.5) },
        ];
    }

    // What a server does once after its start is over by then.
    private static TimeSpan SettleTime(Bench bench) => bench.IdleTime / 4;

    private static async Task<(double Mb, double Cpu)> WatchAsync(
        Bench bench,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(bench.Programs.Crawl, ["serve", "--port", "0", "--storage", folder])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TMPDIR"] = folder;
        await using var meter = new TreeMeter();
        await meter.StopAsync();
        using var server = Process.Start(start)!;
        try
        {
            await UntilListeningAsync(server, cancellationToken);
            await Task.Delay(SettleTime(bench), TimeProvider.System, cancellationToken);
            return await MeasureAsync(server.Id, bench.IdleTime, cancellationToken);
        }
        finally
        {
            await StopAsync(server, meter);
        }
    }

    private static async Task<(double Mb, double Cpu)> MeasureAsync(
        int pid,
        TimeSpan time,
        CancellationToken cancellationToken
    )
    {
        var (clock, before, peak) = (Stopwatch.StartNew(), Cpu(), 0.0);
        while (clock.Elapsed < time)
        {
            peak = Math.Max(peak, Tree().Sum(ProcFiles.PssMb));
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
        }
        return (peak, (Cpu() - before) / clock.Elapsed.TotalSeconds);

        IEnumerable<int> Tree() => [pid, .. ProcFiles.DescendantsOf(pid, ProcFiles.All()).Select(p => p.Pid)];
        double Cpu() => Tree().Sum(ProcessTimes.WithEndedChildren);
    }

    // The server then prints its address.
    private static async Task UntilListeningAsync(Process server, CancellationToken cancellationToken)
    {
        var errors = server.StandardError.ReadToEndAsync(CancellationToken.None);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        while (await server.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line.StartsWith("listening", StringComparison.Ordinal))
                return;
        }
        throw new BenchmarkException($"crawl serve exited before it listened: {await errors}");
    }

    private static async Task StopAsync(Process server, TreeMeter meter)
    {
        if (!server.HasExited)
            _ = Kill(server.Id, Terminate);
        using var timeout = new CancellationTokenSource(Patience);
        await server.WaitForExitAsync(timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!server.HasExited)
            server.Kill();
        await meter.ReapAsync(server.Id, Patience);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
