using FunctionsCrawler.Core.Tests.Intake;
using FunctionsCrawler.Core.Tests.Storage;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Core.Tests.Orchestration;

/// <summary>Many crawls in one process: some at once, the others in turn, none lost whatever happens to the host.</summary>
public sealed class EmbeddedHostTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Schedule_OneMayRun_RunsThemInTurn()
    {
        await using var site = await CrawlSite.StartAsync(0);
        await using var rig = new Rig(_store, new EmbeddedHostOptions { MaxRunning = 1 });
        var ids = Enumerable.Range(0, 6).Select(n => $"crawl-{n}").ToList();
        foreach (var id in ids)
            await rig.Service.AcceptAsync(id, OnePage(site, id), Cancellation);

        foreach (var id in ids)
            await rig.EndAsync(id);

        Assert.Equal(ids.Select(id => $"/{id}"), site.Log);
    }

    [Fact]
    public async Task Schedule_TwoMayRun_RunsTwoAtOnceAndNoThird()
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
        await using var rig = new Rig(_store, new EmbeddedHostOptions { MaxRunning = 2 });
        var ids = Enumerable.Range(0, 8).Select(n => $"crawl-{n}").ToList();
        foreach (var id in ids)
            await rig.Service.AcceptAsync(id, OnePage(site, id), Cancellation);

        foreach (var id in ids)
            await rig.EndAsync(id);

        Assert.Equal(2, most);
    }

    [Fact]
    public async Task Schedule_TooManyWait_IsFull()
    {
        await using var site = await CrawlSite.StartAsync(1);
        var go = new TaskCompletionSource();
        site.Delay = (_, _) => go.Task;
        await using var rig = new Rig(_store, new EmbeddedHostOptions { MaxRunning = 1, MaxWaiting = 2 });
        var outcomes = new List<Acceptance>();
        for (var n = 0; n < 4; n++)
            outcomes.Add(await rig.Service.AcceptAsync($"crawl-{n}", CrawlRig.Request(site), Cancellation));

        Assert.Equal((1, 2), rig.Host.Load);
        Assert.Equal(Acceptance.Full, outcomes[^1]);
        Assert.Equal(CrawlStatusState.Accepted, (await rig.Service.FindAsync("crawl-2", Cancellation))!.State);
        go.SetResult();
        await rig.EndAsync("crawl-2");
        Assert.Equal(
            Acceptance.Accepted,
            await rig.Service.AcceptAsync("crawl-3", CrawlRig.Request(site), Cancellation)
        );
        await rig.EndAsync("crawl-3");
    }

    [Fact]
    public async Task Cancel_CrawlThatWaits_EndsBeforeItsTurn()
    {
        await using var site = await CrawlSite.StartAsync(1);
        var go = new TaskCompletionSource();
        site.Delay = (_, _) => go.Task;
        await using var rig = new Rig(_store, new EmbeddedHostOptions { MaxRunning = 1 });
        await rig.Service.AcceptAsync("first", CrawlRig.Request(site), Cancellation);
        await rig.Service.AcceptAsync("second", CrawlRig.Request(site), Cancellation);

        Assert.Equal(Outcome.Done, await rig.Service.CancelAsync("second", Cancellation));

        Assert.Equal(CrawlStatusState.Cancelled, await rig.EndAsync("second"));
        Assert.Equal(CrawlStatusState.Running, (await rig.Service.FindAsync("first", Cancellation))!.State);
        go.SetResult();
        await rig.EndAsync("first");
    }

    [Fact]
    public async Task Drain_InTheMiddle_HandsBackAndTheNextHostEndsTheCrawlAsIfNothingHadBeen()
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
        await using (var rig = new Rig(_store, new EmbeddedHostOptions()))
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
        await using (var rig = new Rig(_store, new EmbeddedHostOptions()))
        {
            Assert.Equal(1, await rig.Service.ResumeAsync(Cancellation));
            Assert.Equal(CrawlStatusState.Completed, await rig.EndAsync(CrawlRig.Id));
        }

        Assert.Equal(await UrlsAsync(undisturbed), await UrlsAsync(_store));
    }

    [Fact]
    public async Task Drain_CrawlThatDoesNotComeToRest_IsGivenUp()
    {
        await using var site = await CrawlSite.StartAsync(2);
        var stuck = new TaskCompletionSource();
        var store = new InterceptedStore(_store)
        {
            // A put that never ends, as on a dead network drive.
            Before = (operation, name) =>
            {
                if (operation is not "put" || !name.EndsWith(".ndjson.gz", StringComparison.Ordinal))
                    return Task.CompletedTask;
                stuck.TrySetResult();
                return Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
            },
        };
        await using var rig = new Rig(store, new EmbeddedHostOptions());
        await rig.Service.AcceptAsync(CrawlRig.Id, CrawlRig.Request(site), Cancellation);
        await stuck.Task;

        await rig.Host.DrainAsync(TimeSpan.FromMilliseconds(10));

        Assert.Equal((0, 0), rig.Host.Load);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(25)]
    public async Task Store_AwayForAWhile_PausesTheCrawlAndNothingIsLost(int operations)
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
        await new CrawlService(_store, new RecordingScheduler(), TimeProvider.System).AcceptAsync(
            CrawlRig.Id,
            request,
            Cancellation
        );
        await using var rig = new Rig(store, new EmbeddedHostOptions());

        await rig.Host.ScheduleAsync(CrawlRig.Id, Cancellation);
        await rig.RestAsync();

        Assert.True(count > operations + 5);
        Assert.Equal(await CrawlRig.EssenceAsync(undisturbed), await CrawlRig.EssenceAsync(_store));
        Assert.Equal(
            CrawlState.Completed,
            (await new CrawlBlobs(_store, CrawlRig.Id).GetSummaryAsync(Cancellation))!.State
        );
    }

    [Fact]
    public async Task Crawl_ThatFailsEachTime_EndsAsFailed()
    {
        await using var site = await CrawlSite.StartAsync(10);
        var store = new InterceptedStore(_store)
        {
            Before = (operation, name) =>
                operation is "put" && name.EndsWith("0001/plan.json", StringComparison.Ordinal)
                    ? throw new InvalidOperationException("no plan today")
                    : Task.CompletedTask,
        };
        await using var rig = new Rig(store, new EmbeddedHostOptions());
        await rig.Service.AcceptAsync(CrawlRig.Id, CrawlRig.Request(site), Cancellation);

        Assert.Equal(CrawlStatusState.Failed, await rig.EndAsync(CrawlRig.Id));

        Assert.Equal(1, (await rig.Service.FindSummaryAsync(CrawlRig.Id, Cancellation))!.Pages.Succeeded);
        await rig.RestAsync();
        Assert.Equal(0, await rig.Service.ResumeAsync(Cancellation));
    }

    private static CrawlRequest OnePage(CrawlSite site, string id)
    {
        site.Special[$"/{id}"] = context => CrawlSite.HtmlAsync(context);
        return CrawlRig.Request(site) with { Urls = [site.Url($"/{id}")] };
    }

    private static async Task<List<string>> UrlsAsync(IBlobStore store) =>
        [.. (await CrawlRig.RecordsAsync(store)).Select(r => r.Url).Order(StringComparer.Ordinal)];

    private sealed class Rig : IAsyncDisposable
    {
        private readonly CrawlWorker _worker;

        public Rig(IBlobStore store, EmbeddedHostOptions options)
        {
            _worker = CrawlRig.Worker(store);
            Host = new EmbeddedHost(_worker, options, NullLogger.Instance);
            Service = new CrawlService(store, Host, TimeProvider.System);
        }

        public EmbeddedHost Host { get; }

        public CrawlService Service { get; }

        public async Task<CrawlStatusState> EndAsync(string id)
        {
            while (true)
            {
                var status = await Service.FindAsync(id, Cancellation);
                if (status!.HasEnded)
                    return status.State;
                await Task.Delay(10, Cancellation);
            }
        }

        public async Task RestAsync()
        {
            while (Host.Load != (0, 0))
                await Task.Delay(10, Cancellation);
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await _worker.DisposeAsync();
        }
    }
}
