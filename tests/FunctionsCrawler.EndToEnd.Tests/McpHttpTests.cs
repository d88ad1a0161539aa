using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using static FunctionsCrawler.EndToEnd.Tests.AgentCalls;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>The SDK's client uses <c>crawl serve</c> at /mcp. Afterwards no browser is left.</summary>
[Needs(Need.Chromium)]
public sealed class McpHttpTests : EndToEndTest
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Http_AllTools_AnswerAndNoBrowserIsLeft()
    {
        NeedsChromium();
        await using var site = await AgentSite.StartAsync();
        using var server = new ContractClient(
            await Workplace.ServeAsync(Place.Start("serve", "--port", "0", "--allow-private", "--rate", "0"))
        );
        await using var client = await ConnectAsync(server.Server);

        await UseAllAsync(client, site.Url);
        await AssertPartsAsync(client, site.Url);

        Assert.Equal(0, await BrowsersAsync(server));
    }

    [Fact]
    public async Task Http_ClientLeavesDuringAVisit_NoBrowserIsLeft()
    {
        NeedsChromium();
        await using var site = await AgentSite.StartAsync();
        using var server = new ContractClient(
            await Workplace.ServeAsync(Place.Start("serve", "--port", "0", "--allow-private", "--rate", "0"))
        );
        var client = await ConnectAsync(server.Server);
        var visiting = WaitForeverAsync(client, site.Url, Cancellation);
        await Eventually.IsTrueAsync(async () => await BrowsersAsync(server) > 0, "a browser is launched");

        await client.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => visiting);
        await Eventually.IsTrueAsync(async () => await BrowsersAsync(server) == 0, "the browser is gone");
    }

    [Fact]
    public async Task Http_NoCompat_ThereIsNoRoute()
    {
        var server = await Workplace.ServeAsync(Place.Start("serve", "--port", "0", "--no-compat"));
        using var http = new HttpClient { BaseAddress = server };

        foreach (var path in new[] { "mcp", "loader", "r/https://a.example/" })
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            Assert.Equal(404, (int)response.StatusCode);
        }
    }

    private static async Task<int> BrowsersAsync(ContractClient server) =>
        (await server.GetAsync("api/health")).Json.GetProperty("worker").GetProperty("processes").GetInt32();
}
