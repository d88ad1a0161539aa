using FunctionsCrawler.AzureStorage.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary><c>crawl serve</c> on a storage account: crawls come by the queue, and the storage may go away.</summary>
public sealed class QueueTests : EndToEndTest
{
    private const int ChunkUrls = 25;

    private Azurite _azurite = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _azurite = await Azurite.StartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _azurite.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("never", 200, 20)]
    [InlineData("always", 30, 3)]
    public async Task Queue_ServerKilledAgainAndAgain_EndsTheCrawlAsIfUndisturbed(string render, int pages, int kills)
    {
        Place.MayLeaveFiles = true;
        await using var site = await TreeSite.StartAsync(pages);
        var id = await SubmitAsync(site, render);
        var random = new Random(kills);
        for (var kill = 0; kill < kills; kill++)
        {
            var server = Serve();
            var from = site.Requests;
            // Never so many that the crawl could end before the last kill.
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
        // One chunk is in flight at a time: five pages at once are one browser's.
        Assert.InRange(site.Requests, pages, pages + (kills * ChunkUrls));
        Assert.Equal(0, (await client.SummaryAsync(id)).Browsers.Residue);
    }

    [Fact]
    public async Task Storage_AwayInTheMiddle_CrawlWaitsAndLosesNothing()
    {
        await using var site = await TreeSite.StartAsync(100);
        var id = await SubmitAsync(site, "never");
        var isHeld = site.HoldAfter(40);
        var server = Serve();
        using var client = await ConnectAsync(server);
        await server.UntilAsync(isHeld, "forty pages were asked for");

        await _azurite.GoAwayAsync();
        site.ReleaseAll();
        await server.UntilAsync(
            () => server.Out.Contains($"Crawl {id} waits", StringComparison.Ordinal),
            "the crawl pauses"
        );
        Assert.Equal(503, (int)(await client.GetAsync($"api/crawls/{id}")).Status);
        await _azurite.ComeBackAsync();

        Assert.Equal("Completed", (await client.EndAsync(id)).Text("state"));
        var records = await client.PagesAsync(id);
        Assert.Equal(TreeSite.Paths(100), records.Select(r => CrawlOutput.PathOf(r.Url)).Order(StringComparer.Ordinal));
        Assert.All(records, r => Assert.Null(r.Error));
    }

    [Fact]
    public async Task Storage_AwayAtTheStart_IsRefusedInOneLine()
    {
        var account = _azurite.Options.ConnectionString!;
        await _azurite.GoAwayAsync();

        var server = (await RunAsync("serve", "--port", "0", "--storage", account)).Expect(2);

        Assert.StartsWith("crawl: the storage account cannot be used: ", server.Error, StringComparison.Ordinal);
        Assert.Single(server.Error.Trim().Split('\n'));
        Assert.DoesNotContain("AccountKey", server.Error, StringComparison.Ordinal);
    }

    private async Task<string> SubmitAsync(TestSite site, string render)
    {
        string[] request = ["submit", site.Url + "p/0", "--depth", "20", "--render", render];
        var sent = (await RunAsync([.. request, "--queue", _azurite.Options.ConnectionString!])).Expect(0);
        Assert.StartsWith("q-", sent.Out, StringComparison.Ordinal);
        return sent.Out.Trim();
    }

    private CrawlProcess Serve() =>
        Place.Start("serve", "--port", "0", "--allow-private", "--storage", _azurite.Options.ConnectionString!);

    private static async Task<ContractClient> ConnectAsync(CrawlProcess server) =>
        new(await Workplace.ServeAsync(server));
}
