using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Activities;

/// <summary>Reads the frontier of a crawl from its committed blobs.</summary>
internal sealed class FrontierReader(CrawlBlobs crawl)
{
    // A header has the links of up to 25 pages, usually less than 200 KB.
    private const int MaxChunksInMemory = 32;

    /// <summary>Adds what a wave left and found to the frontier. All its chunks must be committed; their records are verified.</summary>
    /// <param name="wave">The last wave before the one to plan.</param>
    /// <param name="raised">The depth limit that was raised, if any.</param>
    /// <param name="frontier">An empty frontier.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <returns>The plan of the wave.</returns>
    /// <exception cref="DamagedBlobException">A blob is missing or damaged.</exception>
    public async Task<WavePlan> GrowAsync(
        int wave,
        RaisedDepth? raised,
        FrontierGrowth frontier,
        CancellationToken cancellationToken
    )
    {
        var plan = await crawl.RequirePlanAsync(wave, cancellationToken).ConfigureAwait(false);
        // Links that a lower depth limit excluded are evaluated again, from the first wave that has any.
        var rewound =
            raised is not null && raised.Wave == wave + 1 && raised.From == plan.Depth
                ? await FindFirstOfDepthAsync(wave, plan, cancellationToken).ConfigureAwait(false)
                : wave;
        var judged =
            rewound == wave ? plan : await crawl.RequirePlanAsync(rewound, cancellationToken).ConfigureAwait(false);
        frontier.Continue(plan, judged);
        await foreach (var url in crawl.ReadOldBacklogAsync(plan, cancellationToken).ConfigureAwait(false))
        {
            frontier.Backlog.Add(url);
            await frontier.Backlog.SpillIfLargeAsync(cancellationToken).ConfigureAwait(false);
        }
        var chunks = plan.LaneChunks.Sum();
        // Damage is found now, while the chunk can be crawled again, and not when its pages are read.
        var headers = crawl.VerifyAllAsync(wave, chunks, cancellationToken);
        if (plan.Depth == 0)
        {
            // What is in scope depends on the roots of all start URLs, so these headers are needed twice.
            if (chunks <= MaxChunksInMemory)
                headers = (await headers.ToListAsync(cancellationToken).ConfigureAwait(false)).ToAsyncEnumerable();
            await foreach (var header in headers.ConfigureAwait(false))
                frontier.AddRoots(header);
        }
        for (var earlier = rewound; earlier < wave; earlier++)
            await AddLinksAsync(earlier, frontier, cancellationToken).ConfigureAwait(false);
        await foreach (var header in headers.ConfigureAwait(false))
        {
            frontier.Add(header);
            await frontier.SettleAsync(isEnd: false, cancellationToken).ConfigureAwait(false);
        }
        await frontier.SettleAsync(isEnd: true, cancellationToken).ConfigureAwait(false);
        return plan;
    }

    // The first wave whose pages are as deep as those of `wave`: depths never decrease from one wave to the next.
    private async Task<int> FindFirstOfDepthAsync(int wave, WavePlan plan, CancellationToken cancellationToken)
    {
        while (
            wave > 0
            && await crawl.GetPlanAsync(wave - 1, cancellationToken).ConfigureAwait(false) is { } before
            && before.Depth == plan.Depth
        )
            wave--;
        return wave;
    }

    private async Task AddLinksAsync(int wave, FrontierGrowth frontier, CancellationToken cancellationToken)
    {
        var plan = await crawl.RequirePlanAsync(wave, cancellationToken).ConfigureAwait(false);
        var headers = crawl.ReadHeadersAsync(wave, plan.LaneChunks.Sum(), cancellationToken);
        await foreach (var (_, header) in headers.ConfigureAwait(false))
        {
            frontier.AddLinks(header);
            await frontier.SettleAsync(isEnd: false, cancellationToken).ConfigureAwait(false);
        }
    }
}
