using static FunctionsCrawler.Http.Tests.Compat.CompatSite;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>POST /v2/crawl: which pages are crawled, and how their documents are read.</summary>
public sealed class FirecrawlCrawlTests
{
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
            SourcesOf(ended).Select(s => s[site.Url.Length..].Split('?')[0])
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

        Assert.Equal(count, SourcesOf(ended).Count);
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

        Assert.Equal(count, SourcesOf(ended).Count);
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
        Assert.Equal(pages, documents.Select(SourceOf).Distinct().Count());
        Assert.Equal((pages - 10, 3), (small.Count, smallFetches));
        Assert.Equal(SourceOf(documents[10]), SourceOf(small[0]));
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
}
