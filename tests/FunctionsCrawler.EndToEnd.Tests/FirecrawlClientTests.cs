using System.Text.Json;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Firecrawl's own clients use <c>crawl serve</c>. Afterwards no browser and no process is left.</summary>
[Needs(Need.Judges)]
public sealed class FirecrawlClientTests : JudgeTest
{
    private const int Pages = 120;

    private static readonly string[] Sources = TreeSite.Paths(Pages);

    [Fact]
    [Needs(Need.Chromium)]
    public async Task JavaScriptClient_AllMethods_GetWhatFirecrawlAnswers()
    {
        NeedsChromium();
        await using var site = await StartSiteAsync();
        using var server = await ServeAsync(0);

        var results = await RunAsync("firecrawl.mjs", server.Server, site.Url, "all");

        var page = results.GetProperty("page");
        Assert.Contains("Page 1", page.GetProperty("markdown").GetString(), StringComparison.Ordinal);
        Assert.Contains("<h1>", page.GetProperty("html").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(0, page.GetProperty("links").GetArrayLength());
        Assert.StartsWith(
            "data:image/png;base64,",
            page.GetProperty("screenshot").GetString(),
            StringComparison.Ordinal
        );
        var picture = Assert.Single(results.GetProperty("steps").GetProperty("screenshots").EnumerateArray());
        Assert.StartsWith("data:image/png;base64,", picture.GetString(), StringComparison.Ordinal);
        Assert.Equal(404, results.GetProperty("missing").GetInt32());
        Assert.Equal(2, results.GetProperty("batch").GetProperty("sources").GetArrayLength());
        Assert.Equal(3, results.GetProperty("map").GetArrayLength());
        AssertEveryPageOnce(results.GetProperty("crawl"));
        Assert.Equal(0, results.GetProperty("errors").GetProperty("errors").GetArrayLength());
        var cancel = results.GetProperty("cancel");
        Assert.Contains(cancel.GetProperty("id").GetString(), Texts(cancel.GetProperty("active")));
        Assert.True(cancel.GetProperty("cancelled").GetBoolean());
        Assert.Equal("cancelled", cancel.GetProperty("status").GetString());
        Assert.Equal(1_000_000_000, results.GetProperty("credits").GetInt32());
        Assert.Contains("needs a model", results.GetProperty("refused").GetProperty("message").GetString());
        Assert.Equal(403, results.GetProperty("blocked").GetProperty("status").GetInt32());
        Assert.Equal("Job not found", results.GetProperty("unknown").GetProperty("message").GetString());
        Assert.Contains("Page 1", results.GetProperty("v1").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, results.GetProperty("v1crawl").GetArrayLength());
        foreach (var job in new[] { "batch", "crawl" })
        {
            var summary = await server.SummaryAsync(results.GetProperty(job).GetProperty("id").GetString()!);
            Assert.Equal(0, summary.Browsers.Residue);
        }
        var worker = (await server.GetAsync("api/health")).Json.GetProperty("worker");
        Assert.Equal(0, worker.GetProperty("processes").GetInt32());
    }

    [Fact]
    public async Task JavaScriptClient_ServerKilledDuringACrawl_GetsEveryPageOnceFromTheNextServer()
    {
        NeedsSignals();
        Place.MayLeaveFiles = true;
        await using var site = await StartSiteAsync();
        var isHeld = site.HoldAfter(60);
        // The client keeps its URL, so the second server needs the same port.
        using var port = new ReservedPort();
        var first = Start(port.Number);
        var url = await Workplace.ServeAsync(first);
        var running = RunAsync("firecrawl.mjs", url, site.Url, "crawl");
        await first.UntilAsync(isHeld, "60 requests");
        await first.KillAsync();
        site.Release();

        var second = Start(port.Number);
        Assert.Equal(url, await Workplace.ServeAsync(second));

        AssertEveryPageOnce((await running).GetProperty("crawl"));
        second.Signal(CrawlProcess.Terminate);
        (await second.ExitAsync()).Expect(0);
    }

    [Fact]
    public async Task McpServer_ScrapeMapAndCrawl_AnswerWithPages()
    {
        await using var site = await StartSiteAsync();
        using var server = await ServeAsync(0);

        var results = await RunAsync("firecrawl-mcp.mjs", server.Server, site.Url);

        Assert.Contains("Page 1", results.GetProperty("scrape").GetString(), StringComparison.Ordinal);
        Assert.Contains("links", results.GetProperty("map").GetString(), StringComparison.Ordinal);
        Assert.Contains("/p/", results.GetProperty("crawl").GetString(), StringComparison.Ordinal);
        var worker = (await server.GetAsync("api/health")).Json.GetProperty("worker");
        Assert.Equal(0, worker.GetProperty("processes").GetInt32());
    }

    // A tree of pages, and a start page that leads to some of them.
    private static Task<TestSite> StartSiteAsync() => TestSite.StartAsync(AnswerAsync);

    private static Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var isPage = int.TryParse(path.Split('/')[^1], out var n) && n < Pages;
        context.Response.StatusCode = isPage || path == "/" ? 200 : 404;
        context.Response.ContentType = "text/html; charset=utf-8";
        var links = Enumerable.Range((n * 3) + 1, 3).Append(n / 3).Where(to => to < Pages);
        var list = string.Concat(links.Select(to => $"<li><a href=\"/p/{to}\">Page {to}</a></li>"));
        return context.Response.WriteAsync($"<!doctype html><title>Page {n}</title><h1>Page {n}</h1><ul>{list}</ul>");
    }

    private static void AssertEveryPageOnce(JsonElement crawl)
    {
        Assert.Equal("completed", crawl.GetProperty("status").GetString());
        Assert.Equal(Pages, crawl.GetProperty("completed").GetInt32());
        Assert.Equal(
            Sources,
            Texts(crawl.GetProperty("sources")).Select(CrawlOutput.PathOf).Order(StringComparer.Ordinal)
        );
    }

    private static IEnumerable<string> Texts(JsonElement list) =>
        list.EnumerateArray().Select(item => item.GetString()!);
}
