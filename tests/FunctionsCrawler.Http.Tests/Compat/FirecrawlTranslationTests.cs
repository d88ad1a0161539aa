using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Http.Compat;
using FunctionsCrawler.Http.Compat.Firecrawl;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>How Firecrawl's options become options of ours.</summary>
public sealed class FirecrawlTranslationTests
{
    [Fact]
    public void Page_Nothing_IsTheMainContentAsMarkdown()
    {
        var settings = Page("{}");

        Assert.Equal([PageFormat.MainMarkdown, PageFormat.Metadata], settings.Extract.Formats!);
        Assert.Equal(60, settings.Page.TimeoutSeconds);
        Assert.Equal(30, Page("{}", isV1: true).Page.TimeoutSeconds);
        Assert.Contains(ContentKind.Pdf, settings.Types);
    }

    [Theory]
    [InlineData("""{"timeout":1500}""", 2, 0)]
    [InlineData("""{"timeout":900000}""", 300, 0)]
    [InlineData("""{"waitFor":50000}""", 100, 50_000)]
    [InlineData("""{"timeout":20000,"waitFor":10000}""", 20, 10_000)]
    public void Page_Times_FitIntoOurs(string options, int timeoutSeconds, int delayMs)
    {
        var page = Page(options).Page;

        Assert.Equal((timeoutSeconds, delayMs), (page.TimeoutSeconds, page.DelayMs));
    }

    [Fact]
    public void Page_Headers_UserAgentIsAnOptionOfItsOwn()
    {
        var page = Page("""{"headers":{"user-agent":"Mine","X-Team":"a"},"mobile":true,"parsers":[]}""");

        Assert.Equal("Mine", page.Page.UserAgent);
        Assert.Equal(["X-Team"], page.Page.Headers!.Keys);
        Assert.Equal(DevicePreset.Phone, page.Page.Device);
        Assert.DoesNotContain(ContentKind.Pdf, page.Types);
    }

    [Fact]
    public void Page_CookieAndLanguage_AreOptionsOfTheirOwn()
    {
        var page = Page("""{"headers":{"cookie":"sid=a=b; theme=dark","Accept-Language":"de-CH,de;q=0.9"}}""").Page;

        Assert.Equal([("sid", "a=b"), ("theme", "dark")], page.Cookies!.Select(c => (c.Name, c.Value!.Literal!)));
        Assert.Equal("de-CH", page.Locale);
        Assert.Null(page.Headers);
    }

    [Theory]
    [InlineData("""["screenshot"]""", false, PictureFormat.Png, null)]
    [InlineData("""["screenshot@fullPage"]""", true, PictureFormat.Png, null)]
    [InlineData("""[{"type":"screenshot","fullPage":true,"quality":60}]""", true, PictureFormat.Jpeg, 60)]
    public void Page_Screenshot_HasItsOptions(string formats, bool fullPage, PictureFormat format, int? quality)
    {
        var screenshot = Page($"{{\"formats\":{formats}}}").Page.Screenshot!;

        Assert.Equal((fullPage, format, quality), (screenshot.FullPage, screenshot.Format, screenshot.Quality));
    }

    [Fact]
    public void Page_Actions_BecomeSteps()
    {
        var page = Page(
            """
            {"actions":[{"type":"click","selector":"#q"},{"type":"wait","milliseconds":5},{"type":"write","text":"tea"},
            {"type":"press","key":"Enter"},{"type":"wait","selector":".results"},{"type":"scroll","direction":"up"},
            {"type":"scroll","selector":"footer"},{"type":"screenshot"},{"type":"executeJavascript","script":"1"},{"type":"pdf"}]}
            """
        ).Page;

        Assert.Equal(
            [
                new PageAction { Click = "css:#q" },
                new PageAction { Wait = "5" },
                new PageAction
                {
                    Write = new PageWrite { Into = "css:#q", Text = "tea" },
                },
                new PageAction { Press = "Enter" },
                new PageAction { Wait = "css:.results" },
                new PageAction { Scroll = "up" },
                new PageAction { Scroll = "css:footer" },
                new PageAction { Screenshot = "step-7" },
                new PageAction { Script = "1" },
            ],
            page.Actions
        );
        Assert.True(page.Pdf);
        Assert.Empty(CrawlRequestValidator.Validate(new PageRequest { Url = "https://a.example/", Page = page }));
    }

