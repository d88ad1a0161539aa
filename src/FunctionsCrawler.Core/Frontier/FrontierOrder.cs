using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// The order in which the waiting URLs of a crawl are visited: by a key of each, then as found. It depends only on the request
/// and on the URLs, so two planners compute the same plan, and sorted segments of the URLs can be merged.
/// </summary>
internal static class FrontierOrder
{
    // Start pages come first, because the scope of the crawl depends on where they redirect to.
    private const long Start = 0;
    private const long HandedBack = 1;
    private const long Rest = 2;

    /// <summary>Compares keys; the lower one is visited first.</summary>
    public static IComparer<IReadOnlyList<long>> Comparer { get; } =
        Comparer<IReadOnlyList<long>>.Create(
            static (left, right) =>
            {
                for (var i = 0; i < left.Count && i < right.Count; i++)
                {
                    if (left[i] != right[i])
                        return left[i].CompareTo(right[i]);
                }
                return left.Count.CompareTo(right.Count);
            }
        );

    /// <summary>Returns the key of a URL.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="isHandedBack">Whether the last wave handed it back. Such URLs come before others, except start pages.</param>
    /// <param name="request">The request of the crawl.</param>
    public static IReadOnlyList<long> KeyOf(FrontierUrl url, bool isHandedBack, CrawlRequest request)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(request);
        if (request.Order == CrawlOrder.BreadthFirst)
            return [url.Depth];
        if (url.Depth == 0)
            return [Start];
        if (isHandedBack)
            return [HandedBack];
        return request.Order == CrawlOrder.DepthFirst ? [Rest, ~(long)url.Depth] : [Rest, .. RankOf(url, request)];
    }

    /// <summary>Sorts URLs by their keys. Those with equal keys stay as they are.</summary>
    /// <param name="urls">The URLs, all handed back or none.</param>
    /// <param name="areHandedBack">Whether the last wave handed them back.</param>
    /// <param name="request">The request of the crawl.</param>
    public static IReadOnlyList<FrontierUrl> Sort(
        IEnumerable<FrontierUrl> urls,
        bool areHandedBack,
        CrawlRequest request
    )
    {
        ArgumentNullException.ThrowIfNull(urls);
        ArgumentNullException.ThrowIfNull(request);
        return request.Order == CrawlOrder.BreadthFirst
            ? [.. urls.OrderBy(url => url.Depth)]
            : [.. urls.OrderBy(url => KeyOf(url, areHandedBack, request), Comparer)];
    }

    // One number per criterion. A higher rank is better, and ~ reverses the order without overflow.
    private static IEnumerable<long> RankOf(FrontierUrl url, CrawlRequest request) =>
        request.RankBy.Select(criterion =>
            ~(
                criterion switch
                {
                    RankCriterion.Keywords => CountKeywords(url.Url, request.Keywords),
                    RankCriterion.PathDepth => -CountSegments(url.Url),
                    RankCriterion.Freshness => url.LastMod?.UtcTicks ?? long.MinValue,
                    _ => throw new NotSupportedException($"The criterion {criterion} is not supported."),
                }
            )
        );

    private static long CountKeywords(string url, IReadOnlyList<string> keywords)
    {
        if (keywords.Count == 0)
            return 0;
        var text = Uri.UnescapeDataString(url);
        return keywords.Count(word => text.Contains(word.Trim(), StringComparison.OrdinalIgnoreCase));
    }

    private static long CountSegments(string url)
    {
        var path = new Uri(url).AbsolutePath.AsSpan().Trim('/');
        return path.Length == 0 ? 0 : path.Count('/') + 1;
    }
}
