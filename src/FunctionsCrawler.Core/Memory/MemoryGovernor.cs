using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Memory;

/// <summary>
/// Keeps the process and its browsers within a memory budget. It measures their proportional set size once a second, and
/// more often when memory is tight or grows fast. Twenty times a second it adds the growth of anonymous memory since then.
/// Depending on the sum, chunks pause, resume or, one at a time, stop and hand back their pages. Browser launches are admitted
/// while there is room, first those of the crawls with the fewest browsers. When memory is tight, the process first collects its own garbage.
/// </summary>
internal sealed class MemoryGovernor : IAsyncDisposable
{
    private const int TicksPerSample = 20;
    private const int TicksPerSampleWhenTight = 5;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    // A full garbage collection stops the process for about 50 ms.
    private static readonly TimeSpan MinTimeBetweenCollections = TimeSpan.FromSeconds(1);

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

    /// <summary>Creates a governor. It measures only while there are chunks.</summary>
    /// <param name="budgetBytes">How many bytes worker and browsers may use together.</param>
    /// <param name="time">Clock of sampling and of waiting times.</param>
    public MemoryGovernor(long budgetBytes, TimeProvider time)
        : this(budgetBytes, time, WorkerMemory.OfThisProcess) { }

    internal MemoryGovernor(long budgetBytes, TimeProvider time, WorkerMemory worker)
    {
        (BudgetBytes, _time, _worker) = (budgetBytes, time, worker);
        _ledger = new MemoryLedger(budgetBytes, worker);
        _queue = new LaunchQueue(_ledger, _lock, Signal, time);
        Documents = new LargeDocumentGate(this, time);
        _metrics = GovernorMetrics.Publish(this);
        _timer = new PeriodicTimer(Timeout.InfiniteTimeSpan, time);
        _sampling = Task.Run(SampleAsync);
    }

    /// <summary>How many bytes worker and browsers may use together.</summary>
    public long BudgetBytes { get; }

    /// <summary>The last sample of this process and of all its browsers: proportional set size in bytes.</summary>
    public (long Own, long Browsers) Used
    {
        get
        {
            lock (_lock)
                return (_ledger.OwnBytes, _ledger.BrowserBytes);
        }
    }

    /// <summary>The number of chunks being crawled.</summary>
    public int Chunks
    {
        get
        {
            lock (_lock)
                return _ledger.Chunks.Count;
        }
    }

    /// <summary>The number of chunks waiting for memory to launch a browser.</summary>
    public int WaitingLaunches => _queue.Count;

    /// <summary>Whether at least one chunk is waiting, paused or shed because of memory.</summary>
    public bool IsHoldingBack
    {
        get
        {
            lock (_lock)
                return _ledger.Chunks.Any(c => c.IsWaiting || c.State != MemoryState.Run);
        }
    }

    /// <summary>Admits large documents. Browser launches leave room for the admitted one.</summary>
    internal LargeDocumentGate Documents { get; }

    /// <summary>Completes when states may have changed: at the next sample, or on fast growth.</summary>
    internal Task Sampled => Volatile.Read(ref _changed).Task;

    /// <summary>Stops measuring and waits until the measuring loop has ended.</summary>
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

    /// <summary>Registers a chunk. Dispose the result when the chunk has ended.</summary>
    /// <param name="options">The crawl's thresholds for pausing, shedding and resuming.</param>
    /// <param name="pages">How many pages the chunk opens at the same time.</param>
    /// <param name="alone">Whether its browser must be the only one, because it has a page that needed too much memory beside others.</param>
    /// <param name="longestWait">How long, from now on, the chunk may wait for launches.</param>
    /// <param name="crawlId">
    /// The crawl or single page that the browser is for; null for a browser that is launched in advance. They share fairly.
    /// </param>
    /// <exception cref="WorkerExhaustedException">The process itself exceeds its limit, with no browser running.</exception>
    internal ChunkMemory Enter(
        DispatcherOptions options,
        int pages,
        bool alone,
        TimeSpan longestWait,
        string? crawlId = null
    )
    {
        var chunk = new ChunkMemory(this, _time, longestWait)
        {
            Options = options,
            ExpectedBytes = MemoryLedger.ExpectedBytes(pages),
            Alone = alone,
            CrawlId = crawlId,
        };
        lock (_lock)
        {
            _ledger.Add(chunk);
            // Setting the period restarts the timer, so do it for the first chunk only: otherwise chunks that start in quick
            // succession would postpone every sample.
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
            // An idle worker should not use the CPU.
            if (_ledger.Chunks.Count == 0 && !_disposed)
                _timer.Period = Timeout.InfiniteTimeSpan;
        }
    }

    internal Task<ILaunchToken> AdmitAsync(ChunkMemory chunk, CancellationToken cancellationToken) =>
        _queue.WaitAsync(chunk, cancellationToken);

    /// <summary>Releases the memory of a browser that was disposed, or that was not launched after all (no receipt).</summary>
    internal void Release(ChunkMemory chunk, BrowserReceipt? receipt)
    {
        lock (_lock)
        {
            chunk.Release();
            if (receipt is not null)
                _ledger.RecordPeak((long)(receipt.PeakMemoryMb * 1024 * 1024));
            // The memory it freed would hide growth of the others, so measure again at the next tick.
            _sampledAnonymous = null;
            _queue.Advance();
        }
    }

    /// <inheritdoc cref="MemoryLedger.TryReserve"/>
    internal bool TryReserve(long bytes, bool force)
    {
        lock (_lock)
        {
            var isReserved = _ledger.TryReserve(bytes, force);
            _queue.Advance();
            return isReserved;
        }
    }

    /// <summary>Measures everything now and updates all chunks.</summary>
    internal void Sample()
    {
        ChunkMemory[] chunks;
        lock (_lock)
            chunks = [.. _ledger.Chunks];
        // Garbage collection takes a while, so measure the browsers after it.
        var own = MeasureOwn();
        foreach (var chunk in chunks)
            chunk.Measure();
        var anonymous = AnonymousBytes();
        lock (_lock)
        {
            _sampledAnonymous = anonymous;
            _ledger.RecordSample(own);
            _queue.Advance();
        }
        Signal();
    }

    // On a machine with much memory the runtime lets its heap grow instead of collecting. Collect before garbage makes
    // chunks pause or browsers stop.
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
            || (_collectedAt is { } before && _time.GetElapsedTime(before) < MinTimeBetweenCollections)
        )
            return own;
        _collectedAt = _time.GetTimestamp();
        return _collectedBytes = _worker.Collect();
    }

    private async Task SampleAsync()
    {
        var tick = 0;
        // Returns false when the timer is disposed.
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            tick = (tick + 1) % TicksPerSample;
            var anonymous = AnonymousBytes();
            long? growth;
            bool stateChanged;
            bool tight;
            lock (_lock)
            {
                growth = anonymous - _sampledAnonymous;
                stateChanged = _ledger.RecordGrowth(growth ?? 0);
                tight = _ledger.IsTight(_ledger.OwnBytes);
            }
            // Do not wait for a sample: during one, a runaway renderer can allocate 50 MB or more.
            if (stateChanged)
                Signal();
            // Also sample regularly: shared memory, mainly page images, grows too and only samples include it.
            if (
                tick % (tight ? TicksPerSampleWhenTight : TicksPerSample) == 0
                || growth is null
                || growth >= BudgetBytes / 20
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
