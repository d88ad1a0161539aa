using System.Diagnostics;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Core.Tests.Activities;

public class CancellationTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CrawlBlobs Crawl => new(_store, CrawlRig.Id);

    [Fact]
    public async Task Cancel_MidCrawl_EndsSoonKeepsRecordsAndContinuesWhenReopened()
    {
        await using var site = await CrawlSite.StartAsync(60);
        var request = CrawlRig.Request(site) with { Concurrency = 4, PagesPerBrowser = 2 };
        var undisturbed = new MemoryBlobStore();
        await CrawlRig.CrawlAsync(undisturbed, request);

        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (aborted, held) = (0, 0);
        site.Delay = async (path, token) =>
        {
            if (int.Parse(path[3..]) < 20)
                return;
            // All four at once: none of the first twenty is still on its way, and would be aborted with them.
            if (Interlocked.Increment(ref held) == request.Concurrency)
                reached.TrySetResult();
            using var registration = token.Register(() => Interlocked.Increment(ref aborted));
            await Task.Delay(Timeout.Infinite, token);
        };
        await CrawlRig.AcceptAsync(_store, request);
        var running = CrawlRig.RunAsync(_store);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var watch = Stopwatch.StartNew();
        await Crawl.CancelAsync(Cancellation);
        var output = await running.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(CrawlState.Cancelled, output.State);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
        // The server notices the abort when the connection closes.
        await Eventually.IsTrueAsync(() => Volatile.Read(ref aborted) > 0, "the server notices");
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
    public async Task Cancel_BeforeStart_EndsCancelledWithoutAVisit()
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
    public async Task Reopen_KilledAtAnyStep_ReopenedOrCanBeReopened()
    {
        await using var site = await CrawlSite.StartAsync(5);
        for (var deletes = 0; deletes <= 4; deletes++)
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

            // Running the crawl without reopening it ends it as cancelled again; it never continues under the old summary.
            if (deletes is 1 or 2 or 3)
                Assert.Equal(CrawlState.Cancelled, (await CrawlRig.RunAsync(store)).State);
            Assert.Equal(deletes < 4, await crawl.ReopenAsync(Cancellation));
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
    public async Task CrawlChunk_PollOfCancelMarkerFails_ChunkSucceeds()
    {
        await using var site = await CrawlSite.StartAsync(3);
        site.Delay = (_, token) => Task.Delay(300, token);
        await CrawlRig.AcceptAsync(_store, CrawlRig.Request(site) with { MaxDepth = 0 });
        var polls = 0;
        var flaky = new InterceptedStore(_store)
        {
            // The first two reads are from PlanWave and from the start of CrawlChunk.
            Before = (_, name) =>
                name.EndsWith("/cancel", StringComparison.Ordinal) && Interlocked.Increment(ref polls) is 3 or 4
                    ? throw new IOException("busy")
                    : Task.CompletedTask,
        };
        await CrawlRig.RunAsync(flaky);
        Assert.True(polls > 4);
        Assert.Single(site.Log);
        Assert.Equal(1, (await Crawl.GetSummaryAsync(Cancellation))!.Pages.Succeeded);
    }
}
