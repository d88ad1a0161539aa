using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>Several processes on one store. Each crawl belongs to one of them, and to another one when that is gone.</summary>
public sealed class SharedStoreTests : IAsyncLifetime
{
    private const int Pages = 60;

    private readonly MemoryBlobStore _store = new();
    private CrawlSite _site = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _site = await CrawlSite.StartAsync(Pages);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Crawls_TwoServers_EachPageIsFetchedOnce()
    {
        await using var one = new Server(_store, "one");
        await using var other = new Server(_store, "other");
        var ids = Enumerable.Range(0, 4).Select(n => $"crawl-{n}").ToList();
        foreach (var id in ids)
            await one.Crawls.AcceptAsync(id, CrawlRig.Request(_site), Cancellation);

        foreach (var id in ids)
            await other.UntilEndedAsync(id);

        Assert.Equal(ids.Count * Pages, _site.Log.Count);
    }

    [Fact]
    public async Task Crawl_OwnerIsGone_TheOtherContinuesAndNoPageIsLost()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _site.Delay = async (_, token) =>
        {
            if (_site.Log.Count <= 20)
                return;
            held.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        };
        await using var other = new Server(_store, "other");
        int fetched;
        await using (var one = new Server(_store, "one"))
        {
            await one.Crawls.AcceptAsync(CrawlRig.Id, CrawlRig.Request(_site), Cancellation);
            await held.Task.WaitAsync(Cancellation);
            await Eventually.IsTrueAsync(
                () => _site.Log.Count == 20 + CrawlRig.Request(_site).Concurrency,
                "all pages in flight"
            );
            fetched = _site.Log.Count;
            // Ten seconds of the clock of both: while the owner lives, the other one leaves the crawl alone.
            await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
            Assert.Equal(fetched, _site.Log.Count);
        }
        _site.Delay = (_, _) => Task.CompletedTask;

        await other.UntilEndedAsync(CrawlRig.Id);

        var urls = (await CrawlRig.RecordsAsync(_store)).ConvertAll(r => r.Url);
        Assert.Equal(Pages, urls.Count);
        Assert.Distinct(urls);
        // Only the pages of the chunk in flight are fetched again.
        Assert.InRange(_site.Log.Count - fetched, 1, Pages);
    }

    [Fact]
    public async Task Crawl_OwnerWasStalledAndLostIt_StopsWithoutAnEnd()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _site.Delay = (path, token) => path == "/p/0" ? go.Task.WaitAsync(token) : Task.CompletedTask;
        await using var one = new Server(_store, "one");
        await one.Crawls.AcceptAsync(CrawlRig.Id, CrawlRig.Request(_site), Cancellation);
        await Eventually.IsTrueAsync(() => _site.Log.Count == 1, "the crawl runs");
        var crawl = new CrawlBlobs(_store, CrawlRig.Id);

        await GiveToAnotherAsync(crawl);
        await Eventually.IsTrueAsync(() => one.Host.Load.Running == 0, "the owner stops");

        Assert.Null(await crawl.GetSummaryAsync(Cancellation));
        Assert.Empty(await CrawlRig.RecordsAsync(_store));
        Assert.Single(_site.Log);
        go.SetResult();
        // The heartbeat of the other one does not change, so the crawl is free again.
        await one.UntilEndedAsync(CrawlRig.Id);
        Assert.Equal(Pages, (await CrawlRig.RecordsAsync(_store)).Count);
    }

    [Fact]
    public async Task Crawl_OwnerWasStalledAndItsChunkIsCommittedElsewhere_StartsNoOtherChunk()
    {
        _site.Delay = (_, token) => Task.Delay(Timeout.Infinite, token);
        await using var one = new Server(_store, "one");
        // One lane of three chunks.
        var request = CrawlRig.Request(_site) with
        {
            Mode = CrawlMode.Batch,
            Urls = [.. Enumerable.Range(0, Pages).Select(n => _site.Url($"/p/{n}"))],
        };
        await one.Crawls.AcceptAsync(CrawlRig.Id, request, Cancellation);
        await Eventually.IsTrueAsync(() => _site.Log.Count == request.Concurrency, "the first chunk runs");
        var crawl = new CrawlBlobs(_store, CrawlRig.Id);

        await crawl.CommitChunkAsync(0, 0, new ChunkHeader { Pages = new PageCounts() }, [], Cancellation);
        await GiveToAnotherAsync(crawl);
        await Eventually.IsTrueAsync(() => one.Host.Load.Running == 0, "the owner stops");

        Assert.Equal(request.Concurrency, _site.Log.Count);
    }

    [Fact]
    public async Task Cancel_ByAServerThatDoesNotRunTheCrawl_Ends()
    {
        _site.Delay = (_, token) => Task.Delay(Timeout.Infinite, token);
        await using var one = new Server(_store, "one");
        await using var other = new Server(_store, "other");
        await one.Crawls.AcceptAsync(CrawlRig.Id, CrawlRig.Request(_site), Cancellation);
        await Eventually.IsTrueAsync(() => _site.Log.Count == 1, "the crawl runs");

        Assert.Equal(CommandResult.Done, await other.Crawls.CancelAsync(CrawlRig.Id, Cancellation));

        await other.UntilEndedAsync(CrawlRig.Id);
        Assert.Equal(CrawlStatusState.Cancelled, (await other.Crawls.FindAsync(CrawlRig.Id, Cancellation))!.State);
    }

    // As if another process had taken the crawl, and then wrote its last heartbeat.
    private async Task GiveToAnotherAsync(CrawlBlobs crawl)
    {
        await _store.PutJsonAsync(
            CrawlLayout.Heartbeat("another"),
            new OwnerBeat("last"),
            CrawlJson.Default.OwnerBeat,
            PutCondition.None,
            Cancellation
        );
        await _store.PutJsonAsync(
            crawl.Layout.Owner(7),
            new CrawlOwner("another"),
            CrawlJson.Default.CrawlOwner,
            PutCondition.None,
            Cancellation
        );
    }

    /// <summary>What <c>crawl serve</c> does on a storage account, without HTTP.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly WorkerRig _worker;
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _takeover;

        public Server(MemoryBlobStore store, string owner)
        {
            _worker = CrawlRig.SharedWorker(store, owner);
            Host = _worker.Host(new CrawlerOptions());
            Crawls = new CrawlService(store, Host, _worker.Get<ICrawlOwnership>(), TimeProvider.System);
            _takeover = new CrawlTakeover(Crawls, Host, _worker.Time, NullLogger.Instance).RunAsync(_stopping.Token);
        }

        public EmbeddedHost Host { get; }

        public CrawlService Crawls { get; }

        public Task UntilEndedAsync(string id) =>
            Eventually.IsTrueAsync(async () => (await Crawls.FindAsync(id, Cancellation))!.HasEnded, $"{id} ends");

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await _takeover;
            await Host.DisposeAsync();
            await _worker.DisposeAsync();
            _stopping.Dispose();
        }
    }
}
