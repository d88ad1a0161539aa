using FunctionsCrawler.Activities;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Orchestration;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Activities;

public sealed class TimeLimitTests
{
    private readonly MemoryBlobStore _store = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Crawl_TimeLimitReached_StopsAndCountsTheRestAsSkipped()
    {
        await using var site = await CrawlSite.StartAsync(10);
        var request = CrawlRig.Request(site) with { Urls = [site.Root, site.Url("/p/5")], MaxMinutes = 1 };
        await CrawlRig.AcceptAsync(_store, request);
        await using var worker = new WorkerRig(
            _store,
            new CrawlerOptions { AllowPrivate = true, MemoryBytes = 1L << 45 },
            new CrawlRig.Unobserved(),
            _time
        );
        var planning = new PlanWaveActivity(_store, new SoleOwnership(), _time);
        var plan = await planning.RunAsync(new PlanWaveInput(CrawlRig.Id, 0), Cancellation);
        Assert.Equal(PlanState.Crawl, plan.State);

        _time.Advance(TimeSpan.FromMinutes(1));
        var chunk = await worker
            .Get<CrawlChunkActivity>()
            .RunAsync(new CrawlChunkInput(CrawlRig.Id, 0, 0), Cancellation);
        Assert.Equal((0, 2), (chunk.Pages.Total, chunk.Unfinished));
        plan = await planning.RunAsync(new PlanWaveInput(CrawlRig.Id, 1), Cancellation);
        Assert.Equal(PlanState.Done, plan.State);
        Assert.Empty(site.Log);

        await new FinishCrawlActivity(_store, new SoleOwnership(), _time).RunAsync(
            new FinishCrawlInput(CrawlRig.Id, 1, CrawlState.Completed),
            Cancellation
        );
        var summary = await new CrawlBlobs(_store, CrawlRig.Id).GetSummaryAsync(Cancellation);
        Assert.Equal((2, 0), (summary!.Pages.Skipped.Limit, summary.Pages.Pending));
    }
}
