using System.Globalization;
using System.Text.Json;
using FunctionsCrawler.Hosting;
using static FunctionsCrawler.Http.Tests.Compat.CompatSite;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>POST /crawl: what clients read of the results.</summary>
public sealed class Crawl4aiCrawlTests
{
    private static readonly string[] Keys =
    [
        "url",
        "html",
        "fit_html",
        "success",
        "cleaned_html",
        "media",
        "links",
        "downloaded_files",
        "js_execution_result",
        "screenshot",
        "pdf",
        "mhtml",
        "extracted_content",
        "metadata",
        "error_message",
        "session_id",
        "response_headers",
        "status_code",
        "ssl_certificate",
        "dispatch_result",
        "redirected_url",
        "redirected_status_code",
        "network_requests",
        "console_messages",
        "tables",
        "head_fingerprint",
        "cached_at",
        "cache_status",
        "crawl_stats",
        "markdown",
    ];

    [Fact]
    public async Task Crawl_OnePage_HasExactlyTheFieldsOfAResult()
    {
        await using var site = await StartAsync(
            (
                "/a",
                """
                <!doctype html><title>A</title><meta name="keywords" content="k"><meta property="og:title" content="O">
                <h1>A</h1><p>See <a href="/b">B</a>, <a href="https://x.example/">X</a> and <a href="/b">B</a> again.</p>
                <table><tr><th>h<tr><td>c</table>
                """
            )
        );
        await using var server = await CompatServer.StartAsync();

        var reply = (await server.PostAsync("/crawl", new { urls = new[] { site.Url + "a" } })).Expect(200);

        Assert.True(reply.Json.GetProperty("success").GetBoolean());
        Assert.True(reply.Json.GetProperty("server_processing_time_s").GetDouble() > 0);
        var result = Assert.Single(reply.Json.GetProperty("results").EnumerateArray());
        Assert.Equal(Keys, result.EnumerateObject().Select(field => field.Name));
        Assert.Equal(site.Url + "a", result.GetProperty("url").GetString());
        Assert.Equal(200, result.GetProperty("status_code").GetInt32());
        Assert.Contains("<title>A</title>", result.GetProperty("html").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("dispatch_result").ValueKind);
        var metadata = result.GetProperty("metadata");
        Assert.Equal(
            ("A", "k", "O"),
            (Text(metadata, "title"), Text(metadata, "keywords"), Text(metadata, "og:title"))
        );
        Assert.Equal(JsonValueKind.Null, metadata.GetProperty("author").ValueKind);
        Assert.Equal([site.Url + "b"], HrefsOf(result, "internal"));
        Assert.Equal(["https://x.example/"], HrefsOf(result, "external"));
        var markdown = result.GetProperty("markdown");
        Assert.Contains(
            "See B⟨1⟩, X⟨2⟩ and B⟨1⟩ again.",
            Text(markdown, "markdown_with_citations"),
            StringComparison.Ordinal
        );
        Assert.Equal(
            $"\n\n## References\n\n⟨1⟩ {site.Url}b: B\n⟨2⟩ https://x.example/: X\n",
            Text(markdown, "references_markdown")
        );
        Assert.Equal("", Text(markdown, "fit_markdown"));
    }

