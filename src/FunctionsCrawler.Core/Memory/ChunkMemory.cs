using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Memory;

/// <summary>The memory account of one chunk: whether it may start pages, and when it may launch a browser.</summary>
internal sealed class ChunkMemory(MemoryGovernor governor, TimeProvider time, TimeSpan longestWait)
    : ILaunchAdmission,
        IDisposable
{
    private readonly long _entered = time.GetTimestamp();
    private volatile BrowserInvocation? _browser;
    private volatile MemoryState _state;
    private long _bytes;

    /// <summary>The crawl's thresholds for pausing, shedding and resuming.</summary>
    public required DispatcherOptions Options { get; init; }

    /// <summary>How much memory its browser is expected to need, in bytes.</summary>
    public required long ExpectedBytes { get; init; }

    /// <summary>Whether its browser must be the only one of the worker.</summary>
    public required bool Alone { get; init; }

    /// <summary>The crawl or single page that the browser is for; null for a browser that is launched in advance.</summary>
    public string? CrawlId { get; init; }

    /// <summary>What the chunk may do now. Read it again after <see cref="Sampled"/>.</summary>
    public MemoryState State => _state;

    /// <summary>Completes when states may have changed: at the next sample, or on fast growth.</summary>
    public Task Sampled => governor.Sampled;

    /// <summary>The time since the chunk was registered.</summary>
    internal TimeSpan Age => time.GetElapsedTime(_entered);

    /// <summary>Whether the chunk is waiting for a launch.</summary>
    internal bool IsWaiting { get; set; }

    /// <summary>Whether a launch was admitted whose token is not yet disposed.</summary>
    internal bool HasBrowser { get; private set; }

    /// <summary>The last sample of its browser, in bytes; 0 without a browser.</summary>
    internal long Bytes => HasBrowser ? Volatile.Read(ref _bytes) : 0;

    /// <inheritdoc/>
    public Task<ILaunchToken> AdmitAsync(CancellationToken cancellationToken) =>
        governor.AdmitAsync(this, cancellationToken);

    /// <summary>Removes the chunk from the governor.</summary>
    public void Dispose() => governor.Leave(this);

    /// <summary>How much longer the chunk may wait for launches; the limit covers all its launches together.</summary>
    internal TimeSpan RemainingWait()
    {
        var left = longestWait - time.GetElapsedTime(_entered);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Measures its browser, if there is one. Slow: reads the page tables of every process.</summary>
    internal void Measure()
    {
        if (_browser is { } browser)
            RecordSample(browser.MeasureMemory());
    }

    /// <summary>Records a sample of its browser, in bytes.</summary>
    internal void RecordSample(long bytes) => Volatile.Write(ref _bytes, bytes);

    internal long AnonymousBytes() => _browser?.AnonymousBytes() ?? 0;

    /// <summary>Updates the state for the used share of the budget (1 = all of it). A chunk that must stop stays so.</summary>
    internal void Update(double share)
    {
        if (_state >= MemoryState.Shed || Options.Kind == DispatcherKind.Fixed)
            return;
        if (share * 100 >= Options.PauseAtPercent)
            _state = MemoryState.Pause;
        else if (share * 100 < Options.ResumeAtPercent)
            _state = MemoryState.Run;
    }

    /// <summary>
    /// Tells the chunk to stop and hand back its pages. Kills its renderers immediately, so that memory is freed before the
    /// chunk reacts.
    /// </summary>
    internal void Shed()
    {
        _state = MemoryState.Shed;
        _browser?.KillRenderers();
    }

    /// <summary>Tells the chunk to stop and hand back its pages, so that another crawl gets its memory.</summary>
    internal void Yield() => _state = MemoryState.Yield;

    internal ILaunchToken Admit()
    {
        RecordSample(0);
        HasBrowser = true;
        return new Token(governor, this);
    }

    internal void Release()
    {
        _browser = null;
        HasBrowser = false;
    }

    private sealed class Token(MemoryGovernor governor, ChunkMemory chunk) : ILaunchToken
    {
        private BrowserInvocation? _browser;

        public long Bytes => chunk.Bytes;

        public void Started(BrowserInvocation browser) => chunk._browser = _browser = browser;

        public void Dispose() => governor.Release(chunk, _browser?.Receipt);
    }
}
