using FunctionsCrawler.Browsing;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Dispatch;

/// <summary>One chunk's share in the memory of the worker: whether it may go on, and when it may launch a browser.</summary>
internal sealed class ChunkMemory(MemoryGovernor governor, TimeProvider time, TimeSpan longestWait)
    : ILaunchAdmission,
        IDisposable
{
    private readonly long _entered = time.GetTimestamp();
    private volatile BrowserInvocation? _browser;
    private volatile MemoryState _state;
    private long _bytes;

    /// <summary>When the crawl pauses, sheds and resumes.</summary>
    public required DispatcherOptions Options { get; init; }

    /// <summary>What its browser is expected to need, in bytes.</summary>
    public required long Expected { get; init; }

    /// <summary>Whether its browser must be the only one.</summary>
    public required bool Alone { get; init; }

    /// <summary>What may be done now.</summary>
    public MemoryState State => _state;

    /// <summary>Completes at the next sample.</summary>
    public Task Sampled => governor.Sampled;

    /// <summary>Whether it waits for a launch.</summary>
    internal bool IsWaiting { get; set; }

    /// <summary>Whether a launch was admitted and its browser is not gone yet.</summary>
    internal bool HasBrowser { get; private set; }

    /// <summary>The last sample of its browser, in bytes.</summary>
    internal long Bytes => Volatile.Read(ref _bytes);

    /// <inheritdoc/>
    public Task<ILaunchToken> AdmitAsync(CancellationToken cancellationToken) =>
        governor.AdmitAsync(this, cancellationToken);

    /// <summary>The chunk has ended.</summary>
    public void Dispose() => governor.Leave(this);

    /// <summary>How long a launch may still be waited for.</summary>
    internal TimeSpan RemainingWait()
    {
        var left = longestWait - time.GetElapsedTime(_entered);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Measures its browser; slow.</summary>
    internal void Measure() => Measured(_browser?.MeasureMemory() ?? 0);

    /// <summary>Takes a sample of its browser, in bytes.</summary>
    internal void Measured(long bytes) => Volatile.Write(ref _bytes, bytes);

    internal long AnonymousBytes() => _browser?.AnonymousBytes() ?? 0;

    /// <summary>Decides what it may do now that this share of the budget is used.</summary>
    internal void Update(double share)
    {
        if (_state == MemoryState.Shed || Options.Kind == DispatcherKind.Fixed)
            return;
        if (share * 100 >= Options.PauseAtPercent)
            _state = MemoryState.Pause;
        else if (share * 100 < Options.ResumeAtPercent)
            _state = MemoryState.Run;
    }

    /// <summary>Tells the chunk to stop, for good. Its pages' memory is free before it has heard of that.</summary>
    internal void Shed()
    {
        _state = MemoryState.Shed;
        _browser?.KillRenderers();
    }

    internal ILaunchToken Admit()
    {
        HasBrowser = true;
        return new Token(governor, this);
    }

    internal void Release()
    {
        _browser = null;
        HasBrowser = false;
        Measured(0);
    }

    private sealed class Token(MemoryGovernor governor, ChunkMemory chunk) : ILaunchToken
    {
        private BrowserInvocation? _browser;

        public long Bytes => chunk.Bytes;

        public void Started(BrowserInvocation browser) => chunk._browser = _browser = browser;

        public void Dispose() => governor.Release(chunk, _browser?.Receipt);
    }
}
