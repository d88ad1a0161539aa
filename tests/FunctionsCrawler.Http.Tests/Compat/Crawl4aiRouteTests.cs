using System.Net.Http.Json;
using System.Text.Json;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Http.Compat.Crawl4ai;
using Microsoft.AspNetCore.Http;
using static FunctionsCrawler.Http.Tests.Compat.Crawl4aiCrawlTests;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>Streams, single pages and the server itself.</summary>
public sealed class Crawl4aiRouteTests
{
    private const string Key = "0123456789abcdef";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_Pages_AreLinesAndTheLastOneHasNoLineFeed()
    {
        await using var site = await CompatSite.StartAsync(("/a", CompatSite.Html()));
        await using var server = await CompatServer.StartAsync();
        using var content = JsonContent.Create(new { urls = new[] { site.Url + "a", "http://127.0.0.1:1/" } });

        using var response = await server.Http.PostAsync("/crawl/stream", content, Cancellation);
        var lines = (await response.Content.ReadAsStringAsync(Cancellation)).Split('\n');

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(["active"], response.Headers.GetValues("X-Stream-Status"));
        Assert.Equal("""{"status":"completed"}""", lines[^1]);
        var results = lines[..^1].Where(line => line.Length > 0).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(2, results.Count);
        Assert.Single(results, result => result.GetProperty("success").GetBoolean());
        Assert.All(results, result => Assert.True(result.GetProperty("server_memory_mb").GetDouble() > 0));
    }

