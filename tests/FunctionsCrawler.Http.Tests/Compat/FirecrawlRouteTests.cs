using FunctionsCrawler.Http.Access;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>Keys, unknown routes and what clients ask about their account.</summary>
public sealed class FirecrawlRouteTests
{
    [Fact]
    public async Task Requests_WithoutAndWithWrongKey_AreRefusedInFirecrawlsForm()
    {
        Assert.True(ApiKeys.TryParse("0123456789abcdef", out var keys, out _));
        await using var server = await CompatServer.StartAsync(keys);

        var missing = (await server.GetAsync("/v2/crawl/active")).Expect(401);
        var wrong = (await server.GetAsync("/v2/crawl/active", "Authorization: Bearer fc-wrong")).Expect(401);
        var valid = await server.GetAsync("/v2/crawl/active", "Authorization: Bearer 0123456789abcdef");

        Assert.Equal("Unauthorized: Token missing", missing.Error);
        Assert.Equal("Unauthorized: Invalid token", wrong.Error);
        Assert.False(wrong.Json.GetProperty("success").GetBoolean());
        valid.Expect(200);
        Assert.Equal("ok", (await server.GetAsync("/v0/health/liveness")).Expect(200).Text("status"));
    }

    [Theory]
    [InlineData("POST", "/v2/search", 501)]
    [InlineData("POST", "/v2/extract", 501)]
    [InlineData("GET", "/v2/nothing", 404)]
    [InlineData("GET", "/v2", 404)]
    [InlineData("GET", "/v2/scrape/1", 404)]
    [InlineData("GET", "/v0/crawl", 404)]
    public async Task Route_NotOffered_SaysSoInFirecrawlsForm(string method, string path, int status)
    {
        await using var server = await CompatServer.StartAsync();

        var reply = method == "GET" ? await server.GetAsync(path) : await server.PostAsync(path, "{}");

        Assert.NotEmpty(reply.Expect(status).Error);
        Assert.False(reply.Json.GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task Account_HasCreditsAndQueues()
    {
        await using var server = await CompatServer.StartAsync();

        var usage = (await server.GetAsync("/v2/team/credit-usage")).Expect(200).Json.GetProperty("data");
        var queue = (await server.GetAsync("/v2/team/queue-status")).Expect(200).Json;
        var concurrency = (await server.GetAsync("/v2/concurrency-check")).Expect(200).Json;

        Assert.Equal(1_000_000_000, usage.GetProperty("remainingCredits").GetInt32());
        Assert.Equal(0, queue.GetProperty("jobsInQueue").GetInt32());
        Assert.Equal(20, concurrency.GetProperty("maxConcurrency").GetInt32());
    }
}
