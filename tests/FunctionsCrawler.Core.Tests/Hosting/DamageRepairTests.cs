using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>What is done again because of a damaged blob is neither lost nor stored twice, also if circumstances changed.</summary>
public sealed class DamageRepairTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CrawlBlobs Crawl => new(_store, CrawlRig.Id);

    [Fact]
    public async Task Plan_LostAfterLimitsWereRaised_NoPageIsLostOrStoredTwice()
    {
        await using var site = await CrawlSite.StartAsync(60);
        var request = CrawlRig.Request(site) with { Concurrency = 4, PagesPerBrowser = 2, MaxPages = 20 };
        var undisturbed = new MemoryBlobStore();
        await CrawlRig.CrawlAsync(undisturbed, request with { MaxPages = 60 });
        await CrawlRig.CrawlAsync(_store, request);
        await Crawl.RaiseLimitsAsync(new RaisedLimits(MaxPages: 60), Cancellation);
        var before = await UrlsAsync(_store);
        // The wave that the old limit cut short gets more URLs now, in other chunks.
        var cut = await Crawl.FindOpenWaveAsync(Cancellation);
        await _store.DeleteAsync(Crawl.Layout.Plan(cut), Cancellation);
        site.ClearLog();

        await CrawlRig.RunAsync(_store);

        Assert.Equal(20, before.Count);
        Assert.Equal(await UrlsAsync(undisturbed), await UrlsAsync(_store));
        Assert.Contains(_store.Names, n => n.StartsWith($"damaged/crawl/waves/{cut:D4}/0", StringComparison.Ordinal));
        // Chunks of earlier waves are kept.
        Assert.InRange(site.Log.Count, 40, 51);
    }

    [Fact]
    public async Task Chunk_LostAfterTheTimeLimit_OtherChunksAreKept()
    {
        await using var site = await CrawlSite.StartAsync(40);
        await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site) with { Concurrency = 4, PagesPerBrowser = 2 });
        var expected = await UrlsAsync(_store);
        await _store.DeleteAsync(Crawl.Layout.Summary, Cancellation);
        await _store.DeleteAsync(Crawl.Layout.Chunk(2, 0), Cancellation);
        site.ClearLog();
        await using var worker = new WorkerRig(
            _store,
            new CrawlerOptions { AllowPrivate = true, MemoryBytes = 1L << 45 },
            new CrawlRig.Unobserved(),
            new LaterTime()
        );

        var end = await worker.Engine.RunAsync(CrawlRig.Id, _ => { }, Cancellation);

        Assert.Equal((CrawlState.Completed, 40), (end.State, end.Pages.Succeeded));
        Assert.Equal(expected, await UrlsAsync(_store));
        Assert.InRange(site.Log.Count, 1, 25);
    }

    [Theory]
    [InlineData(".ndjson.gz")]
    [InlineData("plan.json")]
    [InlineData("")]
    public async Task Blobs_ManyDamagedAtOnce_CrawlCompletes(string kind)
    {
        await using var site = await CrawlSite.StartAsync(60);
        await CrawlRig.CrawlAsync(
            _store,
            CrawlRig.Request(site) with
            {
                Concurrency = 20,
                PagesPerBrowser = 1,
                PerHostConcurrency = 20,
            }
        );
        var expected = await UrlsAsync(_store);
        await _store.DeleteAsync(Crawl.Layout.Summary, Cancellation);
        var damaged = _store
            .Names.Where(n =>
                n.StartsWith(Crawl.Layout.Waves, StringComparison.Ordinal) && n.EndsWith(kind, StringComparison.Ordinal)
            )
            .ToList();
        Assert.InRange(damaged.Count, 5, 500);
        foreach (var name in damaged)
            await _store.PutAsync(name, new byte[50], PutCondition.None, Cancellation);

        var end = await CrawlRig.RunAsync(_store);

        Assert.Equal((CrawlState.Completed, 60), (end.State, end.Pages.Succeeded));
        Assert.Equal(expected, await UrlsAsync(_store));
    }

    [Fact]
    public async Task Chunk_DamagedEachTimeItIsWritten_CrawlFailsWithReason()
    {
        await using var site = await CrawlSite.StartAsync(10);
        var chunk = Crawl.Layout.Chunk(1, 0);
        var store = new InterceptedStore(_store)
        {
            After = (operation, name) =>
            {
                if (operation == "put" && name == chunk)
                    _store.PutAsync(name, new byte[9], PutCondition.None, Cancellation).GetAwaiter().GetResult();
            },
        };
        await CrawlRig.AcceptAsync(_store, CrawlRig.Request(site));

        var end = await CrawlRig.RunAsync(store);

        Assert.Equal(CrawlState.Failed, end.State);
        var summary = (await Crawl.GetSummaryAsync(Cancellation))!;
        Assert.Equal($"stored data was damaged more than 10 times; the last time, {chunk} was damaged", summary.Reason);
        Assert.Equal(1, summary.Pages.Succeeded);
        Assert.Equal(site.Root, Assert.Single(await UrlsAsync(_store)));
    }

    [Fact]
    public async Task CrawlChunk_WaveWasPlannedAgainMeanwhile_CommitsNothing()
    {
        await using var site = await CrawlSite.StartAsync(1);
        await CrawlRig.AcceptAsync(_store, CrawlRig.Request(site));
        await using var worker = CrawlRig.Worker(_store);
        var planning = worker.Get<FunctionsCrawler.Activities.PlanWaveActivity>();
        await planning.RunAsync(new PlanWaveInput(CrawlRig.Id, 0), Cancellation);
        site.Delay = async (_, _) =>
        {
            await Crawl.SetAsidePlansAsync(0, Cancellation);
            await planning.RunAsync(new PlanWaveInput(CrawlRig.Id, 0), Cancellation);
        };

        await worker
            .Get<FunctionsCrawler.Activities.CrawlChunkActivity>()
            .RunAsync(new CrawlChunkInput(CrawlRig.Id, 0, 0), Cancellation);

        Assert.Empty(await CrawlRig.RecordsAsync(_store));
    }

    [Fact]
    public async Task Request_Damaged_CrawlIsListedRefusedAndDeletable()
    {
        var service = new CrawlService(_store, new RecordingScheduler(), new SoleOwnership(), TimeProvider.System);
        var request = new CrawlRequest { Urls = ["https://example.com/"] };
        await service.AcceptAsync(CrawlRig.Id, request, Cancellation);
        var created = (await service.FindAsync(CrawlRig.Id, Cancellation))!.CreatedAt;
        await _store.PutAsync(Crawl.Layout.Request, "{\"req"u8.ToArray(), PutCondition.None, Cancellation);

        var status = Assert.Single((await service.ListAsync(CrawlStatusState.Damaged, 10, null, Cancellation)).Items);

        Assert.Equal((CrawlStatusState.Damaged, null, created), (status.State, status.Mode, status.CreatedAt));
        Assert.StartsWith("the blob crawls/crawl/request.json is damaged: ", status.Reason);
        Assert.Equal(Acceptance.Damaged, await service.AcceptAsync(CrawlRig.Id, request, Cancellation));
        Assert.Equal(CommandResult.WrongState, await service.CancelAsync(CrawlRig.Id, Cancellation));
        Assert.Equal(CommandResult.Done, await service.DeleteAsync(CrawlRig.Id, Cancellation));
        Assert.Equal(["deleted/crawl"], _store.Names);
    }

    [Fact]
    public async Task Resume_OneCrawlCannotBeScheduled_OthersAre()
    {
        var scheduler = new RecordingScheduler { Refused = "a" };
        var service = new CrawlService(_store, new RecordingScheduler(), new SoleOwnership(), TimeProvider.System);
        foreach (var id in new[] { "a", "b", "c" })
            await service.AcceptAsync(id, new CrawlRequest { Urls = ["https://example.com/"] }, Cancellation);
        await _store.PutAsync("crawls/b/request.json", Array.Empty<byte>(), PutCondition.None, Cancellation);

        var resumed = await new CrawlService(_store, scheduler, new SoleOwnership(), TimeProvider.System).ResumeAsync(
            Cancellation
        );

        Assert.Equal((1, "c"), (resumed, Assert.Single(scheduler.Scheduled)));
    }

    [Fact]
    public async Task Summary_Damaged_IsComputedAgainOnReading()
    {
        await using var site = await CrawlSite.StartAsync(5);
        await using var rig = new HostRig(_store, new CrawlerOptions());
        await rig.Service.AcceptAsync(CrawlRig.Id, CrawlRig.Request(site), Cancellation);
        await rig.WaitUntilEndedAsync();
        await rig.WaitUntilIdleAsync();
        await _store.PutAsync(Crawl.Layout.Summary, "{"u8.ToArray(), PutCondition.None, Cancellation);

        var status = (await rig.Service.FindAsync(CrawlRig.Id, Cancellation))!;

        Assert.Equal(CrawlStatusState.Accepted, status.State);
        Assert.EndsWith("; it is computed again", status.Reason);
        Assert.Equal(CrawlStatusState.Completed, (await rig.WaitUntilEndedAsync()).State);
        Assert.Equal(5, (await rig.Service.FindSummaryAsync(CrawlRig.Id, Cancellation))!.Pages.Succeeded);
        Assert.Equal(5, site.Log.Count);
    }

    [Fact]
    public async Task Records_ChunkOfCompletedCrawlDamaged_UrlsAreKnownAndTheRestIsRead()
    {
        await using var site = await CrawlSite.StartAsync(5);
        await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site) with { Concurrency = 1 });
        var expected = await CrawlRig.RecordsAsync(_store);
        await _store.PutAsync(Crawl.Layout.Chunk(1, 0), new byte[40], PutCondition.None, Cancellation);

        var records = await CrawlRig.RecordsAsync(_store);

        Assert.Equal(
            expected.ConvertAll(r => (r.Url, r.Depth, r.ParentUrl)),
            records.ConvertAll(r => (r.Url, r.Depth, r.ParentUrl))
        );
        Assert.Equal([false, true, true, false, false], records.ConvertAll(r => r.Error is not null));
        Assert.All(records.Where(r => r.Error is not null), r => Assert.Equal(ErrorCode.Internal, r.Error!.Code));
    }

    private static async Task<List<string>> UrlsAsync(IBlobStore store) =>
        [.. (await CrawlRig.RecordsAsync(store)).Select(r => r.Url).Order(StringComparer.Ordinal)];

    private sealed class LaterTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddDays(30);
    }
}
