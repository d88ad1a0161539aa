using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Two servers on one storage account: each crawl has one owner, and another one when that is killed.</summary>
[Needs(Need.Azurite)]
public sealed class SharedAccountTests : AccountTest
{
    [Fact]
    public async Task Crawl_TwoServers_EachPageIsFetchedOnceWithTheDelayOfTheCrawl()
    {
        await using var site = await TreeSite.StartAsync(20);
        using var one = await ConnectAsync();
        using var other = await ConnectAsync();
        var delayed = await one.AcceptAsync(Request(site, delayMs: 600));
        await one.UntilAsync(delayed, _ => site.Requests > 0);

        // Longer than the other server needs to look for crawls without an owner.
        var shown = await other.UntilAsync(delayed, s => s.Text("state") == "Running" && site.Requests > 15);
        Assert.Equal("Running", shown.Text("state"));
        var ended = await other.EndAsync(delayed);

        Assert.Equal("Completed", ended.Text("state"));
        Assert.Equal(20, site.Requests);
        var times = (await other.PagesAsync(delayed)).Select(r => r.FetchedAt).Order().ToList();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True((pair.Second - pair.First).TotalMilliseconds > 500));
    }

    [Fact]
    public async Task Crawl_ItsServerIsKilled_TheOtherServerCompletesIt()
    {
        Place.MayLeaveFiles = true;
        await using var site = await TreeSite.StartAsync(100);
        var isHeld = site.HoldAfter(60);
        var server = Serve();
        using var one = await ConnectAsync(server);
        using var other = await ConnectAsync();
        var id = await one.AcceptAsync(Request(site));
        await server.UntilAsync(isHeld, "60 requests");
        var inFlight = site.Requests - 60;

        await server.KillAsync();
        site.Release();

        Assert.Equal("Completed", (await other.EndAsync(id)).Text("state"));
        var records = await other.PagesAsync(id);
        Assert.Equal(TreeSite.Paths(100), records.Select(r => CrawlOutput.PathOf(r.Url)).Order(StringComparer.Ordinal));
        // Only the chunk in flight is fetched again.
        Assert.InRange(site.Requests, 100 + inFlight, 100 + 25 + inFlight);
    }

    private static object Request(TestSite site, int delayMs = 0) =>
        new
        {
            urls = new[] { site.Url + "p/0" },
            maxDepth = 20,
            render = "never",
            delayMs,
        };

    private Task<ContractClient> ConnectAsync() => ConnectAsync(Serve());
}
