using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Http.Compat.Firecrawl;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace FunctionsCrawler.Functions.Tests;

/// <summary>The compatible APIs of the app check its own keys, because their clients cannot send those of the platform.</summary>
public sealed class CompatTriggersTests
{
    private const string Key = "0123456789abcdef";

    [Theory]
    [InlineData(null, null, 404)]
    [InlineData(null, "Bearer " + Key, 404)]
    [InlineData(Key, null, 401)]
    [InlineData(Key, "Bearer wrong", 401)]
    [InlineData(Key, "Bearer " + Key, 200)]
    public async Task Request_KeyOfTheApp_IsNeeded(string? setting, string? authorization, int status)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("CRAWL_API_KEY", setting)])
            .Build();
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = authorization;

        var refusal = CompatTriggers.Refuse(context, FirecrawlMount.Instance, CompatTriggers.ReadKeys(configuration));

        if (refusal is not null)
            await refusal.ExecuteAsync(context);
        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal(status == 200, refusal is null);
    }

    [Fact]
    public void Setting_KeyTooShort_StopsTheStart()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("CRAWL_API_KEY", "short")])
            .Build();

        var fault = Assert.Throws<InvalidOperationException>(() => CompatTriggers.ReadKeys(configuration));

        Assert.DoesNotContain("short", fault.Message, StringComparison.Ordinal);
    }
}
