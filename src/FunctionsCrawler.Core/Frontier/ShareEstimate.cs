using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Frontier;

/// <summary>Estimates which part of a crawl a wave is.</summary>
internal static class ShareEstimate
{
    // A deeper crawl usually ends at its page limit.
    private const int MaxLevels = 16;

    /// <summary>Estimates the share of a wave before it is crawled.</summary>
    /// <param name="previous">The plan of the wave before; null for the first one.</param>
    /// <param name="pages">The records of all earlier waves.</param>
    /// <param name="planned">The number of URLs in the wave.</param>
    /// <param name="waiting">The number of URLs that wait for a later wave.</param>
    /// <param name="depth">The depth of the wave's URLs.</param>
    /// <param name="request">The limits of the crawl.</param>
    public static WaveShare Of(
        WavePlan? previous,
        PageCounts pages,
        int planned,
        int waiting,
        int depth,
        CrawlRequest request
    )
    {
        var from = previous?.Share?.At(pages.Total) ?? 0;
        if (planned == 0)
            return new WaveShare(from, WaveShare.Whole, 0, pages.Total);
        var levels = request.Mode == CrawlMode.Batch ? 0 : Math.Clamp(request.MaxDepth - depth, 0, MaxLevels);
        // Sites grow by about two from one depth to the next, until most of their pages are found.
        var growth = planned * ((2L << levels) - 2);
        var later = Math.Min(waiting + growth, Math.Max(0, request.MaxPages - pages.TowardsLimit - planned));
        var to = from + (int)((WaveShare.Whole - from) * (double)planned / (planned + later));
        return new WaveShare(from, to, planned, pages.Total);
    }
}
