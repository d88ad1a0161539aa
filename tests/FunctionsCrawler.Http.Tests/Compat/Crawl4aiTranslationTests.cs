using System.Text.Json;
using FunctionsCrawler.Contracts;
using static FunctionsCrawler.Http.Tests.Compat.Crawl4aiReading;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>How crawl4ai's configurations become options of ours.</summary>
public sealed class Crawl4aiTranslationTests
{
    [Fact]
    public void Request_Nothing_HasTheDefaultsOfAPage()
    {
        var settings = Read("{}").Settings;

        Assert.Equal(RenderMode.Auto, settings.Render);
        Assert.Equal(
            new PageOptions { TimeoutSeconds = 60 },
            settings.Page with
            {
                Actions = new PageOptions().Actions,
            }
        );
        Assert.Contains(PageFormat.Tables, settings.Extract.Formats!);
        Assert.DoesNotContain(PageFormat.MainMarkdown, settings.Extract.Formats!);
        Assert.Null(settings.Deep);
        Assert.False(settings.Streams);
    }

    [Theory]
    [InlineData("""{"css_selector":"main","page_timeout":5000,"cache_mode":"BYPASS","screenshot":true}""")]
    [InlineData(
        """
            {"type":"CrawlerRunConfig","params":{"css_selector":"main","page_timeout":5000,"screenshot":true,
            "cache_mode":{"type":"CacheMode","params":"bypass"},
            "scraping_strategy":{"type":"LXMLWebScrapingStrategy","params":{}}}}
            """
    )]
    [InlineData(
        """
            {"type":"dict","value":{"css_selector":"main","page_timeout":5000,"screenshot":true}}
            """
    )]
    public void Config_BareOrTyped_IsTheSame(string config)
    {
        var settings = Read($"{{\"crawler_config\":{config}}}").Settings;

        Assert.Equal(["main"], settings.Extract.Include);
        Assert.Equal(5, settings.Page.TimeoutSeconds);
        Assert.Equal(new ScreenshotOptions(), settings.Page.Screenshot);
    }

    [Fact]
    public void Config_AtTheTopLevel_CountsLess()
    {
        var settings = Read(
            """{"css_selector":"main","pdf":true,"crawler_config":{"css_selector":"article"}}"""
        ).Settings;

        Assert.Equal(["article"], settings.Extract.Include);
        Assert.True(settings.Page.Pdf);
    }

    [Theory]
    [InlineData("0", 60)]
    [InlineData("-1", 60)]
    [InlineData("\"long\"", 60)]
    [InlineData("120000", 60)]
    [InlineData("1500", 2)]
    public void PageTimeout_OutOfRange_IsClamped(string timeout, int seconds) =>
        Assert.Equal(
            seconds,
            Read($"{{\"crawler_config\":{{\"page_timeout\":{timeout}}}}}").Settings.Page.TimeoutSeconds
        );

    [Theory]
    [InlineData("domcontentloaded", null)]
    [InlineData("commit", null)]
    [InlineData("load", WaitUntil.Load)]
    [InlineData("networkidle", WaitUntil.NetworkIdle)]
    public void WaitUntil_Names_AreOurs(string name, WaitUntil? until) =>
        Assert.Equal(until, Read($"{{\"crawler_config\":{{\"wait_until\":\"{name}\"}}}}").Settings.Page.WaitUntil);

    [Theory]
    [InlineData("css:.done", "css:.done")]
    [InlineData(".done", "css:.done")]
    [InlineData("js:window.ready", "js:window.ready")]
    [InlineData("js:() => window.ready", "js:(() => window.ready)()")]
    [InlineData("() => window.ready", "js:(() => window.ready)()")]
    public void WaitFor_Forms_AreOurs(string condition, string ours) =>
        Assert.Equal(
            ours,
            Read($"{{\"crawler_config\":{{\"wait_for\":\"{condition}\"}}}}", scripts: true).Settings.Page.WaitFor
        );

