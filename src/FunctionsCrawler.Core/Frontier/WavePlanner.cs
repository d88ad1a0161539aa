using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// Deals the URLs of a wave into chunks and lanes. The same URLs in the same order always give the same chunks: nothing
/// here depends on time or on the order in which pages were finished.
/// </summary>
internal static class WavePlanner
{
    /// <summary>The most URLs of a chunk: a browser grows with the pages it has seen.</summary>
    public const int MaxChunkUrls = 25;

    /// <summary>Takes the URLs of the next wave from the front of the frontier.</summary>
    /// <param name="frontier">URLs without a record, by depth, then in the order they were found.</param>
    /// <param name="budget">The most pages that may still succeed or fail.</param>
    /// <returns>The URLs of the least depth, as many as the budget allows, and those that wait.</returns>
    public static (IReadOnlyList<FrontierUrl> Taken, IReadOnlyList<FrontierUrl> Waiting) Take(
        IReadOnlyList<FrontierUrl> frontier,
        int budget
    )
    {
        var taken = new List<FrontierUrl>();
        foreach (var url in frontier)
        {
            if (budget <= 0 || url.Depth != frontier[0].Depth)
                break;
            taken.Add(url);
            // What is known to be no page becomes a skipped record, which the limit does not count.
            if (!BinaryTypes.IsBinary(url))
                budget--;
        }
        return (taken, [.. frontier.Skip(taken.Count)]);
    }

    /// <summary>Deals URLs into lanes, and the URLs of each lane into chunks; the URLs of a host stay together.</summary>
    /// <param name="urls">The URLs of the wave.</param>
    /// <param name="request">How much at once.</param>
    /// <param name="delayed">The hosts, with ports, to be visited one page at a time: one lane each.</param>
    /// <returns>For each lane its chunks in order; lanes without any are left out.</returns>
    public static IReadOnlyList<IReadOnlyList<PlannedChunk>> Deal(
        IReadOnlyList<FrontierUrl> urls,
        CrawlRequest request,
        IReadOnlySet<string> delayed
    )
    {
        var laneCount = (request.Concurrency + request.PagesPerBrowser - 1) / request.PagesPerBrowser;
        var perHost =
            request.DelayMs > 0 ? 1 : Math.Min(request.PerHostConcurrency ?? request.Concurrency, request.Concurrency);
        // A host is crawled by no more lanes than it allows pages, and each of them gets an equal part.
        var lanesPerHost = Math.Min(laneCount, perHost);
        // Small waves are spread over all lanes rather than filling the first.
        var size = Math.Clamp((urls.Count + laneCount - 1) / laneCount, 1, MaxChunkUrls);
        var lanes = Enumerable.Range(0, laneCount).Select(_ => new List<FrontierUrl>()).ToList();
        var shortest = new PriorityQueue<int, (int Urls, int Lane)>(lanes.Select((_, i) => (i, (0, i))));
        foreach (var host in urls.GroupBy(u => new Uri(u.Url).Authority, StringComparer.Ordinal))
            DealHost([.. host.Chunk(size)], lanes, shortest, delayed.Contains(host.Key) ? 1 : lanesPerHost);
        // The longest lanes first: payloads then write their lengths in few characters.
        return
        [
            .. lanes
                .Select(
                    (lane, i) =>
                        Cut(lane, size)
                            .Select(run => new PlannedChunk(
                                run,
                                PartOf(request.Concurrency, laneCount, i),
                                perHost / lanesPerHost
                            ))
                            .ToList()
                )
                .Where(chunks => chunks.Count > 0)
                .OrderByDescending(chunks => chunks.Count),
        ];
    }

    // The runs of a host go to the shortest lanes, each time to the one that is shortest now.
    private static void DealHost(
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

    // A URL whose visit exhausted the memory is crawled alone.
    private static IEnumerable<List<FrontierUrl>> Cut(List<FrontierUrl> lane, int size)
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

    // A crawl of 7 pages at once with 5 in a browser has lanes of 4 and 3.
    private static int PartOf(int total, int parts, int part) => (total / parts) + (part < total % parts ? 1 : 0);
}
