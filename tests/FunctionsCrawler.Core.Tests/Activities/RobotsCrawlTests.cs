using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Activities;

public sealed class RobotsCrawlTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Crawl_RobotsDisallow_SkipsThosePagesAndFetchesRobotsOnce()
    {
        await using var site = await CrawlSite.StartAsync(30);
        site.Special["/robots.txt"] = context => context.Response.WriteAsync("User-agent: *\nDisallow: /p/1");
        await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site) with { MaxPages = 100 });
        var skipped = (await CrawlRig.RecordsAsync(_store)).Where(r => r.Error?.Code == ErrorCode.Robots).ToList();
        Assert.NotEmpty(skipped);
        Assert.All(skipped, r => Assert.StartsWith("/p/1", new Uri(r.Url).AbsolutePath, StringComparison.Ordinal));
        Assert.DoesNotContain(site.Log, path => path.StartsWith("/p/1", StringComparison.Ordinal));
        Assert.Single(site.Log, "/robots.txt");
        var summary = await new CrawlBlobs(_store, CrawlRig.Id).GetSummaryAsync(Cancellation);
        Assert.Equal((skipped.Count, 0), (summary!.Pages.Skipped.Robots, summary.Pages.Failed));
    }

    [Fact]
    public async Task Crawl_RobotsIgnored_CrawlsAllPagesAndDoesNotFetchRobots()
    {
        await using var site = await CrawlSite.StartAsync(10);
        site.Special["/robots.txt"] = context => context.Response.WriteAsync("User-agent: *\nDisallow: /");
        var end = await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site) with { RespectRobots = false });
        Assert.Equal(10, end.Pages.Succeeded);
        Assert.DoesNotContain("/robots.txt", site.Log);
    }

    [Fact]
    public async Task Crawl_NoFollow_StoresThePageAndDoesNotFollowItsLinks()
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
    public async Task Crawl_HostWithCrawlDelay_OneLaneFromTheNextWaveOn()
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
    public async Task Crawl_DelayRequested_VisitsPagesOfAHostOneAtATime()
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
