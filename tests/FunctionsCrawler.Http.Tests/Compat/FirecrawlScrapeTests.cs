using System.Text.Json;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>POST /v2/scrape and /v1/scrape.</summary>
public sealed class FirecrawlScrapeTests
{
    private const string Page = """
        <!doctype html><html lang="en"><head><title>Tea</title>
        <meta name="description" content="All about tea"><meta property="og:title" content="Tea, the drink">
        <meta name="keywords" content="tea, green"><meta name="keywords" content="black"></head>
        <body><nav><a href="/nav">Navigation</a></nav>
        <main><h1>Tea</h1><p>Green tea is made of leaves that were not oxidised, and it is drunk in many places.</p>
        <p>Black tea is oxidised, which changes its taste. <a href="/black">Black tea</a> keeps for years.</p>
        <div class="promo-ads"><p>Buy tea now</p></div><img src="/leaf.png" alt="Leaf"></main>
        <footer>Imprint</footer></body></html>
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Scrape_NoFormats_OnlyMarkdownOfTheMainContent(string version)
    {
        await using var site = await CompatSite.StartAsync(("/tea", Page));
        await using var server = await CompatServer.StartAsync();

        var reply = (
            await server.PostAsync($"/{version}/scrape", new { url = site.Url + "tea", origin = "js-sdk@4.42.0" })
        ).Expect(200);

        Assert.True(reply.Json.GetProperty("success").GetBoolean());
        var data = reply.Json.GetProperty("data");
        Assert.Equal(["markdown", "metadata"], data.EnumerateObject().Select(p => p.Name));
        var markdown = data.GetProperty("markdown").GetString()!;
        Assert.Contains("Green tea", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("Navigation", markdown, StringComparison.Ordinal);
        var metadata = data.GetProperty("metadata");
        Assert.Equal("Tea", metadata.GetProperty("title").GetString());
        Assert.Equal("Tea, the drink", metadata.GetProperty("ogTitle").GetString());
        Assert.Equal(
            ["tea, green", "black"],
            metadata.GetProperty("keywords").EnumerateArray().Select(k => k.GetString())
        );
        Assert.Equal(200, metadata.GetProperty("statusCode").GetInt32());
        Assert.Equal(site.Url + "tea", metadata.GetProperty("sourceURL").GetString());
        Assert.True(Guid.TryParse(metadata.GetProperty("scrapeId").GetString(), out _));
    }

    [Fact]
    public async Task Scrape_AllFormatsAsTextAndObject_ArePresent()
    {
        await using var site = await CompatSite.StartAsync(("/tea", Page));
        await using var server = await CompatServer.StartAsync();

        var reply = await server.PostAsync(
            "/v2/scrape",
            new
            {
                url = site.Host + "/tea",
                onlyMainContent = true,
                excludeTags = new[] { "*ads*" },
                formats = new object[]
                {
                    "markdown",
                    new { type = "html" },
                    "rawHtml",
                    "links",
                    "images",
                    new
                    {
                        type = "attributes",
                        selectors = new object[]
                        {
                            new { selector = "a", attribute = "href" },
                            new { selector = "b", attribute = "id" },
                        },
                    },
                },
            }
        );

        var data = reply.Expect(200).Json.GetProperty("data");
        Assert.DoesNotContain("Buy tea", data.GetProperty("markdown").GetString(), StringComparison.Ordinal);
        var html = data.GetProperty("html").GetString()!;
        Assert.Contains("<h1>Tea</h1>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Navigation", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Buy tea", html, StringComparison.Ordinal);
        Assert.Contains("Buy tea", data.GetProperty("rawHtml").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            [site.Url + "nav", site.Url + "black"],
            data.GetProperty("links").EnumerateArray().Select(l => l.GetString())
        );
        Assert.Equal([site.Url + "leaf.png"], data.GetProperty("images").EnumerateArray().Select(l => l.GetString()));
        var attributes = data.GetProperty("attributes").EnumerateArray().ToList();
        Assert.Equal("a", attributes[0].GetProperty("selector").GetString());
        Assert.Equal(2, attributes[0].GetProperty("values").GetArrayLength());
        Assert.Equal(0, attributes[1].GetProperty("values").GetArrayLength());
    }

    [Fact]
    public async Task Scrape_OnlyMainContentFalse_IsTheWholePage()
    {
        await using var site = await CompatSite.StartAsync(("/tea", Page));
        await using var server = await CompatServer.StartAsync();

        var reply = await server.PostAsync(
            "/v2/scrape",
            new
            {
                url = site.Url + "tea",
                onlyMainContent = false,
                formats = new[] { "markdown", "html" },
            }
        );

        var data = reply.Expect(200).Json.GetProperty("data");
        Assert.Contains("Navigation", data.GetProperty("markdown").GetString(), StringComparison.Ordinal);
        Assert.Contains("Imprint", data.GetProperty("html").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_NotFound_IsADocumentWithItsStatus()
    {
        await using var site = await CompatSite.StartAsync();
        await using var server = await CompatServer.StartAsync();

        var data = (await server.PostAsync("/v2/scrape", new { url = site.Url + "missing" }))
            .Expect(200)
            .Json.GetProperty("data");

        Assert.Equal(404, data.GetProperty("metadata").GetProperty("statusCode").GetInt32());
        Assert.Contains("Not here", data.GetProperty("markdown").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_UnknownFields_AreNamedInTheWarning()
    {
        await using var site = await CompatSite.StartAsync(("/tea", Page));
        await using var server = await CompatServer.StartAsync();

        var reply = await server.PostAsync(
            "/v2/scrape",
            new
            {
                url = site.Url + "tea",
                newOption = 1,
                mobileX = true,
            }
        );

        Assert.Contains(
            "newOption, mobileX",
            reply.Expect(200).Json.GetProperty("data").GetProperty("warning").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Scrape_UnknownHost_Is200WithoutSuccess()
    {
        var options = new CrawlerOptions { Resolve = (_, _) => throw new System.Net.Sockets.SocketException(11001) };
        await using var server = await CompatServer.StartAsync(options: options);

        var reply = (await server.PostAsync("/v2/scrape", new { url = "https://gone.example/" })).Expect(200);

        Assert.False(reply.Json.GetProperty("success").GetBoolean());
        Assert.Equal("SCRAPE_DNS_RESOLUTION_ERROR", reply.Text("code"));
    }

    [Fact]
    public async Task Scrape_BlockedAddress_IsForbidden()
    {
        await using var server = await CompatServer.StartAsync();

        var reply = (await server.PostAsync("/v2/scrape", new { url = "http://169.254.169.254/" })).Expect(403);

        Assert.Equal("UNSUPPORTED_SITE", reply.Text("code"));
    }

    [Fact]
    public async Task Scrape_DisallowedByRobots_IsForbidden()
    {
        await using var site = await CompatSite.StartAsync(
            ("/robots.txt", "User-agent: *\nDisallow: /tea"),
            ("/tea", Page)
        );
        await using var server = await CompatServer.StartAsync();

        var reply = (await server.PostAsync("/v2/scrape", new { url = site.Url + "tea" })).Expect(403);

        Assert.Contains("robots.txt", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_NoAnswerInTime_IsARequestTimeout()
    {
        await using var site = await CompatSite.StartAsync();
        await using var server = await CompatServer.StartAsync();

        var reply = (await server.PostAsync("/v2/scrape", new { url = site.Url + "slow", timeout = 1000 })).Expect(408);

        Assert.Equal("SCRAPE_TIMEOUT", reply.Text("code"));
    }

    [Fact]
    public async Task Scrape_ClientDisconnects_VisitIsCancelled()
    {
        await using var site = await CompatSite.StartAsync();
        await using var server = await CompatServer.StartAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var body = new StringContent(
            JsonSerializer.Serialize(new { url = site.Url + "slow" }),
            System.Text.Encoding.UTF8,
            "application/json"
        );

        var scraping = server.Http.PostAsync(new Uri("/v2/scrape", UriKind.Relative), body, leaving.Token);
        await site.Held.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await leaving.CancelAsync();

        await site.Left.Task.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scraping);
    }
}