    [Fact]
    public async Task Stream_ClientGone_EndsTheVisit()
    {
        await using var site = await CompatSite.StartAsync();
        await using var server = await CompatServer.StartAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var content = JsonContent.Create(
            new { urls = new[] { site.Url + "slow" }, crawler_config = new { stream = true } }
        );
        var posting = server.Http.PostAsync("/crawl", content, leaving.Token);
        await site.Held.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posting);
        await site.Left.Task.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
    }

    [Fact]
    public async Task Stream_NothingComes_SendsBlankLines()
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Response.Body = body;

        var sending = new ResultStream(WaitAsync(), TimeSpan.FromMilliseconds(20), TimeProvider.System).ExecuteAsync(
            context
        );
        await Eventually.IsTrueAsync(() => body.Length >= 2, "two blank lines");
        released.SetResult();
        await sending;

        Assert.Matches("^\n\n+[{]\"status\":\"completed\"[}]$", System.Text.Encoding.UTF8.GetString(body.ToArray()));

        async IAsyncEnumerable<PageResult> WaitAsync()
        {
            await released.Task;
            yield break;
        }
    }

    [Fact]
    public async Task Markdown_Filters_SelectTheText()
    {
        await using var site = await CompatSite.StartAsync(
            ("/a", "<!doctype html><title>A</title><h1>A</h1><p>Apples are red and sweet.</p><p>Cars need fuel.</p>")
        );
        await using var server = await CompatServer.StartAsync();

        var fit = (await server.PostAsync("/md", new { url = site.Url + "a" })).Expect(200);
        var raw = (await server.PostAsync("/md", new { url = site.Url + "a", f = "raw" })).Expect(200);
        var bm25 = (
            await server.PostAsync(
                "/md",
                new
                {
                    url = site.Url + "a",
                    f = "bm25",
                    q = "apples",
                }
            )
        ).Expect(200);
        (await server.PostAsync("/md", new { url = site.Url + "a", f = "llm" })).Expect(400);
        (await server.PostAsync("/md", new { url = site.Url + "a", f = "best" })).Expect(422);
        (await server.PostAsync("/md", new { url = "ftp://a.example/" })).Expect(400);
        (await server.PostAsync("/md", new { url = "http://127.0.0.1:1/" })).Expect(502);

        Assert.Equal(
            ["url", "filter", "query", "cache", "markdown", "success"],
            fit.Json.EnumerateObject().Select(field => field.Name)
        );
        Assert.Contains("Apples", fit.Text("markdown"), StringComparison.Ordinal);
        Assert.Contains("Cars", raw.Text("markdown"), StringComparison.Ordinal);
        Assert.DoesNotContain("Cars", bm25.Text("markdown"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Html_Page_IsTheBodyWithoutScripts()
    {
        await using var server = await CompatServer.StartAsync();

        var reply = await server.PostAsync(
            "/html",
            new
            {
                url = "raw:<head><title>T</title></head><body class=a><script>x</script><!-- c --><p class=b>P</p></body>",
            }
        );

        Assert.Equal("<body class=a><p class=b>P</p></body>", reply.Expect(200).Text("html"));
    }

    [Fact]
    public async Task Server_Routes_AnswerAsClientsExpect()
    {
        await using var server = await CompatServer.StartAsync();

        var health = (await server.GetAsync("/health")).Expect(200);
        var schema = (await server.GetAsync("/schema")).Expect(200);
        var dump = await server.PostAsync(
            "/config/dump",
            """{"type":"CrawlerRunConfig","params":{"page_timeout":5}}"""
        );
        (await server.PostAsync("/config/dump", """{"code":"CrawlerRunConfig()"}""")).Expect(400);
        (await server.PostAsync("/config/dump", """{"type":"BrowserConfig","params":{"proxy":"x"}}""")).Expect(400);
        (await server.GetAsync("/hooks/info")).Expect(200);
        (await server.GetAsync("/monitor/health")).Expect(200);
        var stats = (await server.GetAsync("/monitor/endpoints/stats")).Expect(200);
        (await server.GetAsync("/monitor/browsers")).Expect(404);
        (await server.GetAsync("/llm/a.example?q=x")).Expect(501);
        (await server.GetAsync("/ask")).Expect(404);
        (await server.GetAsync("/crawl")).Expect(405);
        (await server.GetAsync("/artifacts/0123")).Expect(404);
        (await server.PostAsync("/execute_js", new { url = "https://a.example/", scripts = new[] { "1" } })).Expect(
            403
        );
        (await server.PostAsync("/crawl", new { urls = new[] { "https://a.example/" }, hooks = new { } })).Expect(403);

        Assert.StartsWith("0.9.", health.Text("version"), StringComparison.Ordinal);
        Assert.Equal("CrawlerRunConfig", schema.Json.GetProperty("crawler").GetProperty("type").GetString());
        Assert.Equal(5, dump.Expect(200).Json.GetProperty("params").GetProperty("page_timeout").GetInt32());
        Assert.Equal(1, stats.Json.GetProperty("/health").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Keys_AllButHealthAndToken_NeedOne()
    {
        Assert.True(ApiKeys.TryParse(Key, out var keys, out _));
        await using var server = await CompatServer.StartAsync(keys);

        (await server.GetAsync("/health")).Expect(200);
        var refused = (await server.GetAsync("/schema")).Expect(401);
        (await server.PostAsync("/token", new { email = "a@b.example" })).Expect(401);
        (await server.PostAsync("/token", new { email = "a@b.example", api_token = "wrong" })).Expect(401);
        (await server.PostAsync("/token", new { email = "nobody" })).Expect(422);
        var token = (await server.PostAsync("/token", new { email = "a@b.example", api_token = Key })).Expect(200);
        (await server.GetAsync("/schema", $"Authorization: bearer {token.Text("access_token")}")).Expect(200);

        Assert.Equal("Authentication required", refused.Text("detail"));
        Assert.Equal("bearer", token.Text("token_type"));
    }

    [Fact]
    public void Artifacts_TooManyOrTooOld_AreGone()
    {
        var time = new Clock();
        var cache = new ArtifactCache(time);

        var first = cache.Add(new byte[20 << 20], "image/png");
        var second = cache.Add(new byte[20 << 20], "image/png");
        var large = cache.Add(new byte[40 << 20], "image/png");
        var third = cache.Add([1], "application/pdf");

        Assert.Null(cache.Find(first));
        Assert.Null(cache.Find(second));
        Assert.Null(cache.Find(large));
        Assert.Equal("application/pdf", cache.Find(third)!.Value.ContentType);
        time.Passed = TimeSpan.FromMinutes(61);
        Assert.Null(cache.Find(third));
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Passed;
    }
}