    [Fact]
    public void Browser_OfThePythonClient_IsAccepted()
    {
        var settings = Read(
            """
            {"browser_config":{"type":"BrowserConfig","params":{"headless":false,"viewport_width":9000,"viewport_height":700,
            "headers":{"type":"dict","value":{"sec-ch-ua":"\"Chromium\""}},"extra_args":[],"proxy":null}}}
            """
        ).Settings;

        Assert.Null(settings.Page.Headers);
        Assert.Equal(new PageViewport { Width = 4000, Height = 700 }, settings.Page.Viewport);
    }

    [Fact]
    public void Browser_HeadersAndCookies_AreSentToTheStartPage()
    {
        var page = Read(
            """
            {"browser_config":{"headers":{"User-Agent":"Mine","X-Team":"a"},"cookies":[{"name":"a","value":"b","domain":"x.example"}]}}
            """
        ).Settings.Page;

        Assert.Equal("Mine", page.UserAgent);
        Assert.Equal(["X-Team"], page.Headers!.Keys);
        Assert.Equal("a", Assert.Single(page.Cookies!).Name);
    }

    [Theory]
    [InlineData("browser_config", "proxy", "\"http://p:1\"", "BrowserConfig")]
    [InlineData("browser_config", "extra_args", "[\"--x\"]", "BrowserConfig")]
    [InlineData("browser_config", "user_data_dir", "\"/x\"", "BrowserConfig")]
    [InlineData("browser_config", "cdp_url", "\"ws://x\"", "BrowserConfig")]
    [InlineData("crawler_config", "session_id", "\"s\"", "CrawlerRunConfig")]
    [InlineData("crawler_config", "js_only", "true", "CrawlerRunConfig")]
    [InlineData("crawler_config", "c4a_script", "\"GO x\"", "CrawlerRunConfig")]
    public void Field_ThatIsRefused_IsNamed(string config, string field, string value, string type)
    {
        var fields = $"{{\"{field}\":{value}}}";
        foreach (
            var written in new[]
            {
                fields,
                $"{{\"type\":\"{type}\",\"params\":{fields}}}",
                $"{{\"type\":\"dict\",\"value\":{fields}}}",
            }
        )
            Assert.Equal(
                $"Rejected request: field '{field}' is not permitted on {type} from an untrusted request",
                Refuse($"{{\"{config}\":{written}}}")
            );
    }

    [Theory]
    [InlineData("""{"extraction_strategy":{"type":"LLMExtractionStrategy","params":{}}}""", "LLMExtractionStrategy")]
    [InlineData("""{"extraction_strategy":{"type":"RegexExtractionStrategy","params":{}}}""", "not offered")]
    [InlineData("""{"js_code":"1"}""", "--allow-scripts")]
    [InlineData("""{"css_selector":"a["}""", "css_selector")]
    [InlineData("""{"wait_until":"later"}""", "wait_until")]
    [InlineData("""{"url_matcher":[]}""", "url_matcher")]
    public void Config_ThatCannotBeServed_IsRefused(string config, string part) =>
        Assert.Contains(part, Refuse($"{{\"crawler_config\":{config}}}"), StringComparison.Ordinal);

    [Fact]
    public void UnknownClass_Value_IsAbsent() =>
        Assert.Null(
            Read(
                """{"crawler_config":{"extraction_strategy":{"type":"json_css","params":{"schema":{}}},"css_selector":{"type":"X","params":{}}}}"""
            ).Settings.Extract.Schema
        );

