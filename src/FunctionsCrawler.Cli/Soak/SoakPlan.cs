using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>What the crawls of a soak are: small, each with other options, all of them from the seed.</summary>
internal sealed class SoakPlan(SoakOptions options, Uri? site, SoakPages pages)
{
    // Enough for a healthy page beside hostile ones on a slow machine, and no more: hostile pages use it up.
    private const int VisitSeconds = 3;
    private const int Probes = 8;

    private int _nextPage;

    /// <summary>The request of a crawl; to be asked for in order.</summary>
    /// <param name="crawl">The crawl, from 1.</param>
    public CrawlRequest Next(int crawl)
    {
        var dice = new Dice(options.Seed, crawl);
        var request = new CrawlRequest
        {
            // Rarely without a browser, which is no invocation and yet must leave nothing.
            Render = dice.Throw(12) == 0 ? RenderMode.Never : dice.Pick(RenderMode.Auto, RenderMode.Always),
            Mode = dice.Pick(CrawlMode.Batch, CrawlMode.Recursive),
            MaxDepth = dice.Pick(1, 2),
            Scope = ScopeKind.Origin,
            Concurrency = options.Concurrency,
            PagesPerBrowser = dice.Pick(1, Math.Max(1, options.Concurrency / 2), options.Concurrency),
        };
        var lanes = (request.Concurrency + request.PagesPerBrowser - 1) / request.PagesPerBrowser;
        var count = lanes * (2 + dice.Throw(3));
        return site is null ? OfGivenPages(request, count) : OfBuiltInPages(request, count);
    }

    /// <summary>A crawl of the same pages at all times, one after the other in one browser.</summary>
    public CrawlRequest Probe { get; } =
        new()
        {
            Urls = site is null
                ? [options.Urls[0]]
                :
                [
                    .. Enumerable
                        .Range(0, Probes)
                        .Select(n => new Uri(site!, SoakPages.Numbered(n, SoakPages.ProbePath)).AbsoluteUri),
                ],
            Mode = CrawlMode.Batch,
            Render = RenderMode.Always,
            Concurrency = 1,
        };

    private CrawlRequest OfGivenPages(CrawlRequest request, int count) =>
        request with
        {
            Urls = options.Urls,
            MaxPages = Math.Max(count, options.Urls.Count),
        };

    private CrawlRequest OfBuiltInPages(CrawlRequest request, int count)
    {
        var first = _nextPage;
        _nextPage += count;
        var behind = request.MaxDepth == 2 ? count / 2 : 0;
        string[] paths =
            request.Mode == CrawlMode.Batch
                ? [.. pages.LinksOf(first, count, behind: 0)]
                : [SoakPages.ListPath(first, count, behind)];
        return request with
        {
            Urls = [.. paths.Select(p => new Uri(site!, p).AbsoluteUri)],
            // The demo's pages link to each other, which would be pages without a number.
            Include = ["/n/**"],
            Page = new PageOptions { TimeoutSeconds = VisitSeconds },
        };
    }
}