    [Fact]
    public void Page_TagsWithStars_MatchPartsOfAttributes() =>
        Assert.Equal(
            ["nav, [class*=\"nav\" i], [id*=\"nav\" i], [name*=\"nav\" i], [role*=\"nav\" i]", "#main"],
            Page("""{"excludeTags":["*nav*","#main"]}""").Extract.Exclude
        );

    [Theory]
    [InlineData("{}", ScopeKind.Path)]
    [InlineData("""{"crawlEntireDomain":true}""", ScopeKind.Host)]
    [InlineData("""{"allowBackwardLinks":true}""", ScopeKind.Host)]
    [InlineData("""{"allowSubdomains":true}""", ScopeKind.Domain)]
    [InlineData("""{"allowExternalLinks":true,"allowSubdomains":true}""", ScopeKind.Any)]
    public void Crawl_Scope_IsTheNarrowestThatIsAllowed(string options, ScopeKind scope) =>
        Assert.Equal(scope, Crawl(options).Scope);

    [Fact]
    public void Crawl_Options_BecomeOurs()
    {
        var crawl = Crawl(
            """
            {"limit":7,"maxDiscoveryDepth":2,"delay":1.5,"maxConcurrency":900,"ignoreRobotsTxt":true,"sitemap":"only",
            "ignoreQueryParameters":true,"deduplicateSimilarURLs":false,"excludePaths":["/old"],"regexOnFullURL":true,
            "scrapeOptions":{"formats":["links"]}}
            """
        );

        Assert.Equal((7, 2, 1500, 500), (crawl.MaxPages, crawl.MaxDepth, crawl.DelayMs, crawl.Concurrency));
        Assert.Equal((false, SitemapUse.Only), (crawl.RespectRobots, crawl.Sitemap));
        Assert.Equal(new UrlPolicy { DropQuery = true }, crawl.UrlPolicy);
        Assert.Equal(["re:/old"], crawl.Exclude);
        Assert.Equal([PageFormat.Links, PageFormat.Metadata], crawl.Extract.Formats!);
        Assert.Empty(CrawlRequestValidator.Validate(crawl));
    }

    [Theory]
    [InlineData("""{"maxDepth":1}""", "path:^(/[^/]+){3}")]
    [InlineData("""{"maxDepth":0}""", "path:^(/[^/]+){2}")]
    public void Crawl_MaxDepthOfVersion1_LimitsTheSegmentsBelowTheStartPage(string options, string pattern)
    {
        var crawl = Crawl(options, isV1: true);

        Assert.Equal([pattern], crawl.Exclude);
        Assert.Empty(CrawlRequestValidator.Validate(crawl));
    }

    [Fact]
    public void Crawl_NothingOfVersion1_ReadsSitemapsUnlessIgnored()
    {
        Assert.Equal(SitemapUse.Include, Crawl("{}", isV1: true).Sitemap);
        Assert.Equal(SitemapUse.Skip, Crawl("""{"ignoreSitemap":true}""", isV1: true).Sitemap);
    }

    private static PageSettings Page(string options, bool isV1 = false) =>
        Read(options, (fields, findings) => new PageSettingsReader(findings, isV1).Read(fields));

    private static CrawlRequest Crawl(string options, bool isV1 = false)
    {
        var fields = JsonNode.Parse(options)!.AsObject();
        fields["url"] = "https://a.example/docs";
        return Read(fields.ToJsonString(), (reader, findings) => new CrawlTranslator(findings, isV1).Translate(reader));
    }

    private static T Read<T>(string json, Func<FieldReader, RequestFindings, T> read)
    {
        var findings = new RequestFindings();
        var fields = new FieldReader(JsonElement.Parse(json), "", findings);
        var result = read(fields, findings);
        fields.ReportUnknown();
        Assert.Empty(findings.Faults);
        Assert.Null(findings.Warning);
        return result;
    }
}
