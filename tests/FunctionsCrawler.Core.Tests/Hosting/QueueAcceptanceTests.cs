using System.Text.Json;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>Queue messages are delivered at least once, but each starts only one crawl.</summary>
public sealed class QueueAcceptanceTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accept_DeliveredTwiceConcurrentlyAndOnceLater_OneCrawl()
    {
        await using var site = await CrawlSite.StartAsync(20);
        await using var worker = CrawlRig.Worker(_store);
        await using var host = worker.Host(new CrawlerOptions());
        var crawls = new CrawlService(_store, host, new SoleOwnership(), TimeProvider.System);
        var queue = new QueueAcceptance(crawls, new CrawlerOptions(), TimeProvider.System);
        var body = JsonSerializer.Serialize(CrawlRig.Request(site), CrawlJson.Default.CrawlRequest);

        var concurrent = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => Task.Run(() => queue.AcceptAsync("q-1", body, Cancellation)))
        );
        await Eventually.IsTrueAsync(() => host.Load == (0, 0), "the host is idle");
        var later = await queue.AcceptAsync("q-1", body, Cancellation);

        Assert.All(concurrent.Append(later), Assert.Null);
        Assert.Equal((0, 0), host.Load);
        Assert.Equal(20, site.Log.Count);
        Assert.Single((await crawls.ListAsync(null, 10, null, Cancellation)).Items);
    }

    [Theory]
    [InlineData("nonsense", "The body is not valid JSON")]
    [InlineData("""{"urls":[],"speed":9}""", "speed: It is not a known field")]
    public async Task Accept_Malformed_ReturnsTheReason(string body, string why)
    {
        await using var worker = CrawlRig.Worker(_store);
        await using var host = worker.Host(new CrawlerOptions());
        var queue = new QueueAcceptance(
            new CrawlService(_store, host, new SoleOwnership(), TimeProvider.System),
            new CrawlerOptions(),
            TimeProvider.System
        );

        Assert.Contains(why, await queue.AcceptAsync("q-1", body, Cancellation), StringComparison.Ordinal);
        Assert.Empty(_store.Names);
    }

    [Fact]
    public async Task Accept_HostIsFull_WaitsUntilItIsNot()
    {
        await using var site = await CrawlSite.StartAsync(1);
        var go = new TaskCompletionSource();
        site.Delay = (_, _) => go.Task;
        await using var worker = CrawlRig.Worker(_store);
        var limits = new CrawlerOptions { MaxRunning = 1, MaxWaiting = 1 };
        await using var host = worker.Host(limits);
        var crawls = new CrawlService(_store, host, new SoleOwnership(), TimeProvider.System);
        var queue = new QueueAcceptance(crawls, new CrawlerOptions(), TimeProvider.System);
        var body = JsonSerializer.Serialize(CrawlRig.Request(site), CrawlJson.Default.CrawlRequest);
        await crawls.AcceptAsync("a", CrawlRig.Request(site), Cancellation);
        await crawls.AcceptAsync("b", CrawlRig.Request(site), Cancellation);

        var waiting = queue.AcceptAsync("q-1", body, Cancellation);
        Assert.False(waiting.IsCompleted);
        Assert.Null(await crawls.FindAsync("q-1", Cancellation));
        go.SetResult();

        Assert.Null(await waiting);
        Assert.NotNull(await crawls.FindAsync("q-1", Cancellation));
        await Eventually.IsTrueAsync(() => host.Load == (0, 0), "the host is idle");
    }
}
