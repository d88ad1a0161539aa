using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>An embedded host with its service, on the test's store.</summary>
internal sealed class HostRig : IAsyncDisposable
{
    private readonly WorkerRig _worker;

    public HostRig(IBlobStore store, CrawlerOptions options)
    {
        _worker = CrawlRig.Worker(store);
        Host = _worker.Host(options);
        Service = new CrawlService(store, Host, new SoleOwnership(), TimeProvider.System);
    }

    public EmbeddedHost Host { get; }

    public CrawlService Service { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task<CrawlStatus> WaitUntilEndedAsync(string id = CrawlRig.Id)
    {
        CrawlStatus? status = null;
        await Eventually.IsTrueAsync(
            async () => (status = (await Service.FindAsync(id, Cancellation))!).HasEnded,
            $"{id} ends"
        );
        return status!;
    }

    public Task WaitUntilIdleAsync() => Eventually.IsTrueAsync(() => Host.Load == (0, 0), "the host is idle");

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _worker.DisposeAsync();
    }
}
