using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Core.Tests.Contracts;

public class CrawlRequestValidatorTests
{
    private static readonly CrawlRequest Valid = new() { Urls = ["https://example.com/"] };

    public static TheoryData<string, CrawlRequest> Faulty =>
        new()
        {
            { "urls", Valid with { Urls = [] } },
            { "urls", Valid with { Urls = null! } },
            { "urls", Valid with { Urls = [.. Enumerable.Range(0, 10_001).Select(i => $"http://a/{i}")] } },
            { "urls[1]", Valid with { Urls = ["http://a/", "ftp://a/"] } },
            { "urls[0]", Valid with { Urls = [null!] } },
            { "maxDepth", Valid with { MaxDepth = -1 } },
            { "maxDepth", Valid with { MaxDepth = 1001 } },
            { "maxPages", Valid with { MaxPages = 0 } },
            { "maxPages", Valid with { MaxPages = 10_000_001 } },
            { "concurrency", Valid with { Concurrency = 0 } },
            { "concurrency", Valid with { Concurrency = 501 } },
            { "pagesPerBrowser", Valid with { PagesPerBrowser = 0 } },
            { "pagesPerBrowser", Valid with { PagesPerBrowser = 21 } },
            { "perHostConcurrency", Valid with { PerHostConcurrency = 0 } },
            { "perHostConcurrency", Valid with { PerHostConcurrency = 501 } },
            { "page", Valid with { Page = null! } },
            { "page.timeoutSeconds", Valid with { Page = new PageOptions { TimeoutSeconds = 0 } } },
            { "page.timeoutSeconds", Valid with { Page = new PageOptions { TimeoutSeconds = 301 } } },
            { "dispatcher", Valid with { Dispatcher = null! } },
            { "dispatcher", Dispatched(80, 95, 80) },
            { "dispatcher", Dispatched(95, 95, 75) },
            { "dispatcher", Dispatched(60, 50, 40) },
            { "dispatcher.kind", Valid with { Dispatcher = new DispatcherOptions { Kind = (DispatcherKind)9 } } },
            { "dispatcher.resumeAtPercent", Dispatched(80, 95, 9) },
            { "dispatcher.shedAtPercent", Dispatched(80, 101, 75) },
            { "recycling", Valid with { Recycling = null! } },
            { "recycling.afterPages", Valid with { Recycling = new BrowserRecycling { AfterPages = 0 } } },
            { "recycling.afterSeconds", Valid with { Recycling = new BrowserRecycling { AfterSeconds = 86_401 } } },
            { "recycling.aboveMegabytes", Valid with { Recycling = new BrowserRecycling { AboveMegabytes = 99 } } },
            { "include[1]", Valid with { Include = ["**", "docs/**"] } },
            { "exclude[0]", Valid with { Exclude = [""] } },
            { "exclude", Valid with { Exclude = null! } },
            { "mode", Valid with { Mode = (CrawlMode)9 } },
            { "scope", Valid with { Scope = (ScopeKind)9 } },
            { "render", Valid with { Render = (RenderMode)9 } },
            { "include[0]", Valid with { Include = ["re:("] } },
            { "include", Valid with { Include = [.. Enumerable.Range(0, 101).Select(i => $"re:{i}")] } },
            { "exclude[0]", Valid with { Exclude = ["re:(?<!a)b"] } },
            { "sitemap", Valid with { Sitemap = (SitemapUse)9 } },
            { "sitemap", Valid with { Mode = CrawlMode.Batch, Sitemap = SitemapUse.Only } },
            { "order", Valid with { Order = (CrawlOrder)9 } },
            { "types", Valid with { Types = [] } },
            { "types", Valid with { Types = null! } },
            { "types[1]", Valid with { Types = [ContentKind.Pdf, ContentKind.Pdf] } },
            { "types[0]", Valid with { Types = [(ContentKind)9] } },
            { "rankBy", Valid with { RankBy = [] } },
            { "rankBy[1]", Valid with { RankBy = [RankCriterion.Keywords, RankCriterion.Keywords] } },
            { "keywords", Valid with { Keywords = [.. Enumerable.Repeat("a", 101)] } },
            { "keywords", Valid with { Keywords = null! } },
            { "keywords[1]", Valid with { Keywords = ["a", " "] } },
            { "keywords[0]", Valid with { Keywords = [new string('a', 101)] } },
            { "keywords[0]", Valid with { Keywords = [null!] } },
            { "urlPolicy", Valid with { UrlPolicy = null! } },
            {
                "urlPolicy.trailingSlash",
                Valid with
                {
                    UrlPolicy = new UrlPolicy { TrailingSlash = (TrailingSlash)9 },
                }
            },
        };

