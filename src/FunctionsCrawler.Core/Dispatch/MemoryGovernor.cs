using FunctionsCrawler.Browsing;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Dispatch;

/// <summary>
/// Keeps the process and its browsers within a budget. Once a second, and as soon as they have grown by much, it measures
/// their proportional set size, and twenty times a second it adds to that what they have grown by since. Then chunks pause,
/// resume or, one at a time, stop and hand back; and launches are admitted in the order in which they were asked for, as
/// there is room. When it gets tight, garbage of the process is collected first.
/// </summary>
public sealed class MemoryGovernor : IAsyncDisposable
{
    private const int TicksPerSample = 20;
    private const int TicksPerSampleWhenTight = 5;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    // A collection of all garbage stops the process for some 50 ms.
    private static readonly TimeSpan BetweenCollections = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly WorkerMemory _worker;
    private readonly Lock _lock = new();
    private readonly MemoryLedger _ledger;
    private readonly LaunchQueue _queue;
    private readonly IDisposable _metrics;
    private readonly PeriodicTimer _timer;
    private readonly Task _sampling;
    private TaskCompletionSource _changed = NewSignal();
    private long? _collectedAt;
    private long _collectedBytes;
    private long? _sampledAnonymous;
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
                (_timer.Period, _sampledAnonymous) = (Tick, null);
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
            // What it had would hide what others grow by.
            _sampledAnonymous = null;
            _queue.Advance();
        }
    }

    /// <summary>Measures now.</summary>
    internal void Sample()
    {
        ChunkMemory[] chunks;
        lock (_lock)
            chunks = [.. _ledger.Chunks];
        // Collecting takes a while: what grows meanwhile is measured after it.
        var own = MeasureOwn();
        foreach (var chunk in chunks)
            chunk.Measure();
        var anonymous = AnonymousBytes();
        lock (_lock)
        {
            _sampledAnonymous = anonymous;
            _ledger.Sampled(own);
            _queue.Advance();
        }
        Signal();
    }

    // With much memory in the machine the runtime lets its heap grow where it could collect. That is no reason to hold a
    // page back, let alone to end a browser.
    private long MeasureOwn()
    {
        var own = _worker.Measure();
        lock (_lock)
        {
            if (!_ledger.IsTight(own))
                return own;
        }
        if (
            own - _collectedBytes < BudgetBytes / 16
            || (_collectedAt is { } before && _time.GetElapsedTime(before) < BetweenCollections)
        )
            return own;
        _collectedAt = _time.GetTimestamp();
        return _collectedBytes = _worker.Collect();
    }

    private async Task SampleAsync()
    {
        var tick = 0;
        // Until it is disposed of.
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            tick = (tick + 1) % TicksPerSample;
            var anonymous = AnonymousBytes();
            long? grown;
            bool decided;
            bool tight;
            lock (_lock)
            {
                grown = anonymous - _sampledAnonymous;
                decided = _ledger.Grown(grown ?? 0);
                tight = _ledger.IsTight(_ledger.OwnBytes);
            }
            // To measure takes as long as a renderer that runs away takes for 50 MB and more.
            if (decided)
                Signal();
            // Shared memory grows too, pictures of pages above all, and is in a sample only.
            if (
                tick % (tight ? TicksPerSampleWhenTight : TicksPerSample) == 0
                || grown is null
                || grown >= BudgetBytes / 20
            )
                Sample();
        }
    }

    private long AnonymousBytes()
    {
        ChunkMemory[] chunks;
        lock (_lock)
            chunks = [.. _ledger.Chunks];
        return _worker.Anonymous() + chunks.Sum(c => c.AnonymousBytes());
    }

    private void Signal() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

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
