using System.Collections.Concurrent;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Dispatch;

/// <summary>
/// Keeps the process and its browsers within a budget. Once a second it measures their proportional set size: from
/// 80 % of the budget no page is started, until it is below 75 % again; from 95 % chunks stop and hand back.
/// </summary>
public sealed class MemoryGovernor : IBrowserObserver, IAsyncDisposable
{
    private const double PauseShare = 0.80;
    private const double ShedShare = 0.95;
    private const double ResumeShare = 0.75;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly long _budget;
    private readonly TimeProvider _time;
    private readonly Func<long> _measureSelf;
    private readonly ConcurrentDictionary<BrowserInvocation, byte> _browsers = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _sampling;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Begins to measure.</summary>
    /// <param name="budgetBytes">What worker and browsers may use together.</param>
    /// <param name="time">The clock.</param>
    public MemoryGovernor(long budgetBytes, TimeProvider time)
        : this(budgetBytes, time, () => ProcessTable.PssBytes(Environment.ProcessId)) { }

    internal MemoryGovernor(long budgetBytes, TimeProvider time, Func<long> measureSelf)
    {
        (_budget, _time, _measureSelf) = (budgetBytes, time, measureSelf);
        _sampling = Task.Run(SampleAsync);
    }

    /// <summary>What may be done now.</summary>
    public MemoryState State { get; private set; }

    /// <summary>The last sample of all browsers, in bytes.</summary>
    public long BrowserBytes { get; private set; }

    /// <summary>Completes at the next change of <see cref="State"/>.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <inheritdoc/>
    public void Started(BrowserInvocation browser) => _browsers.TryAdd(browser, 0);

    /// <inheritdoc/>
    public void Ended(BrowserInvocation browser, BrowserReceipt receipt) => _browsers.TryRemove(browser, out _);

    /// <summary>Ends the measuring.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _sampling.ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Measures now.</summary>
    internal void Sample()
    {
        BrowserBytes = _browsers.Keys.Sum(b => b.MeasureMemory());
        var share = (double)(BrowserBytes + _measureSelf()) / _budget;
        var next =
            share >= ShedShare ? MemoryState.Shed
            : share >= PauseShare ? MemoryState.Pause
            : share < ResumeShare ? MemoryState.Run
            : State == MemoryState.Run ? MemoryState.Run
            : MemoryState.Pause;
        if (next == State)
            return;
        State = next;
        Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
    }

    private async Task SampleAsync()
    {
        using var timer = new PeriodicTimer(Period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
                Sample();
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What the memory budget allows.</summary>
public enum MemoryState
{
    /// <summary>Pages may be started.</summary>
    Run,

    /// <summary>No page may be started, unless none is in flight.</summary>
    Pause,

    /// <summary>Chunks stop and hand back what they have not finished.</summary>
    Shed,
}
