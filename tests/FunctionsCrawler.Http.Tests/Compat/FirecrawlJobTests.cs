using static FunctionsCrawler.Http.Tests.Compat.CompatSite;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>Crawls and batches as jobs: cancelled, listed, failed, started again.</summary>
public sealed class FirecrawlJobTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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
        Assert.Equal([site.Url, site.Url + "a"], SourcesOf(running));
        Assert.Equal(
            id,
            Assert.Single(active.Json.GetProperty("crawls").EnumerateArray()).GetProperty("id").GetString()
        );
        Assert.Equal("cancelled", cancelled.Text("status"));
        Assert.Equal("cancelled", after.Text("status"));
        Assert.Equal(2, SourcesOf(after).Count);
        await Eventually.IsTrueAsync(
            async () => (await server.DeleteAsync($"/v2/crawl/{id}")).Status == 409,
            "the end of the crawl"
        );
        Assert.Empty((await server.GetAsync("/v2/crawl/ongoing")).Json.GetProperty("crawls").EnumerateArray());
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
        Assert.Equal([site.Url], SourcesOf(ended));
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
        Assert.Equal([site.Url + "blog", site.Url + "docs"], SourcesOf(ended).Order(StringComparer.Ordinal));
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
}
