using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Memory;

/// <summary>
/// Accounts for the memory budget: what this process and the browser of each chunk use and are expected to need. Protected by
/// the governor's lock.
/// </summary>
internal sealed class MemoryLedger(long budget, WorkerMemory worker)
{
    // Measured: a browser that has just started, and each page of a documentation site in it.
    private const long BrowserBaseBytes = 150L << 20;
    private const long BytesPerPage = 55L << 20;

    // So that a chunk completes some pages in any case.
    private static readonly TimeSpan MinAgeToYield = TimeSpan.FromSeconds(5);

    // After that time a browser has opened its pages, and several samples have measured them.
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(5);

    private readonly List<ChunkMemory> _chunks = [];
    private long _typicalBytes;
    private long _growthSinceSample;
    private long _growthOfLastTick;

    /// <summary>The registered chunks, oldest first.</summary>
    public IReadOnlyList<ChunkMemory> Chunks => _chunks;

    /// <summary>The last sample of this process, in bytes.</summary>
    public long OwnBytes { get; private set; } = worker.Measure();

    /// <summary>The last sample of all browsers, in bytes.</summary>
    public long BrowserBytes => _chunks.Sum(c => c.Bytes);

    /// <summary>
    /// How many bytes of this process the admitted large document is expected to need. Launches leave room for it. Not part
    /// of <see cref="Share"/>: samples measure what the document uses.
    /// </summary>
    public long DocumentBytes { get; private set; }

    /// <summary>The used share of the budget, including growth since the last sample; 1 means all of it.</summary>
    public double Share => (double)(OwnBytes + BrowserBytes + _growthSinceSample) / budget;

    private List<ChunkMemory> ChunksWithBrowser => _chunks.FindAll(c => c.HasBrowser);

    /// <summary>How many bytes a browser with this many open pages is expected to need.</summary>
    public static long ExpectedBytes(int pages) => BrowserBaseBytes + (pages * BytesPerPage);

    /// <summary>Registers a chunk and sets its state.</summary>
    /// <exception cref="WorkerExhaustedException">The process itself exceeds its limit, with no browser running.</exception>
    public void Add(ChunkMemory chunk)
    {
        if (ChunksWithBrowser.Count == 0)
            RequireRoom(chunk.Options, 0);
        _chunks.Add(chunk);
        chunk.Update(Share);
    }

    /// <summary>Removes a chunk that has ended.</summary>
    public void Remove(ChunkMemory chunk) => _chunks.Remove(chunk);

    /// <summary>Records a sample of this process and updates the chunks, whose browsers have been measured before.</summary>
    public void RecordSample(long ownBytes)
    {
        (OwnBytes, _growthSinceSample, _growthOfLastTick) = (ownBytes, 0, 0);
        UpdateStates();
    }

    /// <summary>Records by how many bytes this process and its browsers have grown since the last sample.</summary>
    /// <returns>Whether the state of a chunk changed.</returns>
    public bool RecordGrowth(long bytes)
    {
        // Negative if processes have exited since the sample.
        bytes = Math.Max(0, bytes);
        (_growthSinceSample, _growthOfLastTick) = (bytes, Math.Max(0, bytes - _growthSinceSample));
        return UpdateStates();
    }

    /// <summary>Whether a chunk would have to pause if this process used that many bytes.</summary>
    public bool IsTight(long ownBytes) =>
        _chunks.Exists(c => (ownBytes + BrowserBytes) * 100 >= budget * c.Options.PauseAtPercent);

    /// <summary>
    /// Records the peak of a browser that was disposed. The next one is expected to need as much; the estimate rises at once
    /// and falls slowly.
    /// </summary>
    public void RecordPeak(long peakBytes) =>
        _typicalBytes = Math.Max(peakBytes, ((7 * _typicalBytes) + (3 * peakBytes)) / 10);

    /// <summary>The number of browsers of a crawl. A browser launched in advance is the least urgent.</summary>
    public int BrowsersOf(string? crawlId) =>
        crawlId is null
            ? int.MaxValue
            : _chunks.Count(c => c.HasBrowser && string.Equals(c.CrawlId, crawlId, StringComparison.Ordinal));

    /// <summary>
    /// Makes room for a crawl that has no browser: the crawl with the most browsers, if it has several, gives one back. So a
    /// small crawl does not wait until chunks of a large one end, and the large one always keeps a browser.
    /// </summary>
    /// <returns>Whether a chunk was told to give its browser back.</returns>
    public bool YieldOne()
    {
        var withBrowser = ChunksWithBrowser;
        // Its memory will be free in a moment.
        if (withBrowser.Exists(c => c.State is MemoryState.Shed or MemoryState.Yield))
            return false;
        var youngest = withBrowser
            .GroupBy(c => c.CrawlId, StringComparer.Ordinal)
            .Where(crawl => crawl.Key is not null && crawl.Count() > 1)
            .MaxBy(crawl => crawl.Count())
            ?.LastOrDefault(c => c.Age >= MinAgeToYield);
        youngest?.Yield();
        return youngest is not null;
    }

