using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>Single pages over HTTP: formats, politeness, deadline, queue limit, cancellation.</summary>
public sealed class ScrapeServiceTests : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private CrawlSite _site = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _site = await CrawlSite.StartAsync(3);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Scrape_MarkedMainContent_OnlyTheRequestedFormats()
    {
        _site.Special["/page"] = context =>
            WriteAsync(context, "<nav>menu</nav><main><h1>T</h1><p>body</p></main><footer>foot</footer>");
        await using var rig = Rig();

        var record = await ScrapeAsync(rig, "/page", PageFormat.MainMarkdown, PageFormat.Html);

        Assert.Null(record.Error);
        Assert.Equal("# T\n\nbody\n", record.MainMarkdown);
        Assert.Contains("<nav>menu</nav>", record.Html, StringComparison.Ordinal);
        Assert.Null(record.Markdown);
        Assert.Null(record.Metadata);
        Assert.Empty(record.Links);
        Assert.Null(record.Receipts);
    }

    [Fact]
    public async Task Scrape_NoMainContentMarked_WholePage()
    {
        _site.Special["/page"] = context => WriteAsync(context, "<p>one</p><article>a</article><article>b</article>");
        await using var rig = Rig();

        var record = await ScrapeAsync(rig, "/page", PageFormat.Markdown, PageFormat.MainMarkdown);

        Assert.Equal("one\n\na\n\nb\n", record.MainMarkdown);
        Assert.Equal(record.Markdown, record.MainMarkdown);
    }

    [Fact]
    public async Task Scrape_NoIndex_NoFormatHasContent()
    {
        _site.Special["/page"] = context =>
            WriteAsync(
                context,
                "<html lang=secret><title>secret</title><meta name=robots content=noindex>"
                    + "<meta name=description content=secret><p>secret</p><a href=/secret>secret</a>"
            );
        await using var rig = Rig();

        var record = await ScrapeAsync(
            rig,
            "/page",
            [.. Enum.GetValues<PageFormat>().Where(format => format != PageFormat.Screenshot)]
        );

        Assert.Equal(ErrorCode.Robots, record.Error?.Code);
        var json = JsonSerializer.Serialize(record, CrawlJson.Default.PageRecord);
        Assert.DoesNotContain("secret", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_DisallowedByRobots_NotFetched()
    {
        _site.Special["/robots.txt"] = context => context.Response.WriteAsync("User-agent: *\nDisallow: /p/1");
        await using var rig = Rig();

        var record = await ScrapeAsync(rig, "/p/1");

        Assert.Equal(ErrorCode.Robots, record.Error?.Code);
        Assert.DoesNotContain("/p/1", _site.Log);
    }

    [Fact]
    public async Task Scrape_BlockedAddress_Rejected()
    {
        await using var rig = Rig(new CrawlerOptions { AllowPrivate = false });

        Assert.Equal(ErrorCode.BlockedAddress, (await ScrapeAsync(rig, "/p/1")).Error?.Code);
        Assert.Empty(_site.Log);
    }

    [Fact]
    public async Task Scrape_ServerNeverResponds_EndsAtTheDeadline()
    {
        _site.Delay = (_, token) => Task.Delay(Timeout.Infinite, token);
        await using var rig = Rig();

        var record = await rig.Get<ScrapeService>()
            .TryScrapeAsync(Request("/p/1") with { Page = new PageOptions { TimeoutSeconds = 1 } }, Cancellation)
            .WaitAsync(Guard, Cancellation);

        Assert.Equal(ErrorCode.Timeout, record!.Error?.Code);
    }

    [Fact]
    public async Task Scrape_Cancelled_ClosesTheConnection()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _site.Delay = async (path, token) =>
        {
            started.TrySetResult();
            await using var registration = token.Register(ended.SetResult);
            await Task.Delay(Timeout.Infinite, token);
        };
        await using var rig = Rig();
        using var client = new CancellationTokenSource();

        var scraping = rig.Get<ScrapeService>().TryScrapeAsync(Request("/p/1"), client.Token);
        await started.Task.WaitAsync(Guard, Cancellation);
        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scraping.WaitAsync(Guard, Cancellation));
        await ended.Task.WaitAsync(Guard, Cancellation);
    }

    [Fact]
    public async Task Scrape_TooManyWaiting_RejectedUntilOneEnds()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _site.Delay = (_, _) => go.Task;
        await using var rig = Rig(
            new CrawlerOptions
            {
                AllowPrivate = true,
                MaxRunningScrapes = 1,
                MaxWaitingScrapes = 1,
            }
        );
        var scrapes = rig.Get<ScrapeService>();
        var running = scrapes.TryScrapeAsync(Request("/p/0"), Cancellation);
        var waiting = scrapes.TryScrapeAsync(Request("/p/1"), Cancellation);
        await Eventually.IsTrueAsync(() => scrapes.Waiting == 1, "one scrape waits");

        Assert.Null(await scrapes.TryScrapeAsync(Request("/p/2"), Cancellation));

        go.SetResult();
        Assert.Null((await running.WaitAsync(Guard, Cancellation))!.Error);
        Assert.Null((await waiting.WaitAsync(Guard, Cancellation))!.Error);
        Assert.Equal(0, scrapes.Waiting);
        Assert.Null((await scrapes.TryScrapeAsync(Request("/p/2"), Cancellation))!.Error);
    }

    private static WorkerRig Rig(CrawlerOptions? options = null) =>
        new(
            new MemoryBlobStore(),
            options ?? new CrawlerOptions { AllowPrivate = true },
            new CrawlRig.Unobserved(),
            TimeProvider.System
        );

    private async Task<PageRecord> ScrapeAsync(WorkerRig rig, string path, params PageFormat[] formats)
    {
        var request = Request(path);
        if (formats.Length > 0)
            request = request with { Formats = formats };
        return (await rig.Get<ScrapeService>().TryScrapeAsync(request, Cancellation).WaitAsync(Guard, Cancellation))!;
    }

    private PageRequest Request(string path) => new() { Url = _site.Url(path), Render = RenderMode.Never };

    private static Task WriteAsync(HttpContext context, string body)
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync($"<html><body>{body}</body></html>");
    }
}
