using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using Microsoft.DurableTask.Client;

namespace FunctionsCrawler.Functions.Tests;

/// <summary>A Functions app and a server share a store, and chunks wait for their turn.</summary>
public sealed class SharedStoreTests : IAsyncLifetime
{
    private const int Pages = 40;

    private readonly MemoryBlobStore _store = new();
    private CrawlSite _site = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _site = await CrawlSite.StartAsync(Pages);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Crawls_AppAndServer_EachPageIsFetchedOnce()
    {
        await using var app = await DurableRig.StartAsync(CrawlRig.SharedWorker(_store, "app", maxChunks: 2));
        await using var worker = CrawlRig.SharedWorker(_store, "server");
        await using var host = worker.Host(new CrawlerOptions());
        var server = new CrawlService(_store, host, worker.Get<ICrawlOwnership>(), TimeProvider.System);
        await app.Crawls.AcceptAsync("of-app", CrawlRig.Request(_site), Cancellation);
        await server.AcceptAsync("of-server", CrawlRig.Request(_site), Cancellation);

        // Each looks for crawls of the other all the time.
        await Eventually.IsTrueAsync(
            async () =>
            {
                await server.ResumeAsync(Cancellation);
                await app.Crawls.ResumeAsync(Cancellation);
                return (await server.FindAsync("of-app", Cancellation))!.HasEnded
                    && (await app.Crawls.FindAsync("of-server", Cancellation))!.HasEnded;
            },
            "both crawls end"
        );

        Assert.Equal(2 * Pages, _site.Log.Count);
    }

    [Fact]
    public async Task Crawl_TakenByAServer_TheAppsOrchestrationEndsWithoutAnEndOfTheCrawl()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _site.Delay = (path, token) => path == "/p/0" ? go.Task.WaitAsync(token) : Task.CompletedTask;
        await using var app = await DurableRig.StartAsync(CrawlRig.SharedWorker(_store, "app", maxChunks: 2));
        await app.Crawls.AcceptAsync(CrawlRig.Id, CrawlRig.Request(_site), Cancellation);
        await Eventually.IsTrueAsync(() => _site.Log.Count == 1, "the crawl runs");

        var crawl = new CrawlBlobs(_store, CrawlRig.Id);
        await _store.PutJsonAsync(
            crawl.Layout.Owner(1),
            new CrawlOwner("server"),
            CrawlJson.Default.CrawlOwner,
            FunctionsCrawler.Blobs.PutCondition.None,
            Cancellation
        );
        await app.Client.WaitForInstanceCompletionAsync(CrawlRig.Id, Cancellation);

        Assert.Null(await crawl.GetSummaryAsync(Cancellation));
        go.SetResult();
        await using var worker = CrawlRig.SharedWorker(_store, "server");
        await using var host = worker.Host(new CrawlerOptions());
        var server = new CrawlService(_store, host, worker.Get<ICrawlOwnership>(), TimeProvider.System);
        Assert.Equal(1, await server.ResumeAsync(Cancellation));
        await Eventually.IsTrueAsync(
            async () => (await server.FindAsync(CrawlRig.Id, Cancellation))!.State == CrawlStatusState.Completed,
            "the server completes the crawl"
        );
        Assert.Equal(Pages, (await CrawlRig.RecordsAsync(_store)).Count);
    }

    [Fact]
    public async Task Progress_SegmentRuns_CountsCommittedChunks()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _site.Delay = (path, token) => int.Parse(path[3..]) >= 10 ? go.Task.WaitAsync(token) : Task.CompletedTask;
        await using var app = await DurableRig.StartAsync(CrawlRig.SharedWorker(_store, "app", maxChunks: 2));
        var large = CrawlRig.Request(_site) with
        {
            Mode = CrawlMode.Batch,
            Urls = [.. Enumerable.Range(0, Pages).Select(n => _site.Url($"/p/{n}"))],
            Concurrency = 40,
        };
        await app.Crawls.AcceptAsync(CrawlRig.Id, large, Cancellation);
        // Two chunks are done; the next ones wait for the site.
        await Eventually.IsTrueAsync(
            async () =>
                (await app.Crawls.FindAsync(CrawlRig.Id, Cancellation))!.Progress is { Succeeded: 10, Queued: 30 },
            "ten pages are shown"
        );

        Assert.Equal(CommandResult.Done, await app.Crawls.CancelAsync(CrawlRig.Id, Cancellation));
        Assert.Equal(CrawlStatusState.Cancelled, (await app.WaitUntilEndedAsync(CrawlRig.Id)).State);
    }

    [Fact]
    public async Task Chunks_MoreThanMayWait_AreCalledAgain()
    {
        await using var many = await CrawlSite.StartAsync(150);
        await using var app = await DurableRig.StartAsync(CrawlRig.SharedWorker(_store, "app", maxChunks: 1));
        var request = CrawlRig.Request(many) with
        {
            Mode = CrawlMode.Batch,
            Urls = [.. Enumerable.Range(0, 150).Select(n => many.Url($"/p/{n}"))],
            Concurrency = 150,
        };
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        many.Delay = (_, token) => go.Task.WaitAsync(token);
        await app.Crawls.AcceptAsync(CrawlRig.Id, request, Cancellation);
        await Eventually.IsTrueAsync(() => many.Log.Count > 0, "the crawl runs");
        go.SetResult();

        Assert.Equal(150, (await app.WaitUntilEndedAsync(CrawlRig.Id)).Progress.Succeeded);
        Assert.Equal(150, many.Log.Count);
    }
}
