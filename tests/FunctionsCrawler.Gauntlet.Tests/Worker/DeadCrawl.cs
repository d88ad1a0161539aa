using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>The processes and temp roots that a worker had when it was killed.</summary>
internal sealed class DeadCrawl
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(10);

    private readonly IReadOnlyList<ProcessKey> _processes;
    private readonly IReadOnlyList<string> _entries;

    private DeadCrawl(IReadOnlyList<ProcessKey> processes, IReadOnlyList<string> entries) =>
        (_processes, _entries) = (processes, entries);

    /// <summary>The worker's child processes, without the worker itself.</summary>
    public IReadOnlyList<ProcessKey> Processes => _processes;

    /// <summary>
    /// Kills a worker. Before that, stops those of its processes whose command line satisfies <paramref name="isStopped"/>.
    /// </summary>
    public static async Task<DeadCrawl> KillAsync(
        CrawlProcess worker,
        Workplace place,
        Func<string, bool>? isStopped = null
    )
    {
        place.MayLeaveFiles = true;
        // A stopped process does not exit when the pipe to its owner closes.
        var processes = isStopped is null ? [] : Running(worker);
        foreach (var process in processes.Where(p => isStopped!(Proc.CommandLine(p.Pid))))
            Kernel.Signal(process, Kernel.Stop);
        await worker.KillAsync();
        // Include processes that were started meanwhile.
        processes = [.. processes.Union(Running(worker))];
        return new DeadCrawl(processes, [.. Directory.EnumerateFileSystemEntries(place.Temp, "fcrawl-*")]);
    }

    /// <summary>Asserts that all of these processes and temp roots disappear within the oracle's limit.</summary>
    public async Task AssertGoneAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        string[] left;
        while ((left = Left()).Length > 0 && TimeProvider.System.GetElapsedTime(since) < LeakOracle.Limit)
            await Task.Delay(PollPeriod, TestContext.Current.CancellationToken);
        Assert.True(
            left.Length == 0,
            $"Left of the dead crawl {LeakOracle.Limit} after the next start:\n" + string.Join('\n', left)
        );
    }

    private string[] Left() =>
        [
            .. _processes.Where(Proc.Exists).Select(p => Proc.Find(p.Pid)).OfType<ProcessStat>().Select(Proc.Describe),
            .. _entries.Where(Path.Exists),
        ];

    private static IReadOnlyList<ProcessKey> Running(CrawlProcess worker) =>
        [
            .. Ground
                .Current.Recorder.Present(marker: null)
                .Select(p => p.Now)
                .Where(p => p.Key.Pid != worker.Id && !p.IsZombie)
                .Select(p => p.Key),
        ];
}
