using System.Text.Json;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>crawl4ai's JavaScript client uses <c>crawl serve</c>. Afterwards no browser and no process is left.</summary>
[Needs(Need.Judges)]
public sealed class Crawl4aiClientTests : JudgeTest
{
    private const int Pages = 12;

    [Fact]
    [Needs(Need.Chromium)]
    public async Task JavaScriptClient_AllMethods_GetWhatCrawl4aiAnswers()
    {
        NeedsChromium();
        await using var site = await TestSite.StartAsync(AnswerAsync);
        using var server = await ServeAsync(0);

        var results = await RunAsync("crawl4ai.mjs", server.Server, site.Url);

        Assert.StartsWith("0.9.", results.GetProperty("version").GetString(), StringComparison.Ordinal);
        var page = results.GetProperty("page");
        Assert.True(page.GetProperty("success").GetBoolean());
        Assert.Contains("Page 1", page.GetProperty("markdown").GetString(), StringComparison.Ordinal);
        Assert.Contains(site.Url + "p/4", Texts(page.GetProperty("links")));
        Assert.Equal("iVBORw0KGgoA", page.GetProperty("screenshot").GetString());
        var lines = results.GetProperty("stream").EnumerateArray().ToList();
        Assert.Equal(
            [site.Url + "missing", site.Url + "p/1", site.Url + "p/2"],
            lines[..^1].Select(line => line.GetProperty("url").GetString()).Order(StringComparer.Ordinal)
        );
        Assert.Equal("completed", lines[^1].GetProperty("status").GetString());
        Assert.Contains("Page 1", results.GetProperty("markdown").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("<body", results.GetProperty("html").GetString(), StringComparison.Ordinal);
        Assert.Equal("iVBORw0KGgoA", results.GetProperty("screenshot").GetString());
        Assert.Equal("JVBERi0x", results.GetProperty("pdf").GetString());
        Assert.Equal(["BrowserConfig", "CrawlerRunConfig"], Texts(results.GetProperty("schema")));
        Assert.Equal("bearer", results.GetProperty("token").GetString());
        Assert.Equal(JsonValueKind.Object, results.GetProperty("dump").ValueKind);
        Assert.Equal(400, results.GetProperty("refused").GetProperty("status").GetInt32());
        Assert.Equal(403, results.GetProperty("scripts").GetProperty("status").GetInt32());
        Assert.Equal(400, results.GetProperty("blocked").GetProperty("status").GetInt32());
        var job = results.GetProperty("job");
        Assert.Equal("completed", job.GetProperty("status").GetString());
        Assert.Equal(5, Texts(job.GetProperty("urls")).Distinct().Count());
        var id = job.GetProperty("id").GetString()!.Replace("crawl_", "c4-", StringComparison.Ordinal);
        Assert.Equal(0, (await server.SummaryAsync(id)).Browsers.Residue);
        var worker = (await server.GetAsync("api/health")).Json.GetProperty("worker");
        Assert.Equal(0, worker.GetProperty("processes").GetInt32());
    }

    // A tree of pages.
    private static Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var isPage = int.TryParse(path.Split('/')[^1], out var n) && n < Pages;
        context.Response.StatusCode = isPage ? 200 : 404;
        context.Response.ContentType = "text/html; charset=utf-8";
        var links = Enumerable.Range((n * 3) + 1, 3).Where(to => to < Pages);
        var list = string.Concat(links.Select(to => $"<li><a href=\"/p/{to}\">Page {to}</a></li>"));
        return context.Response.WriteAsync(
            $"<!doctype html><title>Page {n}</title><body><h1>Page {n}</h1><ul>{list}</ul>"
        );
    }

    private static IEnumerable<string> Texts(JsonElement list) =>
        list.EnumerateArray().Select(item => item.GetString()!);
}
