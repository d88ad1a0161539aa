using FunctionsCrawler.Core.Tests.Storage;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Safety;
using FunctionsCrawler.Storage;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Orchestration;

public sealed class TimeLimitTests
{
    private readonly MemoryBlobStore _store = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Crawl_ItsTimeIsOver_VisitsNothingMoreAndCountsTheRestAsLeftToTheLimit()
    {
        await using var site = await CrawlSite.StartAsync(10);
        var request = CrawlRig.Request(site) with { Urls = [site.Root, site.Url("/p/5")], MaxMinutes = 1 };
        await CrawlRig.AcceptAsync(_store, request);
        await using var worker = new CrawlWorker(
            _store,
            new CrawlWorkerOptions
            {
                Addresses = new AddressPolicy { AllowPrivate = true },
                MemoryBytes = 1L << 45,
            },
            new CrawlRig.Unobserved(),
            _time
        );
        var planning = new PlanWaveActivity(_store, _time);
        var plan = await planning.RunAsync(new PlanWaveInput(CrawlRig.Id, 0), Cancellation);
        Assert.Equal(PlanState.Crawl, plan.State);

        _time.Advance(TimeSpan.FromMinutes(1));
        var chunk = await new CrawlChunkActivity(worker).RunAsync(new CrawlChunkInput(CrawlRig.Id, 0, 0), Cancellation);
        Assert.Equal((0, 2), (chunk.Pages.Total, chunk.Unfinished));
        plan = await planning.RunAsync(new PlanWaveInput(CrawlRig.Id, 1), Cancellation);
        Assert.Equal(PlanState.Done, plan.State);
        Assert.Empty(site.Log);

        await new FinishCrawlActivity(_store, _time).RunAsync(
            new FinishCrawlInput(CrawlRig.Id, 1, CrawlState.Completed),
            Cancellation
        );
        var summary = await new CrawlBlobs(_store, CrawlRig.Id).GetSummaryAsync(Cancellation);
        Assert.Equal((2, 0), (summary!.Pages.Skipped.Limit, summary.Pages.Pending));
    }
}
