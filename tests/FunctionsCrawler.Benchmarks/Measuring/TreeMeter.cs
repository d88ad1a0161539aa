using System.Diagnostics;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Benchmarks.Measuring;

/// <summary>
/// Measures the descendants of this process that were started after the meter: their peak memory and processor time. This
/// process becomes a subreaper, so a descendant that loses its parent stays a descendant and is counted.
/// </summary>
internal sealed class TreeMeter : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    // Reading the memory of a browser's processes takes 10 to 20 ms of processor time, which a measured crawler lacks.
    private const int MaxShare = 20;

    private readonly HashSet<ProcEntry> _others;
    private readonly Dictionary<(int, ulong), double> _seconds = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watching;

    /// <summary>Starts measuring. Start the processes after it, and let only them start others.</summary>
    public TreeMeter()
    {
        ChildReaper.BecomeSubreaper();
        _others = [.. Children(ProcFiles.All()).Select(Key)];
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>The highest sum of the proportional set sizes (PSS) of all processes at one moment, in MB.</summary>
    public double PeakMb { get; private set; }

    /// <summary>The processor time of the processes as far as it was seen, each up to 0.1 s before its end.</summary>
    public double SeenCpuSeconds
    {
        get
        {
            lock (_seconds)
                return _seconds.Values.Sum();
        }
    }

    /// <summary>Stops sampling. Processes that are left may still be running.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
    }

    /// <summary>
    /// Waits until no measured process is left, reaping those that this process has adopted, then kills what remains.
    /// </summary>
    /// <param name="main">The process that its owner waits for.</param>
    /// <param name="patience">How long processes may take to end.</param>
    /// <returns>The number of processes that had to be killed.</returns>
    public async Task<int> ReapAsync(int main, TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var left = ReapAdopted(main);
            if (left.Count == 0)
                return 0;
            if (clock.Elapsed > patience)
                return await KillAsync(main, left.Count);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task<int> KillAsync(int main, int count)
    {
        for (var attempt = 0; attempt < 100 && ReapAdopted(main) is { Count: > 0 } left; attempt++)
        {
            foreach (var entry in left)
                ChildReaper.TryKill(entry.Id);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
        return count;
    }

    private List<ProcessEntry> ReapAdopted(int main)
    {
        var left = Tree(ProcFiles.All())
            .Where(p => p.Pid != main)
            .Select(p => ProcessTable.Find(p.Pid))
            .OfType<ProcessEntry>()
            .ToList();
        left.ForEach(ChildReaper.Reap);
        return left;
    }

    private async Task WatchAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            Sample();
            var pause = clock.Elapsed * MaxShare;
            await Task.Delay(pause > Period ? pause : Period, TimeProvider.System, _stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Sample()
    {
        var tree = Tree(ProcFiles.All());
        PeakMb = Math.Max(PeakMb, tree.Sum(p => ProcFiles.PssMb(p.Pid)));
        lock (_seconds)
        {
            foreach (var process in tree)
            {
                if (ProcessTimes.Of(process.Pid) is { } seconds)
                    _seconds[(process.Pid, process.Start)] = seconds;
            }
        }
    }

    private List<ProcEntry> Tree(IReadOnlyList<ProcEntry> all) =>
        [
            .. Children(all)
                .Where(child => !_others.Contains(Key(child)))
                .SelectMany(child => (IEnumerable<ProcEntry>)[child, .. ProcFiles.DescendantsOf(child.Pid, all)]),
        ];

    private static IEnumerable<ProcEntry> Children(IReadOnlyList<ProcEntry> all) =>
        all.Where(p => p.Parent == Environment.ProcessId);

    private static ProcEntry Key(ProcEntry process) => process with { Parent = 0 };
}
