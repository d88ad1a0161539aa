namespace FunctionsCrawler.Cli.Soak;

/// <summary>Measures this process and its descendants once a second, and keeps the peaks.</summary>
internal sealed class TreeWatch : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly Task _watching;
    private TreePeak _peak = new(0, 0);

    public TreeWatch(TimeProvider time) => _watching = Task.Run(() => WatchAsync(time));

    /// <summary>The peaks since the last call.</summary>
    public TreePeak Take()
    {
        lock (_lock)
            return Interlocked.Exchange(ref _peak, new TreePeak(0, 0));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        _stopping.Dispose();
    }

    private async Task WatchAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                var descendants = ProcFiles.DescendantsOf(Environment.ProcessId, ProcFiles.All());
                var pss = ProcFiles.PssMb(Environment.ProcessId) + descendants.Sum(p => ProcFiles.PssMb(p.Pid));
                lock (_lock)
                    _peak = new TreePeak(Math.Max(_peak.PssMb, pss), Math.Max(_peak.Processes, descendants.Count + 1));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}

/// <summary>Peaks of the whole process tree, including this process.</summary>
internal sealed record TreePeak(double PssMb, int Processes);
