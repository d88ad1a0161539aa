using System.Diagnostics;

namespace FunctionsCrawler.Benchmarks.Scale;

/// <summary>Samples the memory of this process and keeps the highest values.</summary>
internal sealed class MemoryPeak : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _end = new();
    private readonly Task _sampling;
    private long _heap;
    private long _workingSet;

    public MemoryPeak() => _sampling = Task.Run(SampleAsync);

    /// <summary>Returns the peaks since the last call, in MB: of the managed heap with its garbage, and of the working set.</summary>
    public (double HeapMb, double WorkingSetMb) Take()
    {
        Sample();
        return (Interlocked.Exchange(ref _heap, 0) / 1048576.0, Interlocked.Exchange(ref _workingSet, 0) / 1048576.0);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _sampling;
        _end.Dispose();
    }

    private async Task SampleAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            Sample();
            await Task.Delay(Interval, TimeProvider.System, _end.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Sample()
    {
        Raise(ref _heap, GC.GetTotalMemory(forceFullCollection: false));
        using var process = Process.GetCurrentProcess();
        Raise(ref _workingSet, process.WorkingSet64);
    }

    private static void Raise(ref long peak, long value)
    {
        if (value > Interlocked.Read(ref peak))
            Interlocked.Exchange(ref peak, value);
    }
}
