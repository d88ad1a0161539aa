using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// Distributes the URLs of a wave over lanes and chunks. Deterministic: the result depends only on the URLs and their order,
/// not on time or on the order in which pages completed.
/// </summary>
internal static class WavePlanner
{
    /// <summary>The maximum number of URLs per chunk. It is bounded because a browser's memory grows with every page.</summary>
    public const int MaxChunkUrls = 25;

    /// <summary>
    /// The maximum number of URLs per wave, start pages excepted. A planner has all URLs of a wave in memory, and a wave of a
    /// Durable crawl has a few history rows per chunk.
    /// </summary>
    public const int MaxWaveUrls = 50_000;

    /// <summary>Takes the URLs of the next wave from the start of the frontier.</summary>
    /// <param name="frontier">The URLs without a record.</param>
    /// <param name="budget">The number of pages left until the page limit.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>
    /// The URLs of the first one's depth, as many as the budget and <see cref="MaxWaveUrls"/> allow. If the crawl is not breadth
    /// first, a wave ends earlier and mixes depths, so that what it finds can be visited before what waits.
    /// </returns>
    public static async Task<IReadOnlyList<FrontierUrl>> TakeAsync(
        FrontierQueue frontier,
        int budget,
        CrawlRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(frontier);
        ArgumentNullException.ThrowIfNull(request);
        var taken = new List<FrontierUrl>();
        var first = await frontier.PeekAsync(cancellationToken).ConfigureAwait(false);
        var isStart = first is { Depth: 0 };
        var ofOneDepth = isStart || request.Order == CrawlOrder.BreadthFirst;
        // What is in scope depends on all start pages.
        var most = isStart ? int.MaxValue : MostUrls(frontier.Count, request);
        for (var url = first; url is not null; )
        {
            if (budget <= 0 || taken.Count == most || (ofOneDepth && url.Depth != first!.Depth))
                break;
            taken.Add(url);
            frontier.Take();
            // A download becomes a skipped record, which does not count towards the page limit.
            if (!BinaryTypes.IsBinary(url, request.Types))
                budget--;
            url = await frontier.PeekAsync(cancellationToken).ConfigureAwait(false);
        }
        return taken;
    }

    /// <summary>
    /// Of each host with more URLs than a chunk holds, leaves one in the wave. From its page, the next wave knows whether the
    /// others need a browser; otherwise each of their chunks would launch one to find out.
    /// </summary>
    public static (IReadOnlyList<FrontierUrl> Taken, IReadOnlyList<FrontierUrl> PutBack) TakePilots(
        IReadOnlyList<FrontierUrl> taken
    )
    {
        var counts = taken.CountBy(Host, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var first = taken.ToLookup(url => seen.Add(Host(url)) || counts[Host(url)] <= MaxChunkUrls);
        return ([.. first[true]], [.. first[false]]);

        static string Host(FrontierUrl url) => new Uri(url.Url).Authority;
    }

    /// <summary>Distributes URLs over lanes, and the URLs of each lane over chunks. URLs of one host stay together.</summary>
    /// <param name="urls">The URLs of the wave.</param>
    /// <param name="request">The concurrency settings.</param>
    /// <param name="delayed">The hosts, with ports, that have a crawl delay. Each gets a single lane.</param>
    /// <returns>The chunks of each lane, in order. Empty lanes are omitted.</returns>
    public static IReadOnlyList<IReadOnlyList<PlannedChunk>> Deal(
        IReadOnlyList<FrontierUrl> urls,
        CrawlRequest request,
        IReadOnlySet<string> delayed
    )
    {
        var laneCount = LaneCount(request);
        var perHost =
            request.DelayMs > 0 ? 1 : Math.Min(request.PerHostConcurrency ?? request.Concurrency, request.Concurrency);
        // A host gets at most as many lanes as it allows concurrent pages; each lane gets an equal share of them.
        var lanesPerHost = Math.Min(laneCount, perHost);
        // Spread a small wave over all lanes instead of filling the first one.
        var size = Math.Clamp((urls.Count + laneCount - 1) / laneCount, 1, MaxChunkUrls);
        var lanes = Enumerable.Range(0, laneCount).Select(_ => new List<FrontierUrl>()).ToList();
        var shortest = new PriorityQueue<int, (int Urls, int Lane)>(lanes.Select((_, i) => (i, (0, i))));
        foreach (var host in urls.GroupBy(u => new Uri(u.Url).Authority, StringComparer.Ordinal))
            DistributeHost([.. host.Chunk(size)], lanes, shortest, delayed.Contains(host.Key) ? 1 : lanesPerHost);
        // Sort by length, so that LaneLengthsConverter can write the lengths as few runs.
        return
        [
            .. lanes
                .Select(
                    (lane, i) =>
                        SplitIntoChunks(lane, size)
                            .Select(run => new PlannedChunk(
                                run,
                                ShareOf(request.Concurrency, laneCount, i),
                                perHost / lanesPerHost
                            ))
                            .ToList()
                )
                .Where(chunks => chunks.Count > 0)
                .OrderByDescending(chunks => chunks.Count),
        ];
    }

    private static int LaneCount(CrawlRequest request) =>
        (request.Concurrency + request.PagesPerBrowser - 1) / request.PagesPerBrowser;

    // In other orders than breadth first, a full chunk for each lane, as a browser is launched for each, and a share of what
    // waits: the number of waves must not grow with the number of pages.
    private static int MostUrls(int waiting, CrawlRequest request) =>
        request.Order == CrawlOrder.BreadthFirst
            ? MaxWaveUrls
            : Math.Min(MaxWaveUrls, Math.Max(LaneCount(request) * MaxChunkUrls, waiting / 8));

    // Gives each run of a host to the lane that is currently the shortest.
    private static void DistributeHost(
        IReadOnlyList<FrontierUrl[]> runs,
        List<List<FrontierUrl>> lanes,
        PriorityQueue<int, (int Urls, int Lane)> shortest,
        int lanesPerHost
    )
    {
        var ofHost = new PriorityQueue<int, (int Urls, int Lane)>();
        for (var i = Math.Min(lanesPerHost, runs.Count); i > 0; i--)
            Enqueue(ofHost, shortest.Dequeue());
        foreach (var run in runs)
        {
            var lane = ofHost.Dequeue();
            lanes[lane].AddRange(run);
            Enqueue(ofHost, lane);
        }
        while (ofHost.TryDequeue(out var lane, out _))
            Enqueue(shortest, lane);

        void Enqueue(PriorityQueue<int, (int Urls, int Lane)> queue, int lane) =>
            queue.Enqueue(lane, (lanes[lane].Count, lane));
    }

    // A URL whose visit exhausted the memory budget gets a chunk of its own.
    private static IEnumerable<List<FrontierUrl>> SplitIntoChunks(List<FrontierUrl> lane, int size)
    {
        var run = new List<FrontierUrl>();
        foreach (var url in lane)
        {
            if (run.Count == size || (run.Count > 0 && (url.MemoryHandBacks > 0 || run[^1].MemoryHandBacks > 0)))
            {
                yield return run;
                run = [];
            }
            run.Add(url);
        }
        if (run.Count > 0)
            yield return run;
    }

    // Example: a concurrency of 7 with 5 pages per browser gives two lanes of 4 and 3.
    private static int ShareOf(int total, int parts, int part) => (total / parts) + (part < total % parts ? 1 : 0);
}
