using FunctionsCrawler.Activities;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Browsing;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>Single pages in a browser: each scrape has its own browser or a spare, and leaves no process behind.</summary>
public sealed class RenderedScrapeTests : BrowserTestBase
{
    [Fact]
    public async Task Scrape_Screenshot_PngOfThePageAndCleanReceipt()
    {
        await using var rig = Rig();

        var record = await ScrapeAsync(rig, PageFormat.Markdown, PageFormat.Screenshot);

        Assert.Null(record.Error);
        Assert.Equal(RenderedBy.Browser, record.RenderedBy);
        var screenshot = record.Artifacts!["screenshot"];
        Assert.Equal("image/png", screenshot.ContentType);
        Assert.Equal(screenshot.Bytes, screenshot.Data!.Value.Length);
        Assert.True(screenshot.Data.Value.Span.StartsWith(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }));
        // The width of the image, from its IHDR chunk.
        Assert.InRange(screenshot.Data.Value.Span[18] << 8 | screenshot.Data.Value.Span[19], 300, 4000);
        AssertNothingLeft(Assert.Single(record.Receipts!));
    }

    [Fact]
    public async Task Scrape_NoIndexWithScreenshot_NoPicture()
    {
        await using var rig = Rig();
        var url = Site.Page("/private", "<meta name=robots content=noindex><p>secret");

        var record = await rig.Get<ScrapeService>()
            .TryScrapeAsync(Request(url) with { Formats = [PageFormat.Screenshot] }, Cancellation)
            .WaitAsync(TimeSpan.FromMinutes(1), Cancellation);

        Assert.Equal(ErrorCode.Robots, record!.Error?.Code);
        Assert.Null(record.Artifacts);
        AssertNothingLeft(Assert.Single(record.Receipts!));
    }

    [Fact]
    public async Task Scrape_Cancelled_LeavesNoBrowser()
    {
        var observer = new BrowserMarkers();
        await using var rig = Rig(observer: observer);
        using var client = new CancellationTokenSource();

        var scraping = rig.Get<ScrapeService>().TryScrapeAsync(Request(Site.Hang("/hang")), client.Token);
        await UntilAsync(() => !observer.Started.IsEmpty);
        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scraping.WaitAsync(Guard, Cancellation));
        Assert.All(observer.Started, marker => Assert.Empty(Leftovers.Showing(marker)));
        Assert.Empty(Leftovers.Zombies());
    }

    [Fact]
    public async Task Scrape_SpareBrowser_ServesOneInvocationAndIsReplaced()
    {
        var observer = new BrowserMarkers();
        await using var rig = Rig(spares: 1, observer);
        var spares = rig.Get<SpareBrowsers>();
        await UntilAsync(() => spares.Ready == 1);

        var first = await ScrapeAsync(rig, PageFormat.Markdown);
        await UntilAsync(() => spares.Ready == 1);
        var second = await ScrapeAsync(rig, PageFormat.Markdown);

        var receipts = new[] { Assert.Single(first.Receipts!), Assert.Single(second.Receipts!) };
        Assert.Equal(2, receipts.Select(r => r.Invocation).Distinct(StringComparer.Ordinal).Count());
        Assert.All(receipts, AssertNothingLeft);
        Assert.All(receipts, receipt => Assert.Equal(1, receipt.Pages));
    }

    [Fact]
    public async Task SpareBrowsers_Disposed_NoProcessLeft()
    {
        await using (var rig = Rig(spares: 2))
            await UntilAsync(() => rig.Get<SpareBrowsers>().Ready == 2);

        Assert.Empty(Leftovers.Zombies());
        // Browsers are children of this process, and it also adopts their orphans.
        Assert.DoesNotContain(ProcessTable.Snapshot(), process => process.Parent == Environment.ProcessId);
    }

    private static WorkerRig Rig(int spares = 0, BrowserMarkers? observer = null)
    {
        Requires.Installed(Need.Chromium, ChromiumLocator.Find(out var fault) is not null, $"No browser: {fault}");
        return new WorkerRig(
            new MemoryBlobStore(),
            // The other tests of this process may use much memory at the same time.
            new CrawlerOptions
            {
                AllowPrivate = true,
                SpareBrowsers = spares,
                MemoryMb = 16_384,
            },
            observer ?? new BrowserMarkers(),
            TimeProvider.System
        );
    }

    private async Task<PageRecord> ScrapeAsync(WorkerRig rig, params PageFormat[] formats) =>
        (
            await rig.Get<ScrapeService>()
                .TryScrapeAsync(Request(Site.Page("/p", "<h1>Hello</h1>")) with { Formats = formats }, Cancellation)
                .WaitAsync(TimeSpan.FromMinutes(1), Cancellation)
        )!;

    private static PageRequest Request(Uri url) => new() { Url = url.AbsoluteUri, Render = RenderMode.Always };
}
