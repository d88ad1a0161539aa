using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>What a worker had when it was killed: its processes and its temp roots.</summary>
internal sealed class DeadCrawl
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);

    private readonly IReadOnlyList<ProcessKey> _processes;
    private readonly IReadOnlyList<string> _entries;

    private DeadCrawl(IReadOnlyList<ProcessKey> processes, IReadOnlyList<string> entries) =>
        (_processes, _entries) = (processes, entries);

    /// <summary>Its processes but for the worker itself.</summary>
    public IReadOnlyList<ProcessKey> Processes => _processes;

    /// <summary>Kills a worker, and stops those of its processes before that <paramref name="isStopped"/> names by their arguments.</summary>
    public static async Task<DeadCrawl> KillAsync(
        CrawlProcess worker,
        Workplace place,
        Func<string, bool>? isStopped = null
    )
    {
        place.MayLeaveFiles = true;
        // What is stopped does not die with the pipe to its owner.
        var processes = isStopped is null ? [] : Running(worker);
        foreach (var process in processes.Where(p => isStopped!(Proc.CommandLine(p.Pid))))
            Kernel.Signal(process, Kernel.Stop);
        await worker.KillAsync();
        // Those too that were born meanwhile.
        processes = [.. processes.Union(Running(worker))];
        return new DeadCrawl(processes, [.. Directory.EnumerateFileSystemEntries(place.Temp, "fcrawl-*")]);
    }

    /// <summary>Asserts that all of it is gone, at the latest after the oracle's limit from now.</summary>
    public async Task AssertGoneAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        string[] left;
        while ((left = Left()).Length > 0 && TimeProvider.System.GetElapsedTime(since) < LeakOracle.Limit)
            await Task.Delay(LookAgain, TestContext.Current.CancellationToken);
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