    private static CrawlRequest Dispatched(int pause, int shed, int resume) =>
        Valid with
        {
            Dispatcher = new DispatcherOptions
            {
                PauseAtPercent = pause,
                ShedAtPercent = shed,
                ResumeAtPercent = resume,
            },
        };

    [Fact]
    public void Validate_PercentagesOutOfOrder_NamesAllThree() =>
        Assert.Equal(
            "Its percentages are out of order: resumeAtPercent 85 must be below pauseAtPercent 80, and that below shedAtPercent 95.",
            Assert.Single(CrawlRequestValidator.Validate(Dispatched(80, 95, 85))).Message
        );

    [Fact]
    public void Json_MissingFields_DefaultValues() =>
        // Requests that were stored before a field existed can still be resumed.
        Assert.Equivalent(
            Valid,
            JsonSerializer.Deserialize("""{"urls":["https://example.com/"]}""", CrawlJson.Default.CrawlRequest)
        );

    [Theory]
    [MemberData(nameof(Faulty))]
    public void Validate_OneFault_NamesItsField(string field, CrawlRequest request)
    {
        var fault = Assert.Single(CrawlRequestValidator.Validate(request));
        Assert.Equal(field, fault.Field);
        Assert.NotEmpty(fault.Message);
    }

    [Fact]
    public void Validate_SeveralFaults_NamesAllWithValueAndAllowedValues()
    {
        var faults = CrawlRequestValidator.Validate(
            Valid with
            {
                Urls = ["ftp://a/"],
                MaxPages = 20_000_000,
                MaxDepth = -4,
                Mode = (CrawlMode)9,
            }
        );
        Assert.Equal(["maxDepth", "maxPages", "mode", "urls[0]"], faults.Select(f => f.Field));
        Assert.Equal("-4 is out of range; 0 to 1,000 is allowed.", faults[0].Message);
        Assert.Contains("auto, batch, recursive", faults[2].Message, StringComparison.Ordinal);
        Assert.Contains("ftp", faults[3].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_BoundaryValues_Allowed()
    {
        CrawlRequest[] requests =
        [
            Valid with
            {
                MaxDepth = 0,
                MaxPages = 1,
                Concurrency = 1,
                PagesPerBrowser = 1,
                PerHostConcurrency = 1,
                Page = new PageOptions { TimeoutSeconds = 1 },
                Dispatcher = Dispatched(11, 12, 10).Dispatcher,
            },
            Valid with
            {
                MaxDepth = 1000,
                MaxPages = 10_000_000,
                Concurrency = 500,
                PagesPerBrowser = 20,
                PerHostConcurrency = 500,
                Page = new PageOptions { TimeoutSeconds = 300 },
                Dispatcher = Dispatched(99, 100, 98).Dispatcher,
                Urls = [.. Enumerable.Range(0, 10_000).Select(i => $"http://a/{i}")],
            },
        ];
        Assert.All(requests, request => Assert.Empty(CrawlRequestValidator.Validate(request)));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("0-a-", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("A", false)]
    [InlineData("a_b", false)]
    [InlineData("a/../b", false)]
    [InlineData("a\n", false)]
    [InlineData("ä", false)]
    public void CrawlLayout_Id_MustMatchThePattern(string id, bool valid)
    {
        Assert.Equal(valid, CrawlLayout.IsId(id));
        var thrown = Record.Exception(() => new CrawlLayout(id));
        if (!valid)
            Assert.Contains(
                CrawlLayout.IdPattern,
                Assert.IsType<ArgumentException>(thrown).Message,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void CrawlLayout_LongId_AtMost64Characters()
    {
        Assert.True(CrawlLayout.IsId(new string('a', 64)));
        Assert.False(CrawlLayout.IsId(new string('a', 65)));
    }
}
