using FunctionsCrawler.Activities;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Core.Tests.Activities;

/// <summary>Sites with more links than may wait.</summary>
public sealed class LeftOutTests
{
    private const string Id = "crowded";

    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CrawlBlobs Crawl => new(_store, Id);

    [Fact]
    public async Task Plan_MoreLinksThanMayWait_LeftOutAreTakenWhenFoundAgainOrCountAsLimit()
    {
        await AcceptAsync(maxDepth: 5);

        await PlanAsync(0);
        await CrawlAsync(0, "/1", "/2", "/3", "/4");
        var second = await PlanAsync(1);
        Assert.Equal((2, 2, 0), (second.Planned, second.LeftOut, second.TooDeep));

        // Nothing waits any more, and one of the two is found again.
        await CrawlAsync(1, "/1", "/3");
        var third = await PlanAsync(2);
        Assert.Equal((1, 1), (third.Planned, third.LeftOut));

        await CrawlAsync(2);
        var last = await PlanAsync(3);
        Assert.Equal((0, 1), (last.Planned, last.LeftOut));
        var summary = await CrawlSummaries.ComputeAsync(Crawl, CrawlState.Completed, TimeProvider.System, Cancellation);
        Assert.Equal((4, 1), (summary.Pages.Succeeded, summary.Pages.Skipped.Limit));
    }

    [Fact]
    public async Task Plan_DepthLimitRaised_TakesLinksCutOffAndLeftOutWithinTheCapAndTheRestLater()
    {
        await AcceptAsync(maxDepth: 1);
        await PlanAsync(0);
        await CrawlAsync(0, "/1", "/2", "/3", "/4");
        await PlanAsync(1);
        // Left out, /3 does not count as too deep a second time.
        await CrawlAsync(1, "/3", "/5", "/6");
        var done = await PlanAsync(2);
        Assert.Equal((0, 2, 2), (done.Planned, done.LeftOut, done.TooDeep));

        // The links of wave 1 are judged again: two of them may wait, and /6 is left out now.
        await Crawl.RaiseLimitsAsync(new RaisedLimits(MaxDepth: 5), Cancellation);
        var raised = await PlanAsync(2);
        Assert.Equal((2, 2, 0), (raised.Planned, raised.LeftOut, raised.TooDeep));
        Assert.Equal(["http://h/3", "http://h/5"], await UrlsAsync(raised));

        await CrawlAsync(2, "/4", "/5", "/6");
        var last = await PlanAsync(3);
        Assert.Equal((2, 0, 0), (last.Planned, last.LeftOut, last.TooDeep));
        Assert.Equal(["http://h/4", "http://h/6"], await UrlsAsync(last));
        Assert.Null(last.LeftOutSegments);
    }

    private async Task AcceptAsync(int maxDepth)
    {
        var request = new CrawlRequest
        {
            Urls = ["http://h/0"],
            Mode = CrawlMode.Recursive,
            MaxDepth = maxDepth,
        };
        await Crawl.AcceptAsync(new StoredRequest(request, DateTimeOffset.UnixEpoch), Cancellation);
    }

    private async Task<List<string>> UrlsAsync(WavePlan plan)
    {
        var urls = new List<string>();
        for (var chunk = 0; chunk < plan.LaneChunks.Sum(); chunk++)
            urls.AddRange((await Crawl.GetInputAsync(plan, chunk, Cancellation)).Urls.Select(u => u.Url));
        urls.Sort(StringComparer.Ordinal);
        return urls;
    }

    private async Task<WavePlan> PlanAsync(int wave)
    {
        await new PlanWaveActivity(_store, new SoleOwnership(), TimeProvider.System, maxWaiting: 2).RunAsync(
            new PlanWaveInput(Id, wave),
            Cancellation
        );
        return (await Crawl.GetPlanAsync(wave, Cancellation))!;
    }

    // Each page of the wave has the same links.
    private async Task CrawlAsync(int wave, params string[] links)
    {
        var plan = (await Crawl.GetPlanAsync(wave, Cancellation))!;
        for (var chunk = 0; chunk < plan.LaneChunks.Sum(); chunk++)
        {
            var input = await Crawl.GetInputAsync(plan, chunk, Cancellation);
            ScrapedPage[] pages =
            [
                .. input.Urls.Select(u => new ScrapedPage(new PageRecord { Url = u.Url, Depth = u.Depth })
                {
                    Outlinks = [.. links.Select(l => new Outlink("http://h" + l))],
                }),
            ];
            var header = ChunkHeaders.Of(pages);
            await Crawl.CommitChunkAsync(wave, chunk, header, [.. pages.Select(p => p.Record)], Cancellation);
        }
    }
}
