using System.Text.Json;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Core.Tests.Storage;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Core.Tests.Intake;

/// <summary>Messages are delivered at least once, and are one crawl.</summary>
public sealed class QueueAcceptanceTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accept_DeliveredTwiceAtOnceAndOnceLater_IsOneCrawl()
    {
        await using var site = await CrawlSite.StartAsync(20);
        await using var worker = CrawlRig.Worker(_store);
        await using var host = new EmbeddedHost(worker, new EmbeddedHostOptions(), NullLogger.Instance);
        var crawls = new CrawlService(_store, host, TimeProvider.System);
        var queue = new QueueAcceptance(crawls, TimeProvider.System);
        var body = JsonSerializer.Serialize(CrawlRig.Request(site), CrawlJson.Default.CrawlRequest);

        var atOnce = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => Task.Run(() => queue.AcceptAsync("q-1", body, Cancellation)))
        );
        while (host.Load != (0, 0))
            await Task.Delay(10, Cancellation);
        var later = await queue.AcceptAsync("q-1", body, Cancellation);

        Assert.All(atOnce.Append(later), Assert.Null);
        Assert.Equal((0, 0), host.Load);
        Assert.Equal(20, site.Log.Count);
        Assert.Single((await crawls.ListAsync(null, 10, null, Cancellation)).Items);
    }

    [Theory]
    [InlineData("nonsense", "It is no JSON")]
    [InlineData("""{"urls":[],"speed":9}""", "speed: There is no such field")]
    public async Task Accept_Malformed_SaysWhy(string body, string why)
    {
        await using var worker = CrawlRig.Worker(_store);
        await using var host = new EmbeddedHost(worker, new EmbeddedHostOptions(), NullLogger.Instance);
        var queue = new QueueAcceptance(new CrawlService(_store, host, TimeProvider.System), TimeProvider.System);

        Assert.Contains(why, await queue.AcceptAsync("q-1", body, Cancellation), StringComparison.Ordinal);
        Assert.Empty(_store.Names);
    }

    [Fact]
    public async Task Accept_HostIsFull_WaitsUntilThereIsRoom()
    {
        await using var site = await CrawlSite.StartAsync(1);
        var go = new TaskCompletionSource();
        site.Delay = (_, _) => go.Task;
        await using var worker = CrawlRig.Worker(_store);
        var limits = new EmbeddedHostOptions { MaxRunning = 1, MaxWaiting = 1 };
        await using var host = new EmbeddedHost(worker, limits, NullLogger.Instance);
        var crawls = new CrawlService(_store, host, TimeProvider.System);
        var queue = new QueueAcceptance(crawls, TimeProvider.System);
        var body = JsonSerializer.Serialize(CrawlRig.Request(site), CrawlJson.Default.CrawlRequest);
        await crawls.AcceptAsync("a", CrawlRig.Request(site), Cancellation);
        await crawls.AcceptAsync("b", CrawlRig.Request(site), Cancellation);

        var waiting = queue.AcceptAsync("q-1", body, Cancellation);
        Assert.False(waiting.IsCompleted);
        Assert.Null(await crawls.FindAsync("q-1", Cancellation));
        go.SetResult();

        Assert.Null(await waiting);
        Assert.NotNull(await crawls.FindAsync("q-1", Cancellation));
        while (host.Load != (0, 0))
            await Task.Delay(10, Cancellation);
    }
}
