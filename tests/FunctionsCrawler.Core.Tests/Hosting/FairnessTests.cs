using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>Small crawls do not wait for a large slow one, and a crawl that runs shows what it has done.</summary>
public sealed class FairnessTests : IAsyncLifetime
{
    private const string Large = "large";
    private const string Small = "small";

    private readonly MemoryBlobStore _store = new();
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CrawlSite _slow = null!;
    private CrawlSite _quick = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _slow = await CrawlSite.StartAsync(200);
        _slow.Delay = (_, token) => _go.Task.WaitAsync(token);
        _quick = await CrawlSite.StartAsync(5);
    }

    public async ValueTask DisposeAsync()
    {
        _go.TrySetResult();
        await _slow.DisposeAsync();
        await _quick.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public async Task Crawl_BesideALargeSlowOne_Completes(int? maxChunks)
    {
        await using var worker = CrawlRig.SharedWorker(_store, "owner", maxChunks);
        await using var host = worker.Host(new CrawlerOptions());
        var crawls = new CrawlService(_store, host, worker.Get<ICrawlOwnership>(), TimeProvider.System);
        await StartLargeAsync(crawls);

        await crawls.AcceptAsync(Small, CrawlRig.Request(_quick), Cancellation);
        await UntilAsync(crawls, Small, CrawlStatusState.Completed);

        Assert.Equal(CrawlStatusState.Running, (await crawls.FindAsync(Large, Cancellation))!.State);
    }

    [Fact]
    public async Task Cancel_CrawlsWaitForASlot_Ends()
    {
        await using var worker = CrawlRig.SharedWorker(_store, "owner", maxChunks: 1);
        await using var host = worker.Host(new CrawlerOptions());
        var crawls = new CrawlService(_store, host, worker.Get<ICrawlOwnership>(), TimeProvider.System);
        await StartLargeAsync(crawls);
        // Two crawls without a chunk: the second slot goes to one of them, the other waits.
        foreach (var id in (string[])["b", "c"])
            await crawls.AcceptAsync(id, SlowRequest(), Cancellation);
        await Eventually.IsTrueAsync(() => host.Load.Running == 3, "all crawls run");

        foreach (var id in (string[])["b", "c"])
            await crawls.CancelAsync(id, Cancellation);

        await UntilAsync(crawls, "b", CrawlStatusState.Cancelled);
        await UntilAsync(crawls, "c", CrawlStatusState.Cancelled);
    }

    [Fact]
    public async Task Progress_SegmentRuns_CountsCommittedChunks()
    {
        await using var worker = CrawlRig.SharedWorker(_store, "owner");
        await using var host = worker.Host(new CrawlerOptions());
        var crawls = new CrawlService(_store, host, worker.Get<ICrawlOwnership>(), TimeProvider.System);
        _slow.Delay = (path, token) => path == "/p/99" ? _go.Task.WaitAsync(token) : Task.CompletedTask;
        await crawls.AcceptAsync(Large, Batch(), Cancellation);

        // All chunks of the only segment but one are committed.
        await Eventually.IsTrueAsync(
            async () => (await crawls.FindAsync(Large, Cancellation))!.Progress is { Succeeded: 90, Queued: 10 },
            "90 pages are shown"
        );
        _go.SetResult();
        await UntilAsync(crawls, Large, CrawlStatusState.Completed);
    }

    [Fact]
    public async Task Status_CrawlOfAnotherProcess_ShowsItsProgress()
    {
        await using var worker = CrawlRig.SharedWorker(_store, "one");
        await using var host = worker.Host(new CrawlerOptions());
        var crawls = new CrawlService(_store, host, worker.Get<ICrawlOwnership>(), TimeProvider.System);
        _slow.Delay = (path, token) => path == "/p/99" ? _go.Task.WaitAsync(token) : Task.CompletedTask;
        await crawls.AcceptAsync(Large, Batch(), Cancellation);
        await using var other = CrawlRig.SharedWorker(_store, "other");
        var elsewhere = new CrawlService(
            _store,
            new RecordingScheduler(),
            other.Get<ICrawlOwnership>(),
            TimeProvider.System
        );

        await Eventually.IsTrueAsync(
            async () =>
                await elsewhere.FindAsync(Large, Cancellation)
                    is { State: CrawlStatusState.Running, Progress: { Succeeded: 90, Queued: 10 } },
            "90 pages are shown"
        );
        _go.SetResult();
        await UntilAsync(elsewhere, Large, CrawlStatusState.Completed);
    }

    private async Task StartLargeAsync(CrawlService crawls)
    {
        await crawls.AcceptAsync(Large, SlowRequest(), Cancellation);
        await Eventually.IsTrueAsync(() => _slow.Log.Count > 0, "the large crawl runs");
    }

    // As many pages at once as there are chunks in its segment.
    private CrawlRequest SlowRequest() =>
        CrawlRig.Request(_slow) with
        {
            Mode = CrawlMode.Batch,
            Urls = [.. Enumerable.Range(0, 200).Select(n => _slow.Url($"/p/{n}"))],
            Concurrency = 50,
        };

    private CrawlRequest Batch() =>
        SlowRequest() with
        {
            Urls = [.. Enumerable.Range(0, 100).Select(n => _slow.Url($"/p/{n}"))],
        };

    private static Task UntilAsync(CrawlService crawls, string id, CrawlStatusState state) =>
        Eventually.IsTrueAsync(
            async () => (await crawls.FindAsync(id, Cancellation))!.State == state,
            $"{id} is {state}"
        );
}
