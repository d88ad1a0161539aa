using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// The URLs without a record: those that the last wave handed back, those that waited before it, in segments, and those it
/// found. New URLs are written as sorted segments whenever there are too many for memory. Not thread-safe.
/// </summary>
/// <param name="store">Where the segments are.</param>
/// <param name="nextPrefix">Returns the prefix of the name of a new segment.</param>
/// <param name="request">The request of the crawl.</param>
internal sealed class Backlog(IBlobStore store, Func<string> nextPrefix, CrawlRequest request)
{
    /// <summary>The maximum number of URLs in a segment: about 1 MB compressed, 10 MB in memory.</summary>
    public const int MaxSegmentUrls = 20_000;

    // The first wave that finds more than this writes them and reads some of them again.
    private const int MaxFound = 2 * MaxSegmentUrls;

    private readonly List<FrontierUrl> _handedBack = [];
    private readonly List<BacklogSegment> _segments = [];
    private readonly List<FrontierUrl> _found = [];

    /// <summary>The number of URLs that wait, without those that were handed back.</summary>
    public int Waiting { get; private set; }

    /// <summary>Adds what waited before the last wave.</summary>
    public void AddSegments(IEnumerable<BacklogSegment> segments)
    {
        foreach (var segment in segments)
        {
            _segments.Add(segment);
            Waiting += segment.Left;
        }
    }

    /// <summary>Adds a URL that the last wave handed back.</summary>
    public void AddHandedBack(FrontierUrl url) => _handedBack.Add(url);

    /// <summary>Adds a URL that the last wave found.</summary>
    public void Add(FrontierUrl url)
    {
        _found.Add(url);
        Waiting++;
    }

    /// <summary>Writes the URLs found so far if there are too many for memory.</summary>
    public async Task SpillIfLargeAsync(CancellationToken cancellationToken)
    {
        if (_found.Count < MaxFound)
            return;
        foreach (var urls in FrontierOrder.Sort(_found, areHandedBack: false, request).Chunk(MaxSegmentUrls))
            _segments.Add(await WriteAsync(urls, cancellationToken).ConfigureAwait(false));
        _found.Clear();
    }

    /// <summary>Returns all URLs in the order in which they are visited. Nothing can be added any more.</summary>
    public FrontierQueue ToQueue() =>
        new([
            new MemoryRun(FrontierOrder.Sort(_handedBack, areHandedBack: true, request), true, request),
            .. _segments.Select(segment => new StoredRun(store, segment, request)),
            new MemoryRun(FrontierOrder.Sort(_found, areHandedBack: false, request), false, request),
        ]);

    /// <summary>Writes what is left of a queue, and merges small segments.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="putBack">URLs that were taken from it and wait after all.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The segments, the oldest first.</returns>
    public async Task<IReadOnlyList<BacklogSegment>> WriteAsync(
        FrontierQueue queue,
        IReadOnlyList<FrontierUrl> putBack,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(queue);
        var segments = new List<BacklogSegment>();
        IEnumerable<FrontierRun> runs = [new MemoryRun(putBack, false, request), .. queue.Runs];
        foreach (var run in await MergeAsync(runs, cancellationToken).ConfigureAwait(false))
        {
            if (run is StoredRun stored)
            {
                segments.Add(stored.ToSegment());
                continue;
            }
            // URLs that were handed back and not taken lose their privilege.
            var left = FrontierOrder.Sort(((MemoryRun)run).Rest, areHandedBack: false, request);
            foreach (var urls in left.Chunk(MaxSegmentUrls))
                segments.Add(await WriteAsync(urls, cancellationToken).ConfigureAwait(false));
        }
        return segments;
    }

    // Merges a run with the next one if it is at most twice as large. So a wave that finds few URLs rewrites few, the number of
    // segments stays small, and a URL is written as often as the logarithm of a segment's size.
    private async Task<List<FrontierRun>> MergeAsync(IEnumerable<FrontierRun> runs, CancellationToken cancellationToken)
    {
        var merged = new List<FrontierRun>();
        foreach (var run in runs.Where(run => run.Left > 0).Reverse())
        {
            var next = merged.Count > 0 ? merged[^1] : null;
            if (next is not null && run.Left <= 2 * next.Left && run.Left + next.Left <= MaxSegmentUrls)
            {
                // The next run is younger, so it comes after this one where keys are equal.
                var urls = await run.ReadAllAsync(cancellationToken).ConfigureAwait(false);
                var later = await next.ReadAllAsync(cancellationToken).ConfigureAwait(false);
                merged[^1] = new MemoryRun(
                    FrontierOrder.Sort(urls.Concat(later), areHandedBack: false, request),
                    false,
                    request
                );
            }
            else
            {
                merged.Add(run);
            }
        }
        merged.Reverse();
        return merged;
    }

    private Task<BacklogSegment> WriteAsync(FrontierUrl[] urls, CancellationToken cancellationToken) =>
        BacklogSegment.PutAsync(
            store,
            nextPrefix(),
            urls,
            FrontierOrder.KeyOf(urls[0], isHandedBack: false, request),
            cancellationToken
        );
}