    /// <summary>Whether there is memory for the browser of a chunk. The first browser is always admitted.</summary>
    /// <exception cref="WorkerExhaustedException">No browser is running, and this process leaves no room for one.</exception>
    public bool HasRoom(ChunkMemory chunk)
    {
        var others = ChunksWithBrowser;
        if (others.Count == 0)
        {
            RequireRoom(chunk.Options, BrowserBaseBytes);
            return true;
        }
        if (chunk.Alone || others.Exists(c => c.Alone))
            return false;
        var percent =
            chunk.Options.Kind == DispatcherKind.Fixed ? chunk.Options.ShedAtPercent : chunk.Options.PauseAtPercent;
        // A crawl without a browser waits neither for memory that others may need but do not use, nor for room for all its
        // pages. If the memory is needed after all, chunks pause.
        var needed =
            BrowsersOf(chunk.CrawlId) == 0
                ? ExpectedBytes(1) + others.Sum(UsedBytes)
                : ReservedBytes(chunk) + others.Sum(ReservedBytes);
        return (OwnBytes + DocumentBytes + needed) * 100 <= budget * percent;
    }

    /// <summary>
    /// Reserves memory of this process for a large document, in place of the previous reservation. Fails if using that much
    /// would shed a chunk, unless <paramref name="force"/> is set. Reserving 0 bytes always succeeds.
    /// </summary>
    /// <returns>True if the memory is reserved.</returns>
    public bool TryReserve(long bytes, bool force)
    {
        var used = OwnBytes + BrowserBytes + _growthSinceSample + bytes;
        if (bytes > 0 && !force && _chunks.Exists(c => used * 100 >= budget * c.Options.ShedAtPercent))
            return false;
        DocumentBytes = bytes;
        return true;
    }

    // A young browser has not opened all its pages yet, and one that was not measured may use anything.
    private long UsedBytes(ChunkMemory chunk) =>
        chunk.Bytes > 0 && chunk.Age >= SettlingTime ? chunk.Bytes : ReservedBytes(chunk);

    private long ReservedBytes(ChunkMemory chunk) =>
        Math.Max(chunk.Bytes, Math.Max(chunk.ExpectedBytes, _typicalBytes));

    private bool UpdateStates()
    {
        var before = _chunks.ConvertAll(c => c.State);
        ShedOne();
        foreach (var chunk in _chunks)
            chunk.Update(Share);
        return !before.SequenceEqual(_chunks.Select(c => c.State));
    }

    // Sheds the youngest chunk, and the next one only after that browser is gone: so the oldest chunk always finishes, and no
    // more work is lost than necessary. Adds the growth of the last tick, because it will continue until the chunk stops.
    private void ShedOne()
    {
        var withBrowser = ChunksWithBrowser;
        if (withBrowser.Exists(c => c.State is MemoryState.Shed or MemoryState.Yield))
            return;
        var candidates = withBrowser.Count > 0 ? withBrowser : _chunks.FindAll(c => !c.IsWaiting);
        candidates
            .FindLast(c =>
                c.State < MemoryState.Shed
                && (Share + ((double)_growthOfLastTick / budget)) * 100 >= c.Options.ShedAtPercent
            )
            ?.Shed();
    }

    // Called only when no browser is running: then the memory belongs to this process itself and will not be freed.
    private void RequireRoom(DispatcherOptions options, long bytes)
    {
        var limit = (budget * options.ShedAtPercent / 100) - bytes;
        // The last sample may be old, because nothing is sampled while there are no chunks.
        OwnBytes = worker.Measure();
        if (OwnBytes < limit)
            return;
        OwnBytes = worker.Collect();
        if (OwnBytes >= limit)
            throw new WorkerExhaustedException(
                $"this process alone uses {OwnBytes >> 20} MB of its memory budget of {budget >> 20} MB, with no browser running; it must be restarted"
            );
    }
}

/// <summary>Measures the memory of this process, in bytes. Tests replace the functions.</summary>
/// <param name="Measure">Returns the proportional set size.</param>
/// <param name="Collect">Collects all garbage, then returns the proportional set size.</param>
/// <param name="Anonymous">
/// Returns the anonymous memory: smaller than the proportional set size, but it grows by the same amount and is cheap to read.
/// </param>
internal sealed record WorkerMemory(Func<long> Measure, Func<long> Collect, Func<long> Anonymous)
{
    /// <summary>Measures the real process, from /proc.</summary>
    public static WorkerMemory OfThisProcess { get; } =
        new(Pss, CollectedPss, () => Browsing.ProcessTable.AnonymousBytes(Environment.ProcessId));

    private static long Pss() => Browsing.ProcessTable.PssBytes(Environment.ProcessId);

    private static long CollectedPss()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Pss();
    }
}
