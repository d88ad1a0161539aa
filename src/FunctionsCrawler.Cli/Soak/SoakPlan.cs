using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>Creates the requests of a soak's crawls: small, with varying options that the seed determines.</summary>
internal sealed class SoakPlan(SoakOptions options, Uri? site, SoakPages pages)
{
    // Enough for a healthy page beside hostile ones on a slow machine. Not more, because hostile pages use all of it.
    private const int VisitSeconds = 3;
    private const int Probes = 8;

    private int _nextPage;

    /// <summary>The request of the next crawl. Call it in order: each request gets the pages after those of the last one.</summary>
    /// <param name="crawl">The number of the crawl, from 1.</param>
    public CrawlRequest Next(int crawl)
    {
        var random = new SeededRandom(options.Seed, crawl);
        var request = new CrawlRequest
        {
            // One crawl in twelve runs without a browser; it too must leave nothing behind.
            Render = random.Next(12) == 0 ? RenderMode.Never : random.Pick(RenderMode.Auto, RenderMode.Always),
            Mode = random.Pick(CrawlMode.Batch, CrawlMode.Recursive),
            MaxDepth = random.Pick(1, 2),
            Scope = ScopeKind.Origin,
            Concurrency = options.Concurrency,
            PagesPerBrowser = random.Pick(1, Math.Max(1, options.Concurrency / 2), options.Concurrency),
        };
        if (options.Captures && request.Render != RenderMode.Never)
            request.Page = new PageOptions
            {
                Screenshot = new ScreenshotOptions { Format = random.Pick(PictureFormat.Png, PictureFormat.Jpeg) },
                Pdf = random.Next(2) == 0,
                Snapshot = random.Pick(SnapshotKind.None, SnapshotKind.Html, SnapshotKind.Mhtml),
            };
        var lanes = (request.Concurrency + request.PagesPerBrowser - 1) / request.PagesPerBrowser;
        var count = lanes * (2 + random.Next(3));
        return site is null ? OfGivenPages(request, count) : OfBuiltInPages(request, count);
    }

    /// <summary>The request of a probe: always the same pages, one after another in one browser.</summary>
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
            // The demo's pages link to each other without numbers; do not follow those links.
            Include = ["/n/**"],
            Page = request.Page with { TimeoutSeconds = VisitSeconds },
        };
    }
}