    [Fact]
    public void Schema_NestedAndLists_BecomesOurs()
    {
        var schema = Read(
            """
            {"crawler_config":{"extraction_strategy":{"type":"JsonCssExtractionStrategy","params":{"schema":{"type":"dict","value":{
            "name":"Items","baseSelector":".item","baseFields":[{"name":"id","type":"attribute","attribute":"data-id"}],
            "fields":[{"type":"dict","value":{"name":"title","selector":"h2","type":"text","transform":"uppercase","default":"-"}},
            {"name":"tags","selector":".tag","type":"nested_list","fields":[{"name":"t","type":"text"}]},
            {"name":"price","selector":".p","type":"regex","pattern":"([0-9]+)"}]}}}}}}
            """
        ).Settings.Extract.Schema!;

        Assert.Equal((SelectorKind.Css, ".item"), (schema.Selectors, schema.BaseSelector));
        Assert.Equal(["id", "title", "tags", "price"], schema.Fields.Select(field => field.Name));
        Assert.Equal(FieldType.Attribute, schema.Fields[0].Type);
        Assert.Equal([FieldTransform.Upper], schema.Fields[1].Transform);
        Assert.Equal("-", schema.Fields[1].Default!.Value.GetString());
        Assert.Equal(FieldType.NestedList, schema.Fields[2].Type);
        Assert.Equal("t", Assert.Single(schema.Fields[2].Fields).Name);
    }

    [Fact]
    public void DeepCrawl_FiltersAndScorer_BecomeACrawl()
    {
        var task = Read(
            """
            {"crawler_config":{"deep_crawl_strategy":{"type":"BestFirstCrawlingStrategy","params":{"max_depth":2,"max_pages":5,
            "filter_chain":{"type":"FilterChain","params":{"filters":[
            {"type":"URLPatternFilter","params":{"patterns":["*docs*"]}},
            {"type":"DomainFilter","params":{"blocked_domains":["old.example"]}}]}},
            "url_scorer":{"type":"KeywordRelevanceScorer","params":{"keywords":["api"],"weight":0.7}}}}}}
            """
        );
        var request = task.Settings.ToCrawl([task.Pages[0].Url]);

        Assert.Equal((CrawlMode.Recursive, CrawlOrder.BestFirst), (request.Mode, request.Order));
        Assert.Equal((2, 5, ScopeKind.Domain), (request.MaxDepth, request.MaxPages, request.Scope));
        Assert.Equal(["**docs**"], request.Include);
        Assert.Contains("old", Assert.Single(request.Exclude), StringComparison.Ordinal);
        Assert.Equal(["api"], request.Keywords);
        Assert.Empty(CrawlRequestValidator.Validate(request));
    }

    [Fact]
    public void DeepCrawl_TwoUrls_IsRefused() =>
        Assert.Contains(
            "exactly one URL",
            Refuse(
                """{"urls":["a.example","b.example"],"crawler_config":{"deep_crawl_strategy":{"type":"BFSDeepCrawlStrategy","params":{"max_depth":1}}}}"""
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void CrawlerConfigs_Matchers_SelectTheSettings()
    {
        var pages = Read(
            """
            {"urls":["https://a.example/x.html","https://a.example/docs/1","https://b.example/"],
            "crawler_configs":[{"url_matcher":"*.html","css_selector":"main"},{"url_matcher":["*docs*","*guide*"],"css_selector":"article"}]}
            """
        ).Pages;

        Assert.Equal(["main"], pages[0].Settings!.Extract.Include);
        Assert.Equal(["article"], pages[1].Settings!.Extract.Include);
        Assert.Null(pages[2].Settings);
    }

    [Theory]
    [InlineData("""{"urls":[]}""")]
    [InlineData("""{"urls":[1]}""")]
    [InlineData("""{"urls":{}}""")]
    public async Task Urls_NotAList_IsUnprocessable(string body) => Assert.Equal(422, await StatusAsync(body));

    [Fact]
    public async Task Urls_101_IsUnprocessable() =>
        Assert.Equal(
            422,
            await StatusAsync(JsonSerializer.Serialize(new { urls = Enumerable.Repeat("https://a.example/", 101) }))
        );

    [Fact]
    public void Urls_OneText_WithoutScheme_GetsHttps() =>
        Assert.Equal("https://a.example/x", Assert.Single(Read("""{"urls":"a.example/x"}""").Pages).Url);
}
