using System.Text.Json;
using static FunctionsCrawler.Http.Tests.Compat.Crawl4aiCrawlTests;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>POST /crawl/job and its alias: pages as stored crawls.</summary>
public sealed class Crawl4aiJobTests
{
    [Fact]
    public async Task Job_Pages_AreCompletedWithResults()
    {
        await using var site = await CompatSite.StartAsync(("/a", CompatSite.Html()), ("/b", CompatSite.Html()));
        await using var server = await CompatServer.StartAsync();
        string[] urls = [site.Url + "a", site.Url + "b", site.Url + "none"];

        var id = (await server.PostAsync("/crawl/job", new { urls })).Expect(202).Text("task_id");
        var ended = await EndAsync(server, $"/crawl/job/{id}");
        var alias = (await server.GetAsync($"/job/{id}")).Expect(200);

        Assert.Matches("^crawl_[0-9a-f]{16}$", id);
        Assert.Equal("completed", ended.Text("status"));
        Assert.Equal(urls, JsonElement.Parse(ended.Text("url")).EnumerateArray().Select(url => url.GetString()));
        Assert.Equal(
            $"/crawl/job/{id}",
            ended.Json.GetProperty("_links").GetProperty("self").GetProperty("href").GetString()
        );
        var results = ended.Json.GetProperty("result").GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(urls, results.Select(result => Text(result, "url")).Order(StringComparer.Ordinal));
        Assert.All(results, result => Assert.True(result.GetProperty("success").GetBoolean()));
        Assert.Equal(ended.Body, alias.Body);
    }

    [Fact]
    public async Task Job_Deep_HasDepths()
    {
        await using var site = await CompatSite.StartAsync(("/", CompatSite.Html("/a")), ("/a", CompatSite.Html()));
        await using var server = await CompatServer.StartAsync();
        var body = """
            {"urls":["SITE"],"crawler_config":{"deep_crawl_strategy":{"type":"DFSDeepCrawlStrategy","params":{"max_depth":1}}}}
            """.Replace("SITE", site.Url, StringComparison.Ordinal);

        var id = (await server.PostAsync("/crawl/job", body)).Expect(202).Text("task_id");
        var ended = await EndAsync(server, $"/crawl/job/{id}");

        Assert.Equal(
            [0, 1],
            ended
                .Json.GetProperty("result")
                .GetProperty("results")
                .EnumerateArray()
                .Select(result => result.GetProperty("metadata").GetProperty("depth").GetInt32())
        );
    }

    [Theory]
    [InlineData("""{"urls":["https://a.example/"],"webhook_config":{"webhook_url":"https://b.example/"}}""", 400)]
    [InlineData("""{"urls":["https://a.example/"],"crawler_config":{"exclude_external_links":true}}""", 400)]
    [InlineData("""{"urls":["raw:<p>a"]}""", 422)]
    [InlineData("""{"urls":["file:///etc/passwd"]}""", 400)]
    [InlineData("""{"urls":[]}""", 422)]
    [InlineData("""[]""", 422)]
    [InlineData("""{""", 422)]
    public async Task Job_RequestThatCannotBeServed_IsRefused(string body, int status)
    {
        await using var server = await CompatServer.StartAsync();

        (await server.PostAsync("/crawl/job", body)).Expect(status);
    }

    [Theory]
    [InlineData("crawl_0123456789abcdef")]
    [InlineData("crawl_x")]
    [InlineData("llm_1")]
    public async Task Job_Unknown_IsNotFound(string id)
    {
        await using var server = await CompatServer.StartAsync();

        Assert.Equal("Task not found", (await server.GetAsync($"/crawl/job/{id}")).Expect(404).Text("detail"));
    }

    private static async Task<CompatReply> EndAsync(CompatServer server, string path)
    {
        CompatReply? last = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                last = (await server.GetAsync(path)).Expect(200);
                return last.Text("status") != "processing";
            },
            "the end of the job"
        );
        return last!;
    }
}
