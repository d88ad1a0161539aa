using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Dispatch;

/// <summary>
/// Who uses how much of the budget: this process, and the browser of each chunk, measured and expected. Guarded by the
/// governor's lock.
/// </summary>
internal sealed class MemoryLedger(long budget, WorkerMemory worker)
{
    // A browser that has just started, and each page of a documentation site in it; measured.
    private const long LeastBrowser = 150L << 20;
    private const long EachPage = 55L << 20;

    private readonly List<ChunkMemory> _chunks = [];
    private long _typicalBytes;
    private long _grownBytes;
    private long _lastGrowth;

    /// <summary>The chunks that run, the oldest first.</summary>
    public IReadOnlyList<ChunkMemory> Chunks => _chunks;

    /// <summary>The last sample of this process, in bytes.</summary>
    public long OwnBytes { get; private set; } = worker.Measure();

    /// <summary>The last sample of all browsers, in bytes.</summary>
    public long BrowserBytes => _chunks.Sum(c => c.Bytes);

    /// <summary>The share of the budget that is used, 1 for all of it.</summary>
    public double Share => (double)(OwnBytes + BrowserBytes + _grownBytes) / budget;

    private List<ChunkMemory> Holders => _chunks.FindAll(c => c.HasBrowser);

    /// <summary>What a browser with so many pages is expected to need, in bytes.</summary>
    public static long Expected(int pages) => LeastBrowser + (pages * EachPage);

    /// <summary>Takes a chunk in.</summary>
    /// <exception cref="WorkerExhaustedException">The process itself is at its limit, with no browser alive.</exception>
    public void Add(ChunkMemory chunk)
    {
        if (Holders.Count == 0)
            RequireRoom(chunk.Options, 0);
        _chunks.Add(chunk);
        chunk.Update(Share);
    }

    /// <summary>Lets a chunk go.</summary>
    public void Remove(ChunkMemory chunk) => _chunks.Remove(chunk);

    /// <summary>Takes note of a sample: the chunks have theirs.</summary>
    public void Sampled(long ownBytes)
    {
        (OwnBytes, _grownBytes, _lastGrowth) = (ownBytes, 0, 0);
        Decide();
    }

    /// <summary>Takes note of how much more, in bytes, this process and its browsers use than at the last sample.</summary>
    /// <returns>Whether that changes what some chunk may do.</returns>
    public bool Grown(long bytes)
    {
        // What has ended since may be counted already.
        bytes = Math.Max(0, bytes);
        (_grownBytes, _lastGrowth) = (bytes, Math.Max(0, bytes - _grownBytes));
        return Decide();
    }

    /// <summary>Whether some chunk has to pause if this process uses so much.</summary>
    public bool IsTight(long ownBytes) =>
        _chunks.Exists(c => (ownBytes + BrowserBytes) * 100 >= budget * c.Options.PauseAtPercent);

    /// <summary>Takes note of what a browser came to. The next is expected to need as much; a fall is believed slowly.</summary>
    public void Ended(long peakBytes) =>
        _typicalBytes = Math.Max(peakBytes, ((7 * _typicalBytes) + (3 * peakBytes)) / 10);

    /// <summary>Whether there is memory for the browser of a chunk. For a first one there always is.</summary>
    /// <exception cref="WorkerExhaustedException">No browser is alive, and this process leaves no room for one.</exception>
    public bool HasRoom(ChunkMemory chunk)
    {
        var others = Holders;
        if (others.Count == 0)
        {
            RequireRoom(chunk.Options, LeastBrowser);
            return true;
        }
        if (chunk.Alone || others.Exists(c => c.Alone))
            return false;
        var percent =
            chunk.Options.Kind == DispatcherKind.Fixed ? chunk.Options.ShedAtPercent : chunk.Options.PauseAtPercent;
        return (OwnBytes + Claim(chunk) + others.Sum(Claim)) * 100 <= budget * percent;
    }

    private long Claim(ChunkMemory chunk) => Math.Max(chunk.Bytes, Math.Max(chunk.Expected, _typicalBytes));

    private bool Decide()
    {
        var before = _chunks.ConvertAll(c => c.State);
        ShedOne();
        foreach (var chunk in _chunks)
            chunk.Update(Share);
        return !before.SequenceEqual(_chunks.Select(c => c.State));
    }

    // The youngest goes, and only once the one before is gone: the oldest always comes to its end, and no more is given
    // up than must be. What grows goes on growing until it is stopped, so the next tick's growth counts already.
    private void ShedOne()
    {
        var holders = Holders;
        if (holders.Exists(c => c.State == MemoryState.Shed))
            return;
        var candidates = holders.Count > 0 ? holders : _chunks.FindAll(c => !c.IsWaiting);
        candidates
            .FindLast(c =>
                c.State != MemoryState.Shed && (Share + ((double)_lastGrowth / budget)) * 100 >= c.Options.ShedAtPercent
            )
            ?.Shed();
    }

    // While a browser is alive, it may be that one's pages that need the memory. With none it is ours, and will stay so.
    private void RequireRoom(DispatcherOptions options, long bytes)
    {
        var limit = (budget * options.ShedAtPercent / 100) - bytes;
        // The last sample may be an hour old: nothing is sampled while there are no chunks.
        OwnBytes = worker.Measure();
        if (OwnBytes < limit)
            return;
        OwnBytes = worker.Collect();
        if (OwnBytes >= limit)
            throw new WorkerExhaustedException(
                $"this process alone uses {OwnBytes >> 20} MB of its memory budget of {budget >> 20} MB, although no browser is alive; it has to be started again"
            );
    }
}

/// <summary>How this process measures itself, in bytes.</summary>
/// <param name="Measure">Its proportional set size now.</param>
/// <param name="Collect">The same once all garbage is collected.</param>
/// <param name="Anonymous">How much is its own alone: less than the first, but it grows by as much, and is cheap.</param>
internal sealed record WorkerMemory(Func<long> Measure, Func<long> Collect, Func<long> Anonymous)
{
    /// <summary>The real ones.</summary>
    public static WorkerMemory OfThisProcess { get; } =
        new(Pss, CollectedPss, () => Browsing.ProcessTable.AnonymousBytes(Environment.ProcessId));

    private static long Pss() => Browsing.ProcessTable.PssBytes(Environment.ProcessId);

    private static long CollectedPss()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Pss();
    }
}
