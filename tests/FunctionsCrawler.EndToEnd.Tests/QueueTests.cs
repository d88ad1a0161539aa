using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary><c>crawl serve</c> with a storage account: crawls from the queue, and outages of the storage.</summary>
[Needs(Need.Azurite)]
public sealed class QueueTests : AccountTest
{
    private const int ChunkUrls = 25;

    [Theory]
    [InlineData("never", 200, 20)]
    [InlineData("always", 30, 3)]
    [Needs(Need.Chromium)]
    public async Task Queue_ServerKilledRepeatedly_CompletesTheCrawl(string render, int pages, int kills)
    {
        Place.MayLeaveFiles = true;
        await using var site = await TreeSite.StartAsync(pages);
        var id = await SubmitAsync(site, render);
        var random = new Random(kills);
        for (var kill = 0; kill < kills; kill++)
        {
            var server = Serve();
            var from = site.Requests;
            // So few that the crawl cannot complete before the last kill.
            var more = random.Next(1, 5 + (pages / 10));
            await server.UntilAsync(() => site.Requests >= from + more, $"{more} more requests, after {kill} kills");
            await server.KillAsync();
            await Place.AssertNoProcessesAsync();
        }

        using var client = await ConnectAsync(Serve());
        Assert.Equal("Completed", (await client.EndAsync(id)).Text("state"));

        var records = await client.PagesAsync(id);
        Assert.Equal(
            TreeSite.Paths(pages),
            records.Select(r => CrawlOutput.PathOf(r.Url)).Order(StringComparer.Ordinal)
        );
        Assert.All(records, r => Assert.Null(r.Error));
        // At most one chunk is repeated per kill: five pages at once are one lane, so one chunk is in flight.
        Assert.InRange(site.Requests, pages, pages + (kills * ChunkUrls));
        Assert.Equal(0, (await client.SummaryAsync(id)).Browsers.Residue);
    }

    [Fact]
    public async Task Storage_OutageDuringACrawl_CrawlWaitsAndLosesNothing()
    {
        await using var site = await TreeSite.StartAsync(100);
        var id = await SubmitAsync(site, "never");
        var isHeld = site.HoldAfter(40);
        var server = Serve();
        using var client = await ConnectAsync(server);
        await server.UntilAsync(isHeld, "40 requests");

        await Account.StopAsync();
        site.ReleaseAll();
        await server.UntilAsync(
            () => server.Out.Contains($"Crawl {id} paused", StringComparison.Ordinal),
            "the crawl pauses"
        );
        Assert.Equal(503, (int)(await client.GetAsync($"api/crawls/{id}")).Status);
        await Account.RestartAsync();

        Assert.Equal("Completed", (await client.EndAsync(id)).Text("state"));
        var records = await client.PagesAsync(id);
        Assert.Equal(TreeSite.Paths(100), records.Select(r => CrawlOutput.PathOf(r.Url)).Order(StringComparer.Ordinal));
        Assert.All(records, r => Assert.Null(r.Error));
    }

    [Fact]
    public async Task Storage_OutageAtTheStart_IsRefusedInOneLine()
    {
        var account = Account.Options.ConnectionString!;
        await Account.StopAsync();

        var server = (await RunAsync("serve", "--port", "0", "--storage", account)).Expect(2);

        Assert.StartsWith("crawl: the storage account cannot be used: ", server.Error, StringComparison.Ordinal);
        Assert.Single(server.Error.Trim().Split('\n'));
        Assert.DoesNotContain("AccountKey", server.Error, StringComparison.Ordinal);
    }

    private async Task<string> SubmitAsync(TestSite site, string render)
    {
        string[] request = ["submit", site.Url + "p/0", "--depth", "20", "--render", render];
        var sent = (await RunAsync([.. request, "--queue", Account.Options.ConnectionString!])).Expect(0);
        Assert.StartsWith("q-", sent.Out, StringComparison.Ordinal);
        return sent.Out.Trim();
    }
}
