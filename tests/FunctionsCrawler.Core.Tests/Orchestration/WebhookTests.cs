using System.Collections.Concurrent;
using System.Text.Json;
using FunctionsCrawler.Core.Tests.Fetching;
using FunctionsCrawler.Core.Tests.Storage;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Orchestration;

/// <summary>The callback URL of a crawl hears of its end: at least once, under one id, through the address guard.</summary>
public sealed class WebhookTests
{
    private readonly MemoryBlobStore _store = new();
    private readonly ConcurrentQueue<(string Id, JsonElement Body)> _heard = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CrawlBlobs Crawl => new(_store, CrawlRig.Id);

    [Fact]
    public async Task Crawl_WithCallback_TellsItsSummaryOnce()
    {
        await using var site = await CrawlSite.StartAsync(5);
        await using var receiver = await PageServer.StartAsync(HearAsync);

        await CrawlRig.CrawlAsync(_store, Request(site, receiver));
        await CrawlRig.RunAsync(_store);

        var (id, body) = Assert.Single(_heard);
        Assert.Equal(CrawlRig.Id, id);
        Assert.Equal("crawl.ended", body.GetProperty("type").GetString());
        Assert.Equal(5, body.GetProperty("data").GetProperty("pages").GetProperty("succeeded").GetInt32());
        Assert.Null((await DeliveryAsync()).Error);
    }

    [Fact]
    public async Task Crawl_ReceiverIsBusyAtFirst_TriesAgain()
    {
        await using var site = await CrawlSite.StartAsync(1);
        var asked = 0;
        await using var receiver = await PageServer.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return ++asked < 3 ? Task.CompletedTask : HearAsync(context);
        });

        await CrawlRig.CrawlAsync(_store, Request(site, receiver));

        Assert.Single(_heard);
        Assert.Equal(3, (await DeliveryAsync()).Attempts);
    }

    [Theory]
    [InlineData(404, 1)]
    [InlineData(302, 1)]
    [InlineData(500, 5)]
    public async Task Crawl_ReceiverDoesNotHear_EndsAllTheSame(int status, int attempts)
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
        Assert.Equal($"it answered {status}", (await DeliveryAsync()).Error);
        Assert.Equal(attempts, (await DeliveryAsync()).Attempts);
    }

    [Fact]
    public async Task Crawl_ReceiverIsForbidden_IsNotConnectedTo()
    {
        await using var receiver = await PageServer.StartAsync(HearAsync);
        await using var worker = new CrawlWorker(
            _store,
            new CrawlWorkerOptions { MemoryBytes = 1L << 45 },
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

        await new EmbeddedEngine(worker).RunAsync(CrawlRig.Id, _ => { }, Cancellation);

        Assert.Empty(_heard);
        var delivery = await DeliveryAsync();
        Assert.Equal(1, delivery.Attempts);
        Assert.Contains("127.0.0.1", delivery.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crawl_DiesBetweenItsEndAndTheWebhook_IsOpenUntilTheWebhookIsSent()
    {
        await using var site = await CrawlSite.StartAsync(1);
        await using var receiver = await PageServer.StartAsync(HearAsync);
        var dying = new InterceptedStore(_store)
        {
            Before = (operation, name) =>
                operation is "get" && name.EndsWith("webhook.json", StringComparison.Ordinal)
                    ? throw new StoreUnavailableException("killed", new IOException())
                    : Task.CompletedTask,
        };
        await using (var worker = CrawlRig.Worker(dying))
        {
            await using var host = new EmbeddedHost(
                worker,
                new(),
                Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance
            );
            await new CrawlService(dying, host, TimeProvider.System).AcceptAsync(
                CrawlRig.Id,
                Request(site, receiver),
                Cancellation
            );
            while (await Crawl.GetSummaryAsync(Cancellation) is null)
                await Task.Delay(10, Cancellation);
        }
        Assert.Empty(_heard);

        await using (var worker = CrawlRig.Worker(_store))
        {
            await using var host = new EmbeddedHost(
                worker,
                new(),
                Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance
            );
            var service = new CrawlService(_store, host, TimeProvider.System);
            Assert.Equal(1, await service.ResumeAsync(Cancellation));
            while (host.Load != (0, 0))
                await Task.Delay(10, Cancellation);
            Assert.Equal(0, await service.ResumeAsync(Cancellation));
        }
        Assert.Single(_heard);
    }

    private static CrawlRequest Request(CrawlSite site, PageServer receiver) =>
        CrawlRig.Request(site) with
        {
            CallbackUrl = receiver.Url.AbsoluteUri,
        };

    private async Task HearAsync(HttpContext context)
    {
        var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: Cancellation);
        _heard.Enqueue((context.Request.Headers["Webhook-Id"].ToString(), body.RootElement));
        context.Response.StatusCode = 204;
    }

    private async Task<WebhookDelivery> DeliveryAsync()
    {
        var blob = await _store.GetAsync(Crawl.Layout.Webhook, Cancellation);
        return JsonSerializer.Deserialize(blob!.Bytes.Span, CrawlJson.Default.WebhookDelivery)!;
    }
}
