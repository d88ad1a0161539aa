using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>
/// Many crawls in one process: a limited number run concurrently, the others wait in order, and none is lost when the host or
/// the store fails.
/// </summary>
public sealed class EmbeddedHostTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Schedule_MaxRunning1_RunsInOrder()
    {
        await using var site = await CrawlSite.StartAsync(0);
        await using var rig = new HostRig(_store, new CrawlerOptions { MaxRunning = 1 });
        var ids = Enumerable.Range(0, 6).Select(n => $"crawl-{n}").ToList();
        foreach (var id in ids)
            await rig.Service.AcceptAsync(id, OnePage(site, id), Cancellation);

        foreach (var id in ids)
            await rig.WaitUntilEndedAsync(id);

        Assert.Equal(ids.Select(id => $"/{id}"), site.Log);
    }

    [Fact]
    public async Task Schedule_MaxRunning2_RunsTwoConcurrently()
    {
        await using var site = await CrawlSite.StartAsync(0);
        var two = new TaskCompletionSource();
        var (running, most) = (0, 0);
        site.Delay = async (_, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            if (running == 2)
                two.TrySetResult();
            await two.Task.WaitAsync(token);
            Interlocked.Decrement(ref running);
        };
        await using var rig = new HostRig(_store, new CrawlerOptions { MaxRunning = 2 });
        var ids = Enumerable.Range(0, 8).Select(n => $"crawl-{n}").ToList();
        foreach (var id in ids)
            await rig.Service.AcceptAsync(id, OnePage(site, id), Cancellation);

        foreach (var id in ids)
            await rig.WaitUntilEndedAsync(id);

        Assert.Equal(2, most);
    }

    [Fact]
    public async Task Schedule_TooManyWaiting_Full()
    {
        await using var site = await CrawlSite.StartAsync(1);
        var go = new TaskCompletionSource();
        site.Delay = (_, _) => go.Task;
        await using var rig = new HostRig(_store, new CrawlerOptions { MaxRunning = 1, MaxWaiting = 2 });
        var outcomes = new List<Acceptance>();
        for (var n = 0; n < 4; n++)
            outcomes.Add(await rig.Service.AcceptAsync($"crawl-{n}", CrawlRig.Request(site), Cancellation));

        Assert.Equal((1, 2), rig.Host.Load);
        Assert.Equal(Acceptance.Full, outcomes[^1]);
        Assert.Equal(CrawlStatusState.Accepted, (await rig.Service.FindAsync("crawl-2", Cancellation))!.State);
        go.SetResult();
        await rig.WaitUntilEndedAsync("crawl-2");
        Assert.Equal(
            Acceptance.Accepted,
            await rig.Service.AcceptAsync("crawl-3", CrawlRig.Request(site), Cancellation)
        );
        await rig.WaitUntilEndedAsync("crawl-3");
    }

    [Fact]
    public async Task Cancel_WaitingCrawl_EndsBeforeItsTurn()
    {
        await using var site = await CrawlSite.StartAsync(1);
        var go = new TaskCompletionSource();
        site.Delay = (_, _) => go.Task;
        await using var rig = new HostRig(_store, new CrawlerOptions { MaxRunning = 1 });
        await rig.Service.AcceptAsync("first", CrawlRig.Request(site), Cancellation);
        await Eventually.IsTrueAsync(() => site.Log.Count > 0, "the first crawl runs");
        await rig.Service.AcceptAsync("second", CrawlRig.Request(site), Cancellation);

        Assert.Equal(CommandResult.Done, await rig.Service.CancelAsync("second", Cancellation));

        Assert.Equal(CrawlStatusState.Cancelled, (await rig.WaitUntilEndedAsync("second")).State);
        Assert.Equal(CrawlStatusState.Running, (await rig.Service.FindAsync("first", Cancellation))!.State);
        go.SetResult();
        await rig.WaitUntilEndedAsync("first");
    }

    [Fact]
    public async Task Drain_MidCrawl_HandsBackAndTheNextHostCompletesTheCrawl()
    {
        await using var site = await CrawlSite.StartAsync(60);
        var request = CrawlRig.Request(site) with { Concurrency = 4, PagesPerBrowser = 2 };
        var undisturbed = new MemoryBlobStore();
        await CrawlRig.CrawlAsync(undisturbed, request);
        var reached = new TaskCompletionSource();
        site.Delay = async (path, token) =>
        {
            if (path is not "/p/20")
                return;
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        };
        await using (var rig = new HostRig(_store, new CrawlerOptions()))
        {
            await rig.Service.AcceptAsync(CrawlRig.Id, request, Cancellation);
            await reached.Task;
            await rig.Host.DrainAsync(TimeSpan.FromSeconds(30));

            Assert.Equal((0, 0), rig.Host.Load);
            await rig.Host.ScheduleAsync(CrawlRig.Id, Cancellation);
            Assert.Equal((0, 0), rig.Host.Load);
        }
        Assert.Null(await new CrawlBlobs(_store, CrawlRig.Id).GetSummaryAsync(Cancellation));
        site.Delay = (_, _) => Task.CompletedTask;
        await using (var rig = new HostRig(_store, new CrawlerOptions()))
        {
            Assert.Equal(1, await rig.Service.ResumeAsync(Cancellation));
            Assert.Equal(CrawlStatusState.Completed, (await rig.WaitUntilEndedAsync(CrawlRig.Id)).State);
        }

        Assert.Equal(await UrlsAsync(undisturbed), await UrlsAsync(_store));
    }

    [Fact]
    public async Task Drain_CrawlDoesNotStop_AbortedAfterTheLimit()
    {
        await using var site = await CrawlSite.StartAsync(2);
        var stuck = new TaskCompletionSource();
        var store = new InterceptedStore(_store)
        {
            // A put that hangs, as on an unreachable network drive.
            Before = (operation, name) =>
            {
                if (operation is not "put" || !name.EndsWith(".ndjson.gz", StringComparison.Ordinal))
                    return Task.CompletedTask;
                stuck.TrySetResult();
                return Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
            },
        };
        await using var rig = new HostRig(store, new CrawlerOptions());
        await rig.Service.AcceptAsync(CrawlRig.Id, CrawlRig.Request(site), Cancellation);
        await stuck.Task;

        await rig.Host.DrainAsync(TimeSpan.FromMilliseconds(10));

        Assert.Equal((0, 0), rig.Host.Load);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(25)]
    public async Task Store_TemporarilyUnavailable_CrawlPausesAndLosesNothing(int operations)
    {
        await using var site = await CrawlSite.StartAsync(40);
        var request = CrawlRig.Request(site) with { Concurrency = 4, PagesPerBrowser = 2 };
        var undisturbed = new MemoryBlobStore();
        await CrawlRig.CrawlAsync(undisturbed, request);
        var count = 0;
        var store = new InterceptedStore(_store)
        {
            Before = (_, _) =>
                Interlocked.Increment(ref count) - operations is > 0 and <= 5
                    ? throw new StoreUnavailableException("gone", new IOException("connection refused"))
                    : Task.CompletedTask,
        };
        await new CrawlService(_store, new RecordingScheduler(), new SoleOwnership(), TimeProvider.System).AcceptAsync(
            CrawlRig.Id,
            request,
            Cancellation
        );
        await using var rig = new HostRig(store, new CrawlerOptions());

        await rig.Host.ScheduleAsync(CrawlRig.Id, Cancellation);
        await rig.WaitUntilIdleAsync();

        Assert.True(count > operations + 5);
        Assert.Equal(await CrawlRig.EssenceAsync(undisturbed), await CrawlRig.EssenceAsync(_store));
        Assert.Equal(
            CrawlState.Completed,
            (await new CrawlBlobs(_store, CrawlRig.Id).GetSummaryAsync(Cancellation))!.State
        );
    }

    [Fact]
    public async Task Crawl_AlwaysFails_EndsAsFailed()
    {
        await using var site = await CrawlSite.StartAsync(10);
        var store = new InterceptedStore(_store)
        {
            Before = (operation, name) =>
                operation is "put" && name.EndsWith("0001/plan.json", StringComparison.Ordinal)
                    ? throw new InvalidOperationException("no plan today")
                    : Task.CompletedTask,
        };
        await using var rig = new HostRig(store, new CrawlerOptions());
        await rig.Service.AcceptAsync(CrawlRig.Id, CrawlRig.Request(site), Cancellation);

        Assert.Equal(CrawlStatusState.Failed, (await rig.WaitUntilEndedAsync(CrawlRig.Id)).State);

        var summary = (await rig.Service.FindSummaryAsync(CrawlRig.Id, Cancellation))!;
        Assert.Equal(1, summary.Pages.Succeeded);
        Assert.Contains("no plan today", summary.Reason, StringComparison.Ordinal);
        await rig.WaitUntilIdleAsync();
        Assert.Equal(0, await rig.Service.ResumeAsync(Cancellation));
    }

    private static CrawlRequest OnePage(CrawlSite site, string id)
    {
        site.Special[$"/{id}"] = context => CrawlSite.HtmlAsync(context);
        return CrawlRig.Request(site) with { Urls = [site.Url($"/{id}")] };
    }

    private static async Task<List<string>> UrlsAsync(IBlobStore store) =>
        [.. (await CrawlRig.RecordsAsync(store)).Select(r => r.Url).Order(StringComparer.Ordinal)];
}
