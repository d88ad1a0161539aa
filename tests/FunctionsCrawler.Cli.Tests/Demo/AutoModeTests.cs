using FunctionsCrawler.Cli.Demo;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Tests.Demo;

/// <summary>What a crawl of the sample site finds from each kind of start page, and what a map of it lists.</summary>
public sealed class AutoModeTests : IAsyncLifetime
{
    private SampleSite _site = null!;
    private Crawler _crawler = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _site = await SampleSite.StartAsync(CancellationToken.None);
        _crawler = new Crawler(new CrawlerOptions { AllowPrivate = true, FindSource = FindRaw });
    }

    public async ValueTask DisposeAsync()
    {
        await _crawler.DisposeAsync();
        await _site.DisposeAsync();
    }

    public static TheoryData<string, string[]> Starts =>
        new()
        {
            // Sitemaps in sitemaps in a sitemap, packed.
            {
                "/sitemap.xml",
                [
                    "/sitemaps/guide.xml.gz",
                    "/sitemaps/api-index.xml",
                    "/sitemaps/api.xml.gz",
                    "/guide/install",
                    "/guide/channels",
                    "/api/channel",
                    "/api/message",
                ]
            },
            { "/sitemaps/guide.xml.gz", ["/guide/install", "/guide/channels"] },
            { "/news", ["/guide/operations/upgrades", "/guide/operations/metrics"] },
            { "/llms.txt", ["/guide/install", "/guide/channels"] },
            { "/links.md", ["/guide/", "/api/", "/files/"] },
            { "/llms-full.txt", [] },
            { "/notes.txt", [] },
            { "/files/changes.txt", [] },
            { SampleFinding.FilePage, [] },
        };

    [Theory]
    [MemberData(nameof(Starts))]
    public async Task Crawl_Auto_VisitsWhatTheStartPageLists(string start, string[] expected)
    {
        var pages = await CrawlAsync(start);

        Assert.Equal([start, .. expected], pages.Select(PathOf));
        Assert.All(pages, page => Assert.Null(page.Error));
    }

    [Fact]
    public async Task Crawl_Page_FollowsLinksAsRecursive()
    {
        var auto = await CrawlAsync("/guide/operations/");
        var recursive = await CrawlAsync("/guide/operations/", new CrawlRequest { Mode = CrawlMode.Recursive });

        Assert.True(auto.Count > 10, $"{auto.Count} pages");
        Assert.Equal(recursive.Select(p => p.Url), auto.Select(p => p.Url));
    }

    [Fact]
    public async Task Crawl_LlmsFull_IsOneRecordWithSections()
    {
        var page = Assert.Single(await CrawlAsync("/llms-full.txt"));

        Assert.Equal(["Installing", "Channels & queues"], page.Sections!.Select(s => s.Title));
        Assert.Equal(
            [page.Url + "#section-0-installing", page.Url + "#section-1-channels-queues"],
            page.Sections!.Select(s => s.Url)
        );
        Assert.Equal(page.Markdown, string.Concat(page.Sections!.Select(s => s.Markdown)));
        Assert.Contains("# not a heading", page.Sections![0].Markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crawl_PageOfAFile_HasTheFileUnderTheUrlOfThePage()
    {
        var page = Assert.Single(await CrawlAsync(SampleFinding.FilePage));

        Assert.StartsWith("# pump", page.Markdown, StringComparison.Ordinal);
        Assert.Equal(page.Url, page.FinalUrl);
        Assert.Contains("GET " + SampleFinding.RawFile, _site.Requests);
        Assert.DoesNotContain("GET " + SampleFinding.FilePage, _site.Requests);
    }

    [Fact]
    public async Task Scrape_PageOfAFile_HasTheFileUnderTheUrlOfThePage()
    {
        var page = await _crawler.ScrapeAsync(
            new Uri(_site.Url, SampleFinding.FilePage).AbsoluteUri,
            new PageRequest { Render = RenderMode.Never },
            Cancellation
        );

        Assert.StartsWith("# pump", page.Markdown, StringComparison.Ordinal);
        Assert.Equal(page.Url, page.FinalUrl);
    }

    [Fact]
    public async Task Crawl_PageOfAFileRecursively_IsThePage()
    {
        var request = new CrawlRequest { Mode = CrawlMode.Recursive };

        var page = Assert.Single(await CrawlAsync(SampleFinding.FilePage, request));

        Assert.Equal("pump", page.Title);
    }

    [Fact]
    public async Task Crawl_Sitemap_RecordsHaveItsDates()
    {
        var pages = await CrawlAsync("/sitemaps/guide.xml.gz");

        Assert.Equal(
            [
                null,
                new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
                new DateTimeOffset(2026, 5, 2, 10, 0, 0, TimeSpan.Zero),
            ],
            pages.Select(p => p.LastMod)
        );
    }

    [Fact]
    public async Task Crawl_SitemapOnly_VisitsTheStartPageAndThePagesOfTheSitemapsInRobotsTxt()
    {
        var request = new CrawlRequest { Sitemap = SitemapUse.Only, Mode = CrawlMode.Recursive };

        var pages = await CrawlAsync("/files/", request);

        Assert.Equal(
            ["/files/", "/guide/install", "/guide/channels", "/api/channel", "/api/message"],
            pages.Select(PathOf).Where(p => !p.StartsWith("/sitemap", StringComparison.Ordinal))
        );
        Assert.Equal(0, pages.Single(p => PathOf(p) == "/sitemap.xml").Depth);
    }

    [Fact]
    public async Task Crawl_SitemapIncluded_VisitsLinksToo()
    {
        var request = new CrawlRequest
        {
            Sitemap = SitemapUse.Include,
            MaxDepth = 1,
            Mode = CrawlMode.Recursive,
        };

        var pages = await CrawlAsync("/files/changes.txt", request);
        var without = await CrawlAsync("/files/changes.txt", request with { Sitemap = SitemapUse.Skip });

        Assert.Equal(["/files/changes.txt"], without.Select(PathOf));
        Assert.Equal(
            [
                "/files/changes.txt",
                "/sitemap.xml",
                "/sitemaps/guide.xml.gz",
                "/sitemaps/api-index.xml",
                "/sitemaps/api.xml.gz",
                "/guide/install",
                "/guide/channels",
                "/api/channel",
                "/api/message",
            ],
            pages.Select(PathOf)
        );
    }

    [Fact]
    public async Task Crawl_FeedAsContent_IsMarkdown()
    {
        var request = new CrawlRequest { Mode = CrawlMode.Batch, Types = [ContentKind.Feed] };

        var page = Assert.Single(await CrawlAsync("/news", request));

        Assert.Equal("Tidewater news", page.Title);
        Assert.Contains("How to **upgrade**.", page.Markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Map_Site_ListsSitemapsAndLinks()
    {
        var map = await _crawler.MapAsync(_site.Url.AbsoluteUri, cancellationToken: Cancellation);

        Assert.Null(map.Error);
        Assert.False(map.IsPartial);
        Assert.Equal(
            ["/guide/install", "/guide/channels", "/api/channel", "/api/message"],
            map.Links.Take(4).Select(l => new Uri(l.Url).AbsolutePath)
        );
        Assert.Contains(map.Links, l => new Uri(l.Url).AbsolutePath == "/guide/" && l.Text is not null);
        Assert.Equal(4, map.Sitemaps.Count);
        // One page, robots.txt and the sitemaps.
        Assert.Equal(6, _site.Requests.Count);
    }

    [Fact]
    public async Task Map_Feed_ListsItsEntries()
    {
        var map = await _crawler.MapAsync(new Uri(_site.Url, "/news").AbsoluteUri, cancellationToken: Cancellation);

        Assert.Null(map.Error);
        Assert.Equal(
            ["/guide/operations/upgrades", "/guide/operations/metrics"],
            map.Links.Select(l => new Uri(l.Url).AbsolutePath)
        );
    }

    [Fact]
    public async Task Map_SearchLimitAndPatterns_FilterTheUrls()
    {
        var searched = await MapAsync(new MapRequest { Search = "guide INSTALL" });
        var limited = await MapAsync(new MapRequest { Limit = 1 });
        var matched = await MapAsync(new MapRequest { Include = ["re:^/api/[a-m]+$"], Sitemap = SitemapUse.Only });
        var linked = await MapAsync(new MapRequest { Sitemap = SitemapUse.Skip, Include = ["/api/*"] });

        Assert.Equal(["/guide/install"], searched.Links.Select(l => new Uri(l.Url).AbsolutePath));
        Assert.True(limited.IsPartial);
        Assert.Single(limited.Links);
        Assert.Empty(matched.Links);
        Assert.Equal(["/api/"], linked.Links.Select(l => new Uri(l.Url).AbsolutePath));
        Assert.Empty(linked.Sitemaps);
    }

    private Task<SiteMap> MapAsync(MapRequest request) =>
        _crawler.MapAsync(_site.Url.AbsoluteUri, request, Cancellation);

    private async Task<List<PageRecord>> CrawlAsync(string path, CrawlRequest? request = null) =>
        await _crawler
            .CrawlAsync(
                new Uri(_site.Url, path).AbsoluteUri,
                (request ?? new CrawlRequest { Mode = CrawlMode.Auto }) with
                {
                    Render = RenderMode.Never,
                    Scope = ScopeKind.Origin,
                    Concurrency = 1,
                },
                Cancellation
            )
            .ToListAsync(Cancellation);

    private Uri? FindRaw(Uri page) =>
        page.AbsolutePath == SampleFinding.FilePage ? new Uri(page, SampleFinding.RawFile) : null;

    private static string PathOf(PageRecord page) => new Uri(page.Url).PathAndQuery;
}
