using FunctionsCrawler.Browsing;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Dispatch;

/// <summary>
/// Keeps the process and its browsers within a budget. Once a second, and as soon as much more is resident than before,
/// it measures their proportional set size. Then chunks pause, resume or, one at a time, stop and hand back; and launches
/// are admitted in the order in which they were asked for, as there is room.
/// </summary>
public sealed class MemoryGovernor : IAsyncDisposable
{
    private const int TicksPerSample = 10;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time;
    private readonly WorkerMemory _worker;
    private readonly Lock _lock = new();
    private readonly MemoryLedger _ledger;
    private readonly LaunchQueue _queue;
    private readonly IDisposable _metrics;
    private readonly PeriodicTimer _timer;
    private readonly Task _sampling;
    private TaskCompletionSource _changed = NewSignal();
    private bool _disposed;

    /// <summary>Makes one that measures while there are chunks.</summary>
    /// <param name="budgetBytes">What worker and browsers may use together.</param>
    /// <param name="time">The clock.</param>
    public MemoryGovernor(long budgetBytes, TimeProvider time)
        : this(budgetBytes, time, WorkerMemory.OfThisProcess) { }

    internal MemoryGovernor(long budgetBytes, TimeProvider time, WorkerMemory worker)
    {
        (BudgetBytes, _time, _worker) = (budgetBytes, time, worker);
        _ledger = new MemoryLedger(budgetBytes, worker);
        _queue = new LaunchQueue(_ledger, _lock, time);
        _metrics = GovernorMetrics.Publish(this);
        _timer = new PeriodicTimer(Timeout.InfiniteTimeSpan, time);
        _sampling = Task.Run(SampleAsync);
    }

    /// <summary>What worker and browsers may use together, in bytes.</summary>
    public long BudgetBytes { get; }

    /// <summary>The last sample of this process and of all its browsers, in bytes.</summary>
    public (long Own, long Browsers) Used
    {
        get
        {
            lock (_lock)
                return (_ledger.OwnBytes, _ledger.BrowserBytes);
        }
    }

    /// <summary>How many chunks are being crawled.</summary>
    public int Chunks
    {
        get
        {
            lock (_lock)
                return _ledger.Chunks.Count;
        }
    }

    /// <summary>How many chunks wait for the launch of a browser.</summary>
    public int WaitingLaunches => _queue.Count;

    /// <summary>Whether memory keeps a chunk from going on.</summary>
    public bool IsHoldingBack
    {
        get
        {
            lock (_lock)
                return _ledger.Chunks.Any(c => c.IsWaiting || c.State != MemoryState.Run);
        }
    }

    /// <summary>Completes at the next sample.</summary>
    internal Task Sampled => Volatile.Read(ref _changed).Task;

    /// <summary>Ends the measuring.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer.Dispose();
        }
        await _sampling.ConfigureAwait(false);
        _metrics.Dispose();
    }

    /// <summary>Lets a chunk begin.</summary>
    /// <param name="options">When its crawl pauses, sheds and resumes.</param>
    /// <param name="pages">Its pages at once.</param>
    /// <param name="alone">Whether its browser must be the only one: it has a page that was too much beside others.</param>
    /// <param name="longestWait">How long from now on it may wait for launches.</param>
    /// <exception cref="WorkerExhaustedException">The process itself is at its limit, with no browser alive.</exception>
    internal ChunkMemory Enter(DispatcherOptions options, int pages, bool alone, TimeSpan longestWait)
    {
        var chunk = new ChunkMemory(this, _time, longestWait)
        {
            Options = options,
            Expected = MemoryLedger.Expected(pages),
            Alone = alone,
        };
        lock (_lock)
        {
            _ledger.Add(chunk);
            // Setting it begins the period anew: chunks that come thick and fast must not put off every sample.
            if (_ledger.Chunks.Count == 1)
                _timer.Period = Tick;
        }
        return chunk;
    }

    internal void Leave(ChunkMemory chunk)
    {
        lock (_lock)
        {
            _ledger.Remove(chunk);
            _queue.Advance();
            // A worker at rest uses no processor.
            if (_ledger.Chunks.Count == 0 && !_disposed)
                _timer.Period = Timeout.InfiniteTimeSpan;
        }
    }

    internal Task<ILaunchToken> AdmitAsync(ChunkMemory chunk, CancellationToken cancellationToken) =>
        _queue.WaitAsync(chunk, cancellationToken);

    /// <summary>A browser is gone, or was not launched after all.</summary>
    internal void Release(ChunkMemory chunk, BrowserReceipt? receipt)
    {
        lock (_lock)
        {
            chunk.Release();
            if (receipt is not null)
                _ledger.Ended((long)(receipt.PeakMemoryMb * 1024 * 1024));
            _queue.Advance();
        }
    }

    /// <summary>Measures now.</summary>
    internal void Sample()
    {
        ChunkMemory[] chunks;
        lock (_lock)
            chunks = [.. _ledger.Chunks];
        foreach (var chunk in chunks)
            chunk.Measure();
        var own = _worker.Measure();
        lock (_lock)
        {
            _ledger.Sampled(own);
            _queue.Advance();
        }
        Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
    }

    private async Task SampleAsync()
    {
        var (tick, before) = (0, 0L);
        // Until it is disposed of.
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            tick = (tick + 1) % TicksPerSample;
            if (tick != 0 && ResidentBytes() - before < BudgetBytes / 20)
                continue;
            Sample();
            before = ResidentBytes();
        }
    }

    // Cheap, and too high, for what processes share is counted once for each: a tripwire, no measure.
    private long ResidentBytes()
    {
        lock (_lock)
            return _ledger.Chunks.Sum(c => c.ResidentBytes());
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What the memory budget allows a chunk.</summary>
public enum MemoryState
{
    /// <summary>Pages may be started.</summary>
    Run,

    /// <summary>No page may be started, unless none is in flight.</summary>
    Pause,

    /// <summary>The chunk stops and hands back what it has not finished.</summary>
    Shed,
}
