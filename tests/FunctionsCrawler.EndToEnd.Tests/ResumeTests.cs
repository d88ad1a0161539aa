using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>A crawl that is killed or cancelled and then resumed has the pages of an uninterrupted crawl, each once.</summary>
public sealed class ResumeTests : EndToEndTest
{
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Crawl_KilledTwice_ResumesToTheSamePages()
    {
        NeedsSignals();
        const int Pages = 400;
        await using var site = await TreeSite.StartAsync(Pages);
        await UninterruptedAsync(site, "never");

        await KillAsync(site, 90, [site.Url + "p/0", .. Options("never", "out")]);
        await KillAsync(site, 110, ["--resume", "out"]);
        site.Release();
        (await RunAsync("--resume", "out")).Expect(0);

        AssertSame(Pages);
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Crawl_KilledWithARunningBrowser_ResumesAndLeavesNoProcess()
    {
        NeedsSignals();
        NeedsChromium();
        const int Pages = 30;
        await using var site = await TreeSite.StartAsync(Pages);
        await UninterruptedAsync(site, "never");

        await KillAsync(site, 12, [site.Url + "p/0", .. Options("always", "out")]);
        await Place.AssertNoProcessesAsync();
        site.Release();
        (await RunAsync("--resume", "out")).Expect(0);

        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
        Assert.Equal(1, Read("out").Summary.RenderedShare);
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task CrawlWithPictures_Killed_ResumesToOnePictureOfEachPage()
    {
        NeedsSignals();
        NeedsChromium();
        const int Pages = 20;
        await using var site = await TreeSite.StartAsync(Pages);

        await KillAsync(site, 9, [site.Url + "p/0", .. Options("always", "out"), "--screenshot"]);
        await Place.AssertNoProcessesAsync();
        site.Release();
        (await RunAsync("--resume", "out")).Expect(0);

        var crawl = Read("out");
        Assert.Equal(TreeSite.Paths(Pages), crawl.StoredPaths);
        foreach (var page in crawl.Pages)
        {
            var picture = Assert.Single(page.Artifacts!).Value;
            Assert.Equal(picture.Bytes, new FileInfo(Place.At("out", "artifacts", picture.Blob!)).Length);
        }
        Assert.Equal(Pages, Directory.GetFiles(Place.At("out", "artifacts")).Length);
    }

    [Theory]
    [InlineData(CrawlProcess.Interrupt)]
    [InlineData(CrawlProcess.Terminate)]
    public async Task Crawl_Signalled_IsCancelledAndCanBeResumed(int signal)
    {
        NeedsSignals();
        const int Pages = 300;
        await using var site = await TreeSite.StartAsync(Pages);
        await UninterruptedAsync(site, "never");

        var exit = await SignalAsync(site, 100, signal, [site.Url + "p/0", .. Options("never", "out")]);

        var cancelled = AssertCancelled(exit);
        Assert.InRange(cancelled.Pages.Count, 1, Pages - 1);
        Assert.True(cancelled.Summary.Pages.Pending > 0);
        site.Release();
        (await RunAsync("--resume", "out")).Expect(0);
        AssertSame(Pages);
    }

    [Fact]
    public async Task Crawl_NoMemoryLeftForBrowsers_ExitsWith75AndCanBeResumed()
    {
        NeedsSignals();
        const int Pages = 60;
        await using var site = await TreeSite.StartAsync(Pages);
        await SignalAsync(site, 30, CrawlProcess.Interrupt, [site.Url + "p/0", .. Options("never", "out")]);
        site.Release();
        var manifest = Place.At("out", "crawl.json");
        var settings = await File.ReadAllTextAsync(manifest);
        // The command line does not accept so small a budget. To a process that has leaked, the budget looks like this.
        await File.WriteAllTextAsync(manifest, settings.Replace("\"memoryMb\": 1536", "\"memoryMb\": 20"));

        var exit = await RunAsync("--resume", "out", "--quiet");

        exit.Expect(75);
        Assert.Contains("of its memory budget of 20 MB", exit.Error, StringComparison.Ordinal);
        Assert.Contains("crawl --resume 'out'", exit.Error, StringComparison.Ordinal);
        Assert.Single(exit.Error.Trim().Split('\n'));
        await File.WriteAllTextAsync(manifest, settings);
        (await RunAsync("--resume", "out")).Expect(0);
        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task RenderedCrawl_Interrupted_LeavesNoBrowserAndCanBeResumed()
    {
        NeedsSignals();
        NeedsChromium();
        const int Pages = 20;
        await using var site = await TreeSite.StartAsync(Pages);

        var exit = await SignalAsync(site, 9, CrawlProcess.Interrupt, [site.Url + "p/0", .. Options("always", "out")]);

        AssertCancelled(exit);
        await Place.AssertNoProcessesAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Place.Temp));
        site.Release();
        (await RunAsync("--resume", "out")).Expect(0);
        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
    }

    [Theory]
    [InlineData("never")]
    [InlineData("always")]
    [Needs(Need.Chromium)]
    public async Task Crawl_InterruptedTwice_StopsImmediatelyAndCanBeResumed(string render)
    {
        NeedsSignals();
        if (render != "never")
            NeedsChromium();
        const int Pages = 20;
        await using var site = await TreeSite.StartAsync(Pages);
        var reached = site.HoldAfter(9);
        var process = Place.Start([site.Url + "p/0", .. Options(render, "out")]);
        await process.UntilAsync(reached, "9 requests");

        process.Signal(CrawlProcess.Interrupt);
        await process.UntilAsync(
            () => process.Error.Contains("cancelling", StringComparison.Ordinal),
            "the first signal is handled"
        );
        process.Signal(CrawlProcess.Interrupt);

        AssertCancelled(await process.ExitAsync().WaitAsync(CancelLimit));
        site.Release();
        (await RunAsync("--resume", "out")).Expect(0);
        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
    }

    [Fact]
    public async Task Resume_CompletedCrawl_PrintsTheSummaryAndFetchesNothing()
    {
        await using var site = await TreeSite.StartAsync(10);
        var first = await RunAsync([site.Url + "p/0", .. Options("never", "out"), "--json"]);
        var requests = site.Requests;

        var again = await RunAsync("--resume", "out", "--json");

        Assert.Equal(first.Expect(0).Out, again.Expect(0).Out);
        Assert.Equal(requests, site.Requests);
    }

    [Fact]
    public async Task Resume_HigherLimits_ContinuesWithThePagesLeftOut()
    {
        const int Pages = 60;
        await using var site = await TreeSite.StartAsync(Pages);
        string[] limits = ["--render", "never", "--allow-private", "--out", "out", "--depth", "3", "--max-pages", "5"];
        var first = (await RunAsync([site.Url + "p/0", .. limits])).Expect(0);
        Assert.Contains("Skipped because of a limit:", first.Out, StringComparison.Ordinal);
        Assert.Equal(5, Read("out").Pages.Count);

        BadInputTests.AssertRefused(await RunAsync("--resume", "out", "--max-pages", "4"), 2, "is 4", "has 5");
        (await RunAsync("--resume", "out", "--max-pages", "1000")).Expect(0);
        Assert.InRange(Read("out").Pages.Count, 6, Pages - 1);
        var last = (await RunAsync("--resume", "out", "--depth", "20")).Expect(0);

        Assert.DoesNotContain("Left out", last.Out, StringComparison.Ordinal);
        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
        Assert.Equal(Pages, site.Log.Count(a => a.Path.StartsWith("/p/", StringComparison.Ordinal)));
    }

    private static string[] Options(string render, string folder) =>
        ["--render", render, "--depth", "20", "--allow-private", "--out", folder];

    private async Task UninterruptedAsync(TestSite site, string render) =>
        (await RunAsync([site.Url + "p/0", .. Options(render, "uninterrupted")])).Expect(0);

    private async Task KillAsync(TestSite site, int after, string[] arguments)
    {
        Place.MayLeaveFiles = true;
        var reached = site.HoldAfter(after);
        var process = Place.Start(arguments);
        await process.UntilAsync(reached, $"{after} requests");
        await process.KillAsync();
    }

    private async Task<CrawlExit> SignalAsync(TestSite site, int after, int signal, string[] arguments)
    {
        var reached = site.HoldAfter(after);
        var process = Place.Start(arguments);
        await process.UntilAsync(reached, $"{after} requests");
        process.Signal(signal);
        return await process.ExitAsync().WaitAsync(CancelLimit);
    }

    private CrawlOutput AssertCancelled(CrawlExit exit)
    {
        exit.Expect(130);
        var crawl = Read("out");
        Assert.Equal(CrawlState.Cancelled, crawl.Summary.State);
        return crawl;
    }

    private void AssertSame(int pages)
    {
        var (crawl, uninterrupted) = (Read("out"), Read("uninterrupted"));
        Assert.Equal(TreeSite.Paths(pages), crawl.StoredPaths);
        Assert.Equal(CrawlState.Completed, crawl.Summary.State);
        Assert.Equal(Comparable(uninterrupted), Comparable(crawl));
    }

    private static IEnumerable<(string Url, string? Hash, int Depth)> Comparable(CrawlOutput crawl) =>
        crawl.Pages.Select(p => (p.Url, p.ContentHash, p.Depth)).OrderBy(p => p.Url, StringComparer.Ordinal);
}
