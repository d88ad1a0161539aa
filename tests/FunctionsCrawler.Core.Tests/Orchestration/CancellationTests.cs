using System.Diagnostics;
using FunctionsCrawler.Core.Tests.Storage;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Core.Tests.Orchestration;

public class CancellationTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CrawlBlobs Crawl => new(_store, CrawlRig.Id);

    [Fact]
    public async Task Cancel_MidCrawl_EndsSoonKeepsWhatIsDoneAndGoesOnWhenReopened()
    {
        await using var site = await CrawlSite.StartAsync(60);
        var request = CrawlRig.Request(site) with { Concurrency = 4, PagesPerBrowser = 2 };
        var undisturbed = new MemoryBlobStore();
        await CrawlRig.CrawlAsync(undisturbed, request);

        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var aborted = 0;
        site.Delay = async (path, token) =>
        {
            if (int.Parse(path[3..]) < 20)
                return;
            reached.TrySetResult();
            using var registration = token.Register(() => Interlocked.Increment(ref aborted));
            await Task.Delay(Timeout.Infinite, token);
        };
        await CrawlRig.AcceptAsync(_store, request);
        var running = CrawlRig.RunAsync(_store);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var watch = Stopwatch.StartNew();
        await Crawl.CancelAsync(Cancellation);
        var output = await running.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(CrawlState.Cancelled, output.State);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
        Assert.True(aborted > 0);
        var done = (await CrawlRig.RecordsAsync(_store)).Select(r => r.Url).ToHashSet(StringComparer.Ordinal);
        Assert.True(done.Count >= 15);
        var summary = (await Crawl.GetSummaryAsync(Cancellation))!;
        Assert.Equal(done.Count, summary.Pages.Succeeded);
        // The planned URLs without a record.
        var open = await Crawl.RequirePlanAsync(await Crawl.FindOpenWaveAsync(Cancellation), Cancellation);
        Assert.Equal(open.Planned + open.Waiting - (done.Count - open.Pages.Total), summary.Pages.Pending);
        Assert.True(summary.Pages.Pending > 0);

        site.Delay = (_, _) => Task.CompletedTask;
        Assert.True(await Crawl.ReopenAsync(Cancellation));
        var resumed = await CrawlRig.RunAsync(_store);

        Assert.Equal(CrawlState.Completed, resumed.State);
        var expected = (await CrawlRig.RecordsAsync(undisturbed)).Select(r => r.Url).Order(StringComparer.Ordinal);
        Assert.Equal(expected, (await CrawlRig.RecordsAsync(_store)).Select(r => r.Url).Order(StringComparer.Ordinal));
        Assert.Equal(0, (await Crawl.GetSummaryAsync(Cancellation))!.Pages.Pending);
    }

    [Fact]
    public async Task Cancel_BeforeItBegins_EndsCancelledWithoutAVisit()
    {
        await using var site = await CrawlSite.StartAsync(3);
        await CrawlRig.AcceptAsync(_store, CrawlRig.Request(site));
        await Crawl.CancelAsync(Cancellation);
        Assert.Equal(CrawlState.Cancelled, (await CrawlRig.RunAsync(_store)).State);
        Assert.Empty(site.Log);

        Assert.True(await Crawl.ReopenAsync(Cancellation));
        Assert.Equal(3, (await CrawlRig.RunAsync(_store)).Pages.Succeeded);
    }

    [Fact]
    public async Task Reopen_KilledAtAnyStep_LeavesACrawlThatCanBeReopenedOrIs()
    {
        await using var site = await CrawlSite.StartAsync(5);
        for (var deletes = 0; deletes <= 3; deletes++)
        {
            var store = new MemoryBlobStore();
            var crawl = new CrawlBlobs(store, CrawlRig.Id);
            await CrawlRig.AcceptAsync(store, CrawlRig.Request(site));
            await crawl.CancelAsync(Cancellation);
            await CrawlRig.RunAsync(store);
            var left = deletes;
            var killed = new InterceptedStore(store)
            {
                Before = (operation, _) =>
                    operation is "delete" && left-- == 0 ? throw new IOException("killed") : Task.CompletedTask,
            };
            await Record.ExceptionAsync(() => new CrawlBlobs(killed, CrawlRig.Id).ReopenAsync(Cancellation));

            // Whoever runs it without knowing comes to a true end: never does it run on under an old summary.
            if (deletes is 1 or 2)
                Assert.Equal(CrawlState.Cancelled, (await CrawlRig.RunAsync(store)).State);
            Assert.Equal(deletes < 3, await crawl.ReopenAsync(Cancellation));
            Assert.Null(await crawl.GetSummaryAsync(Cancellation));
            Assert.Equal(5, (await CrawlRig.RunAsync(store)).Pages.Succeeded);
            Assert.Equal(CrawlState.Completed, (await crawl.GetSummaryAsync(Cancellation))!.State);
        }
    }

    [Fact]
    public async Task Reopen_CompletedOrRunningCrawl_ChangesNothing()
    {
        await using var site = await CrawlSite.StartAsync(3);
        await CrawlRig.AcceptAsync(_store, CrawlRig.Request(site));
        Assert.False(await Crawl.ReopenAsync(Cancellation));
        await CrawlRig.RunAsync(_store);
        await Crawl.CancelAsync(Cancellation);
        Assert.False(await Crawl.ReopenAsync(Cancellation));
        Assert.NotNull(await Crawl.GetSummaryAsync(Cancellation));
    }

    [Fact]
    public async Task CrawlChunk_LookForTheMarkerFails_DoesNotCostTheChunk()
    {
        await using var site = await CrawlSite.StartAsync(3);
        site.Delay = (_, token) => Task.Delay(300, token);
        await CrawlRig.AcceptAsync(_store, CrawlRig.Request(site) with { MaxDepth = 0 });
        var looks = 0;
        var flaky = new InterceptedStore(_store)
        {
            // The first looks are those of the planner and of the chunk as it begins.
            Before = (_, name) =>
                name.EndsWith("/cancel", StringComparison.Ordinal) && Interlocked.Increment(ref looks) is 3 or 4
                    ? throw new IOException("busy")
                    : Task.CompletedTask,
        };
        await CrawlRig.RunAsync(flaky);
        Assert.True(looks > 4);
        Assert.Single(site.Log);
        Assert.Equal(1, (await Crawl.GetSummaryAsync(Cancellation))!.Pages.Succeeded);
    }
}