    [Fact]
    public async Task Crawl_SeveralPages_AreInTheOrderOfTheRequest()
    {
        await using var site = await StartAsync(("/a", Html()), ("/b", Html()));
        await using var server = await CompatServer.StartAsync();
        string[] urls = [site.Url + "b", site.Url + "none", "raw:<h1>Inline</h1>", site.Url + "a"];

        var reply = (await server.PostAsync("/crawl", new { urls })).Expect(200);

        var results = reply.Json.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(urls, results.Select(result => Text(result, "url")));
        Assert.All(results, result => Assert.True(result.GetProperty("success").GetBoolean()));
        Assert.Equal(404, results[1].GetProperty("status_code").GetInt32());
        Assert.Contains("Not here", Text(results[1].GetProperty("markdown"), "raw_markdown"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, results[0].GetProperty("dispatch_result").ValueKind);
    }

    [Fact]
    public async Task Crawl_AllFailed_Is500WithTheReasonAndOneFailedIsNot()
    {
        await using var site = await StartAsync(("/a", Html()));
        await using var server = await CompatServer.StartAsync();
        const string Gone = "http://127.0.0.1:1/";

        var all = (await server.PostAsync("/crawl", new { urls = new[] { Gone } })).Expect(500);
        var one = (await server.PostAsync("/crawl", new { urls = new[] { Gone, site.Url + "a" } })).Expect(200);

        Assert.StartsWith("Crawl request failed: ", all.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(12, all.Text("correlation_id").Length);
        var failed = one.Json.GetProperty("results")[0];
        Assert.False(failed.GetProperty("success").GetBoolean());
        Assert.Equal("", Text(failed, "html"));
        Assert.NotEqual("", Text(failed, "error_message"));
        Assert.Equal(JsonValueKind.Null, failed.GetProperty("status_code").ValueKind);
        Assert.False(failed.TryGetProperty("markdown", out _));
        Assert.False(failed.TryGetProperty("error", out _));
    }

    [Fact]
    public async Task Crawl_RobotsDisallow_IsAResultThatFailed()
    {
        await using var site = await StartAsync(
            ("/a", Html()),
            ("/robots.txt", "User-agent: *\nDisallow: /a"),
            ("/b", Html())
        );
        await using var server = await CompatServer.StartAsync();

        var reply = (await server.PostAsync("/crawl", new { urls = new[] { site.Url + "a", site.Url + "b" } })).Expect(
            200
        );

        var result = reply.Json.GetProperty("results")[0];
        Assert.Equal("Access denied by robots.txt", Text(result, "error_message"));
        Assert.Equal(403, result.GetProperty("status_code").GetInt32());
        Assert.Equal("Blocked by robots.txt", Text(result.GetProperty("response_headers"), "X-Robots-Status"));
    }

    [Fact]
    public async Task Crawl_MainContentAndSchema_FillTheirFields()
    {
        var words = string.Concat(
            Enumerable.Range(0, 60).Select(n => string.Create(CultureInfo.InvariantCulture, $"word{n} "))
        );
        await using var site = await StartAsync(
            (
                "/a",
                $"<!doctype html><title>A</title><nav><a href='/x'>Menu</a></nav><main><h1>A</h1><p class=i id=n>{words}</p><p>{words}</p></main>"
            )
        );
        await using var server = await CompatServer.StartAsync();
        var body = """
            {"urls":["SITEa"],"crawler_config":{"type":"CrawlerRunConfig","params":{
            "exclude_internal_links":true,
            "markdown_generator":{"type":"DefaultMarkdownGenerator","params":{"content_filter":{"type":"PruningContentFilter","params":{"threshold":0.5}}}},
            "extraction_strategy":{"type":"JsonCssExtractionStrategy","params":{"schema":{"baseSelector":".i","fields":[{"name":"id","type":"attribute","attribute":"id"},{"name":"none","selector":"b","type":"text"}]}}}}}}
            """.Replace("SITE", site.Url, StringComparison.Ordinal);

        var result = (await server.PostAsync("/crawl", body)).Expect(200).Json.GetProperty("results")[0];

        var markdown = result.GetProperty("markdown");
        var (raw, fit) = (Text(markdown, "raw_markdown"), Text(markdown, "fit_markdown"));
        Assert.Contains("word59", fit, StringComparison.Ordinal);
        Assert.True(fit.Length <= raw.Length);
        Assert.DoesNotContain("Menu", fit, StringComparison.Ordinal);
        Assert.NotEqual("", Text(markdown, "fit_html"));
        Assert.Empty(HrefsOf(result, "internal"));
        var item = Assert.Single(JsonElement.Parse(Text(result, "extracted_content")).EnumerateArray());
        Assert.Equal("n", Text(item, "id"));
        Assert.False(item.TryGetProperty("none", out _));
    }

    [Fact]
    public async Task Crawl_RawPage_HasTheLinksOfItsBase()
    {
        await using var server = await CompatServer.StartAsync();
        const string Page = "raw:<title>T</title><h1>Raw</h1><a href='/x'>X</a>";

        var bare = (await server.PostAsync("/crawl", new { urls = Page })).Expect(200);
        var based = (
            await server.PostAsync(
                "/crawl",
                new { urls = Page, crawler_config = new { base_url = "https://b.example/c/" } }
            )
        ).Expect(200);
        var rendered = await server.PostAsync(
            "/crawl",
            new { urls = Page, crawler_config = new { screenshot = true } }
        );

        Assert.Equal(Page, Text(bare.Json.GetProperty("results")[0], "url"));
        Assert.Empty(HrefsOf(bare.Json.GetProperty("results")[0], "internal"));
        Assert.Equal(["https://b.example/x"], HrefsOf(based.Json.GetProperty("results")[0], "internal"));
        Assert.Contains("screenshot", rendered.Expect(400).Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/crawl")]
    [InlineData("/crawl/stream")]
    [InlineData("/crawl/job")]
    public async Task Crawl_PrivateAddress_IsRefusedBeforeAnyVisit(string path)
    {
        await using var site = await StartAsync(("/a", Html()));
        await using var server = await CompatServer.StartAsync(options: new CrawlerOptions());

        var reply = await server.PostAsync(path, new { urls = new[] { "https://a.invalid/", site.Url + "slow" } });

        Assert.Equal("URL blocked (SSRF protection): URL blocked", reply.Expect(400).Text("detail"));
        Assert.False(site.Held.IsCompleted);
    }

    internal static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static Task<CompatSite> StartAsync(params (string Path, string Html)[] pages) =>
        CompatSite.StartAsync(pages);

    private static IEnumerable<string> HrefsOf(JsonElement result, string kind) =>
        result.GetProperty("links").GetProperty(kind).EnumerateArray().Select(link => Text(link, "href"));
}
