using System.Collections.Concurrent;
using System.Text.Json;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Fetching;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Activities;

/// <summary>
/// The callback URL of a crawl is notified when the crawl ends: at least once, with the same id, through the egress guard.
/// </summary>
public sealed class WebhookTests
{
    private readonly MemoryBlobStore _store = new();
    private readonly ConcurrentQueue<(string Id, JsonElement Body)> _received = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CrawlBlobs Crawl => new(_store, CrawlRig.Id);

    [Fact]
    public async Task Crawl_WithCallback_SendsItsSummaryOnce()
    {
        await using var site = await CrawlSite.StartAsync(5);
        await using var receiver = await PageServer.StartAsync(ReceiveAsync);

        await CrawlRig.CrawlAsync(_store, Request(site, receiver));
        await CrawlRig.RunAsync(_store);

        var (id, body) = Assert.Single(_received);
        Assert.Equal(CrawlRig.Id, id);
        Assert.Equal("crawl.ended", body.GetProperty("type").GetString());
        Assert.Equal(5, body.GetProperty("data").GetProperty("pages").GetProperty("succeeded").GetInt32());
        Assert.Null((await DeliveryAsync()).Error);
    }

    [Fact]
    public async Task Crawl_ReceiverUnavailableAtFirst_Retries()
    {
        await using var site = await CrawlSite.StartAsync(1);
        var requests = 0;
        await using var receiver = await PageServer.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return ++requests < 3 ? Task.CompletedTask : ReceiveAsync(context);
        });

        await CrawlRig.CrawlAsync(_store, Request(site, receiver));

        Assert.Single(_received);
        Assert.Equal(3, (await DeliveryAsync()).Attempts);
    }

    [Theory]
    [InlineData(404, 1)]
    [InlineData(302, 1)]
    [InlineData(500, 5)]
    public async Task Crawl_ReceiverFails_CrawlCompletes(int status, int attempts)
    {
        await using var site = await CrawlSite.StartAsync(1);
        await using var receiver = await PageServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "http://127.0.0.1:9/";
            return Task.CompletedTask;
        });

        var end = await CrawlRig.CrawlAsync(_store, Request(site, receiver));

        Assert.Equal(CrawlState.Completed, end.State);
        Assert.Equal($"the receiver responded with {status}", (await DeliveryAsync()).Error);
        Assert.Equal(attempts, (await DeliveryAsync()).Attempts);
    }

    [Fact]
    public async Task Crawl_ReceiverAddressIsBlocked_NotConnected()
    {
        await using var receiver = await PageServer.StartAsync(ReceiveAsync);
        await using var worker = new WorkerRig(
            _store,
            new CrawlerOptions { MemoryBytes = 1L << 45 },
            new CrawlRig.Unobserved(),
            TimeProvider.System
        );
        await CrawlRig.AcceptAsync(
            _store,
            new CrawlRequest
            {
                Urls = ["http://127.0.0.1:9/"],
                Render = RenderMode.Never,
                CallbackUrl = receiver.Url.AbsoluteUri,
            }
        );

        await worker.Engine.RunAsync(CrawlRig.Id, _ => { }, Cancellation);

        Assert.Empty(_received);
        var delivery = await DeliveryAsync();
        Assert.Equal(1, delivery.Attempts);
        Assert.Contains("127.0.0.1", delivery.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crawl_CrashBetweenEndAndWebhook_OpenUntilTheWebhookIsSent()
    {
        await using var site = await CrawlSite.StartAsync(1);
        await using var receiver = await PageServer.StartAsync(ReceiveAsync);
        var dying = new InterceptedStore(_store)
        {
            Before = (operation, name) =>
                operation is "get" && name.EndsWith("webhook.json", StringComparison.Ordinal)
                    ? throw new StoreUnavailableException("killed", new IOException())
                    : Task.CompletedTask,
        };
        await using (var worker = CrawlRig.Worker(dying))
        {
            await using var host = worker.Host(new CrawlerOptions());
            await new CrawlService(dying, host, new SoleOwnership(), TimeProvider.System).AcceptAsync(
                CrawlRig.Id,
                Request(site, receiver),
                Cancellation
            );
            await Eventually.IsTrueAsync(
                async () => await Crawl.GetSummaryAsync(Cancellation) is not null,
                "the crawl ends"
            );
        }
        Assert.Empty(_received);

        await using (var worker = CrawlRig.Worker(_store))
        {
            await using var host = worker.Host(new CrawlerOptions());
            var service = new CrawlService(_store, host, new SoleOwnership(), TimeProvider.System);
            Assert.Equal(1, await service.ResumeAsync(Cancellation));
            await Eventually.IsTrueAsync(() => host.Load == (0, 0), "the host is idle");
            Assert.Equal(0, await service.ResumeAsync(Cancellation));
        }
        Assert.Single(_received);
    }

    private static CrawlRequest Request(CrawlSite site, PageServer receiver) =>
        CrawlRig.Request(site) with
        {
            CallbackUrl = receiver.Url.AbsoluteUri,
        };

    private async Task ReceiveAsync(HttpContext context)
    {
        var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: Cancellation);
        _received.Enqueue((context.Request.Headers["Webhook-Id"].ToString(), body.RootElement));
        context.Response.StatusCode = 204;
    }

    private async Task<WebhookDelivery> DeliveryAsync()
    {
        var blob = await _store.GetAsync(Crawl.Layout.Webhook, Cancellation);
        return JsonSerializer.Deserialize(blob!.Value.Span, CrawlJson.Default.WebhookDelivery)!;
    }
}
