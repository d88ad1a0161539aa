using FunctionsCrawler.Core.Tests.Storage;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Orchestration;

public sealed class RobotsCrawlTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Crawl_RobotsDisallow_SkipsThosePagesAndAsksOnce()
    {
        await using var site = await CrawlSite.StartAsync(30);
        site.Special["/robots.txt"] = context => context.Response.WriteAsync("User-agent: *\nDisallow: /p/1");
        await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site) with { MaxPages = 100 });
        var refused = (await CrawlRig.RecordsAsync(_store)).Where(r => r.Error?.Code == ErrorCode.Robots).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, r => Assert.StartsWith("/p/1", new Uri(r.Url).AbsolutePath, StringComparison.Ordinal));
        Assert.DoesNotContain(site.Log, path => path.StartsWith("/p/1", StringComparison.Ordinal));
        Assert.Single(site.Log, "/robots.txt");
        var summary = await new CrawlBlobs(_store, CrawlRig.Id).GetSummaryAsync(Cancellation);
        Assert.Equal((refused.Count, 0), (summary!.Pages.Skipped.Robots, summary.Pages.Failed));
    }

    [Fact]
    public async Task Crawl_RobotsIgnored_CrawlsThemAndDoesNotAsk()
    {
        await using var site = await CrawlSite.StartAsync(10);
        site.Special["/robots.txt"] = context => context.Response.WriteAsync("User-agent: *\nDisallow: /");
        var end = await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site) with { RespectRobots = false });
        Assert.Equal(10, end.Pages.Succeeded);
        Assert.DoesNotContain("/robots.txt", site.Log);
    }

    [Fact]
    public async Task Crawl_NoFollow_KeepsThePageAndLeavesItsLinks()
    {
        await using var site = await CrawlSite.StartAsync(10);
        site.Special["/p/0"] = context =>
        {
            context.Response.Headers["X-Robots-Tag"] = "nofollow";
            return CrawlSite.HtmlAsync(context, "/p/1", "/p/2");
        };
        var end = await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site));
        Assert.Equal(1, end.Pages.Succeeded);
        var record = Assert.Single(await CrawlRig.RecordsAsync(_store));
        Assert.Equal((true, 2), (record.NoFollow, record.Links.Count));
    }

    [Fact]
    public async Task Crawl_HostAsksForADelay_GetsOneLaneFromTheNextWaveOn()
    {
        await using var site = await CrawlSite.StartAsync(20);
        site.Special["/robots.txt"] = context => context.Response.WriteAsync("User-agent: *\nCrawl-delay: 0.01");
        var request = CrawlRig.Request(site) with { Concurrency = 4, PagesPerBrowser = 1 };
        var end = await CrawlRig.CrawlAsync(_store, request);
        Assert.Equal(20, end.Pages.Succeeded);
        var crawl = new CrawlBlobs(_store, CrawlRig.Id);
        for (var wave = 1; await crawl.GetPlanAsync(wave, Cancellation) is { LaneChunks.Count: > 0 } plan; wave++)
        {
            Assert.Single(plan.LaneChunks);
            Assert.Equal([new Uri(site.Root).Authority], plan.DelayedHosts);
        }
    }

    [Fact]
    public async Task Crawl_DelayAsked_NeverVisitsTwoPagesOfAHostAtOnce()
    {
        await using var site = await CrawlSite.StartAsync(20);
        var (now, most) = (0, 0);
        site.Delay = async (_, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Delay(5, token);
            Interlocked.Decrement(ref now);
        };
        var request = CrawlRig.Request(site) with { Concurrency = 4, PagesPerBrowser = 4, DelayMs = 1 };
        var end = await CrawlRig.CrawlAsync(_store, request);
        Assert.Equal((20, 1), (end.Pages.Succeeded, most));
    }
}
