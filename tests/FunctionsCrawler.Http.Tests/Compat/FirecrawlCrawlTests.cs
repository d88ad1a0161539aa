using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using FunctionsCrawler.Http.Access;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>POST /v2/crawl and what follows it, batches and maps.</summary>
public sealed class FirecrawlCrawlTests
{
    private static readonly (string Path, string Html)[] Docs =
    [
        ("/docs", Html("/docs/a", "/docs/b", "/blog", "/docs-old")),
        ("/docs/a", Html("/docs", "/docs/b?page=2", "/missing")),
        ("/docs/b", Html("/docs/a")),
        ("/blog", Html("/docs")),
        ("/docs-old", Html("/docs")),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Crawl_StartBelowTheRoot_StaysBelowItsPath()
    {
        await using var site = await CompatSite.StartAsync(Docs);
        await using var server = await CompatServer.StartAsync();

        var started = (await server.PostAsync("/v2/crawl", new { url = site.Url + "docs" })).Expect(200);
        var id = started.Text("id");
        var ended = (await server.EndAsync($"/v2/crawl/{id}")).Expect(200);

        Assert.Equal(7, Guid.Parse(id).Version);
        Assert.Equal(new Uri(server.Http.BaseAddress!, $"/v2/crawl/{id}").AbsoluteUri, started.Text("url"));
        Assert.Equal("completed", ended.Text("status"));
        Assert.Equal(
            ["docs", "docs/a", "docs/b", "docs/b"],
            Sources(ended).Select(s => s[site.Url.Length..].Split('?')[0])
        );
        Assert.Equal(ended.Json.GetProperty("total").GetInt32(), ended.Json.GetProperty("completed").GetInt32());
        Assert.False(ended.Json.TryGetProperty("next", out _));
        Assert.Equal(["markdown", "metadata"], ended.Json.GetProperty("data")[0].EnumerateObject().Select(p => p.Name));
    }

    [Theory]
    [InlineData("""{"crawlEntireDomain":true}""", 7)]
    [InlineData("""{"crawlEntireDomain":true,"limit":2}""", 2)]
    [InlineData("""{"crawlEntireDomain":true,"ignoreQueryParameters":true}""", 6)]
    [InlineData("""{"maxDiscoveryDepth":0}""", 1)]
    [InlineData("""{"maxDiscoveryDepth":1}""", 3)]
    [InlineData("""{"includePaths":["^/docs/a$"]}""", 1)]
    [InlineData("""{"includePaths":["/docs/"],"excludePaths":["b$"]}""", 1)]
    [InlineData("""{"includePaths":["[?]page="],"regexOnFullURL":true}""", 0)]
    public async Task Crawl_Limits_SelectThePages(string options, int count)
    {
        await using var site = await CompatSite.StartAsync(Docs);
        await using var server = await CompatServer.StartAsync();
        var body = $"{{\"url\":\"{site.Url}docs\",{options[1..]}";

        var id = (await server.PostAsync("/v2/crawl", body)).Expect(200).Text("id");
        var ended = await server.EndAsync($"/v2/crawl/{id}");

        Assert.Equal(count, Sources(ended).Count);
    }

    [Theory]
    [InlineData("include", 3)]
    [InlineData("skip", 2)]
    [InlineData("only", 2)]
    public async Task Crawl_Sitemap_IsReadAsAskedFor(string use, int count)
    {
        await using var site = await CompatSite.StartAsync(
            ("/", Html("/linked")),
            ("/linked", Html()),
            ("/listed", Html())
        );
        site.Add("/sitemap.xml", $"<urlset><url><loc>{site.Url}listed</loc></url></urlset>");
        await using var server = await CompatServer.StartAsync();

        var id = (await server.PostAsync("/v2/crawl", new { url = site.Url, sitemap = use })).Expect(200).Text("id");
        var ended = await server.EndAsync($"/v2/crawl/{id}");

        Assert.Equal(count, Sources(ended).Count);
    }

    [Theory]
    [InlineData("""{"includePaths":["(a"]}""", "includePaths[0]")]
    [InlineData("""{"includePaths":["(?=a)"]}""", "look-around")]
    [InlineData("""{"prompt":"all recipes"}""", "prompt")]
    [InlineData("""{"webhook":"https://a.example/"}""", "webhook")]
    [InlineData("""{"limit":0}""", "limit")]
    [InlineData("""{"scrapeOptions":{"formats":["json"]}}""", "scrapeOptions.formats[0]")]
    public async Task Crawl_RequestThatCannotBeServed_IsRefused(string options, string field)
    {
        await using var server = await CompatServer.StartAsync();

        var reply = await server.PostAsync("/v2/crawl", $"{{\"url\":\"https://a.example/\",{options[1..]}");

        Assert.Contains(field, reply.Expect(400).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crawl_250Pages_AreReadInThreePagesOnTheOriginAskedFor()
    {
        const int pages = 250;
        var paths = Enumerable.Range(1, pages - 1).Select(n => $"/p{n}").ToArray();
        await using var site = await CompatSite.StartAsync([
            ("/", Html(paths)),
            .. paths.Select(path => (path, Html())),
        ]);
        await using var server = await CompatServer.StartAsync();
        var id = (await server.PostAsync("/v2/crawl", new { url = site.Url })).Expect(200).Text("id");
        await server.EndAsync($"/v2/crawl/{id}");

        var proxied = await server.GetAsync($"/v2/crawl/{id}", "X-Forwarded-Proto: https");
        var (documents, fetches) = await server.ReadAllAsync($"/v2/crawl/{id}");
        var (small, smallFetches) = await server.ReadAllAsync($"/v2/crawl/{id}?skip=10&limit=90");

        Assert.StartsWith(
            $"https://{server.Http.BaseAddress!.Authority}/v2/crawl/{id}?skip=100&",
            proxied.Text("next")
        );
        Assert.Equal((pages, 3), (documents.Count, fetches));
        Assert.Equal(pages, documents.Select(Source).Distinct().Count());
        Assert.Equal((pages - 10, 3), (small.Count, smallFetches));
        Assert.Equal(Source(documents[10]), Source(small[0]));
    }

    [Fact]
    public async Task Crawl_TwelveMegabytes_AreSplit()
    {
        var text = string.Concat(Enumerable.Repeat("<p>" + new string('x', 1000) + "</p>", 3000));
        string[] paths = ["/a", "/b", "/c", "/d"];
        await using var site = await CompatSite.StartAsync([
            ("/", Html(paths)),
            .. paths.Select(path => (path, $"<title>{path}</title>{text}")),
        ]);
        await using var server = await CompatServer.StartAsync();
        var body = new { url = site.Url, scrapeOptions = new { formats = new[] { "rawHtml" } } };
        var id = (await server.PostAsync("/v2/crawl", body)).Expect(200).Text("id");
        await server.EndAsync($"/v2/crawl/{id}");

        var (documents, fetches) = await server.ReadAllAsync($"/v2/crawl/{id}");

        Assert.Equal((5, 2), (documents.Count, fetches));
    }

    [Fact]
    public async Task Crawl_WhileItRuns_IsActiveAndCanBeCancelledWithWhatIsDone()
    {
        await using var site = await CompatSite.StartAsync(("/", Html("/a")), ("/a", Html("/slow")));
        await using var server = await CompatServer.StartAsync();
        var id = (await server.PostAsync("/v2/crawl", new { url = site.Url })).Expect(200).Text("id");
        await site.Held.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        var running = (await server.GetAsync($"/v2/crawl/{id}")).Expect(200);
        var active = (await server.GetAsync("/v2/crawl/active")).Expect(200);
        var cancelled = (await server.DeleteAsync($"/v2/crawl/{id}")).Expect(200);
        var after = (await server.GetAsync($"/v2/crawl/{id}")).Expect(200);
        site.Release();
        Assert.Equal("cancelled", (await server.EndAsync($"/v2/crawl/{id}")).Text("status"));

        Assert.Equal("scraping", running.Text("status"));
        Assert.Equal([site.Url, site.Url + "a"], Sources(running));
        Assert.Equal(
            id,
            Assert.Single(active.Json.GetProperty("crawls").EnumerateArray()).GetProperty("id").GetString()
        );
        Assert.Equal("cancelled", cancelled.Text("status"));
        Assert.Equal("cancelled", after.Text("status"));
        Assert.Equal(2, Sources(after).Count);
        await Eventually(async () => (await server.DeleteAsync($"/v2/crawl/{id}")).Status == 409);
        Assert.Empty((await server.GetAsync("/v2/crawl/ongoing")).Json.GetProperty("crawls").EnumerateArray());
    }

    [Fact]
    public async Task Watcher_WithTheKeyAsSubprotocol_GetsEachDocumentAndTheEnd()
    {
        const string key = "0123456789abcdef";
        Assert.True(ApiKeys.TryParse(key, out var keys, out _));
        await using var site = await CompatSite.StartAsync(Docs);
        await using var server = await CompatServer.StartAsync(keys);
        server.Http.DefaultRequestHeaders.Add("Authorization", $"Bearer {key}");
        var id = (await server.PostAsync("/v2/crawl", new { url = site.Url + "docs" })).Expect(200).Text("id");
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(key);

        await socket.ConnectAsync(new Uri($"ws://{server.Http.BaseAddress!.Authority}/v2/crawl/{id}"), Cancellation);
        var messages = await ReadAsync(socket);

        Assert.Equal(key, socket.SubProtocol);
        var types = messages.ToLookup(m => m.GetProperty("type").GetString());
        Assert.Single(types["catchup"]);
        Assert.Equal(4, types["document"].Select(m => Source(m.GetProperty("data"))).Distinct().Count());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        Assert.Equal("completed", (await server.GetAsync($"/v2/crawl/{id}")).Text("status"));
    }

    [Fact]
    public async Task Watcher_WithoutKey_IsRefused()
    {
        Assert.True(ApiKeys.TryParse("0123456789abcdef", out var keys, out _));
        await using var server = await CompatServer.StartAsync(keys);
        using var socket = new ClientWebSocket();

        await Assert.ThrowsAsync<WebSocketException>(() =>
            socket.ConnectAsync(new Uri($"ws://{server.Http.BaseAddress!.Authority}/v2/crawl/1"), Cancellation)
        );
    }

    [Fact]
    public async Task Job_UnknownOrOfTheOtherKind_IsNotFound()
    {
        await using var site = await CompatSite.StartAsync(Docs);
        await using var server = await CompatServer.StartAsync();
        var id = (await server.PostAsync("/v2/crawl", new { url = site.Url + "docs" })).Text("id");

        Assert.Equal("Job not found", (await server.GetAsync($"/v2/crawl/{Guid.NewGuid()}")).Expect(404).Error);
        Assert.Equal("Job not found", (await server.GetAsync("/v2/crawl/No%20Id")).Expect(404).Error);
        (await server.DeleteAsync($"/v2/crawl/{Guid.NewGuid()}")).Expect(404);
        (await server.GetAsync($"/v2/batch/scrape/{id}")).Expect(404);
        (await server.GetAsync($"/v2/crawl/{id}?skip=-1")).Expect(400);
        await server.EndAsync($"/v1/crawl/{id}");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Errors_FailedAndDisallowedPages_AreListed(string method)
    {
        await using var site = await CompatSite.StartAsync(
            ("/robots.txt", "User-agent: *\nDisallow: /secret"),
            ("/", Html("/secret", "/picture.png"))
        );
        await using var server = await CompatServer.StartAsync();
        // Nothing listens on port 9 of loopback.
        site.Add("/", Html("/secret", "http://127.0.0.1:9/"));
        var id = (await server.PostAsync("/v2/crawl", new { url = site.Url, allowExternalLinks = true })).Text("id");
        var ended = await server.EndAsync($"/v2/crawl/{id}");

        var path = $"/v1/crawl/{id}/errors";
        var errors = (method == "GET" ? await server.GetAsync(path) : await server.DeleteAsync(path)).Expect(200).Json;

        Assert.Equal(
            [site.Url + "secret"],
            errors.GetProperty("robotsBlocked").EnumerateArray().Select(u => u.GetString())
        );
        var error = Assert.Single(errors.GetProperty("errors").EnumerateArray());
        Assert.Equal("SCRAPE_SITE_ERROR", error.GetProperty("code").GetString());
        Assert.Contains("robots.txt", ended.Text("warning"), StringComparison.Ordinal);
        Assert.Equal([site.Url], Sources(ended));
    }

    [Fact]
    public async Task Batch_SomeUrlsInvalid_VisitsTheOthersAndListsThem()
    {
        await using var site = await CompatSite.StartAsync(Docs);
        await using var server = await CompatServer.StartAsync();
        string[] urls = [site.Url + "docs", "not a url", site.Url + "blog"];

        var started = (await server.PostAsync("/v2/batch/scrape", new { urls, formats = new[] { "links" } })).Expect(
            200
        );
        var path = new Uri(started.Text("url")).AbsolutePath;
        var ended = await server.EndAsync(path);

        Assert.Equal(
            ["not a url"],
            started.Json.GetProperty("invalidURLs").EnumerateArray().Select(u => u.GetString())
        );
        Assert.StartsWith("/v2/batch/scrape/", path);
        Assert.Equal([site.Url + "blog", site.Url + "docs"], Sources(ended).Order(StringComparer.Ordinal));
        Assert.True(ended.Json.GetProperty("data")[0].TryGetProperty("links", out _));
    }

    [Theory]
    [InlineData("""{"urls":["not a url"]}""", "No valid URLs provided")]
    [InlineData("""{"urls":["https://a.example/","not a url"],"ignoreInvalidURLs":false}""", "not a url")]
    [InlineData("""{"urls":["https://a.example/"],"appendToId":"1"}""", "appendToId")]
    public async Task Batch_RequestThatCannotBeServed_IsRefused(string body, string sentence)
    {
        await using var server = await CompatServer.StartAsync();

        Assert.Contains(
            sentence,
            (await server.PostAsync("/v2/batch/scrape", body)).Expect(400).Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task IdempotencyKey_UsedAgain_IsTheSameJob()
    {
        await using var site = await CompatSite.StartAsync(Docs);
        await using var server = await CompatServer.StartAsync();
        var key = $"x-idempotency-key: {Guid.NewGuid()}";
        var body = new { url = site.Url + "docs" };

        var first = (await server.PostAsync("/v2/crawl", body, key)).Expect(200);
        var again = (await server.PostAsync("/v2/crawl", body, key)).Expect(200);
        var other = (await server.PostAsync("/v2/crawl", new { url = site.Url + "blog" }, key)).Expect(409);

        Assert.Equal(first.Text("id"), again.Text("id"));
        Assert.Equal("Idempotency key already used", other.Error);
        (await server.PostAsync("/v2/crawl", body, "x-idempotency-key: mine")).Expect(400);
        await server.EndAsync($"/v2/crawl/{first.Text("id")}");
    }

    [Fact]
    public async Task Map_SiteWithSitemaps_ListsUrlsOnce()
    {
        await using var site = await CompatSite.StartAsync(("/", Html("/linked?a=1", "/linked?a=2", "/docs/x")));
        site.Add("/sitemap.xml", $"<sitemapindex><sitemap><loc>{site.Url}two.xml</loc></sitemap></sitemapindex>");
        site.Add("/two.xml", $"<sitemapindex><sitemap><loc>{site.Url}three.xml</loc></sitemap></sitemapindex>");
        site.Add("/three.xml", $"<urlset><url><loc>{site.Url}listed</loc></url></urlset>");
        await using var server = await CompatServer.StartAsync();

        var all = (await server.PostAsync("/v2/map", new { url = site.Url })).Expect(200);
        var found = (await server.PostAsync("/v1/map", new { url = site.Url, search = "docs" })).Expect(200);
        var limited = (await server.PostAsync("/v2/map", new { url = site.Url, limit = 1 })).Expect(200);

        Assert.Equal(
            [site.Url + "listed", site.Url + "linked", site.Url + "docs/x"],
            all.Json.GetProperty("links").EnumerateArray().Select(l => l.GetProperty("url").GetString())
        );
        Assert.Equal(
            [site.Url + "docs/x"],
            found.Json.GetProperty("links").EnumerateArray().Select(l => l.GetString())
        );
        Assert.Equal(1, limited.Json.GetProperty("links").GetArrayLength());
        Assert.NotEmpty(limited.Text("warning"));
    }

    // Until the server closes.
    private static async Task<List<JsonElement>> ReadAsync(ClientWebSocket socket)
    {
        var messages = new List<JsonElement>();
        var buffer = new byte[1 << 20];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), Cancellation);
                length += part.Count;
            } while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation);
                return messages;
            }
            messages.Add(JsonElement.Parse(buffer.AsSpan(0, length)));
        }
    }

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(30), "it did not happen");
            await Task.Delay(30, Cancellation);
        }
    }

    private static List<string> Sources(CompatReply reply) =>
        [.. reply.Json.GetProperty("data").EnumerateArray().Select(Source)];

    private static string Source(JsonElement document) =>
        document.GetProperty("metadata").GetProperty("sourceURL").GetString()!;

    private static string Html(params string[] links) =>
        "<!doctype html><title>Page</title><h1>Page</h1><p>Some text that stands on the page.</p>"
        + string.Concat(
            links.Select(link =>
                string.Create(CultureInfo.InvariantCulture, $"<p><a href=\"{link}\">to {link}</a></p>")
            )
        );
}
