using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>The program under a container's memory limit.</summary>
public sealed class ContainerTests : EndToEndTest
{
    private const long Megabyte = 1024 * 1024;

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Crawl_LimitTooSmallForABrowser_IsRefusedBeforeAnythingIsWritten()
    {
        NeedsChromium();
        await using var group = MemoryGroup.Make(600 * Megabyte);

        var exit = await RunInAsync(group, "http://127.0.0.1:9/", "--allow-private", "--out", "out");

        Assert.Equal(2, exit.Code);
        Assert.StartsWith(
            "crawl: the memory limit of this container leaves 480 MB",
            exit.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("512 MB", exit.Error, StringComparison.Ordinal);
        Assert.Single(exit.Error.Trim().Split('\n'));
        Assert.Empty(Place.Entries());
    }

    [Fact]
    public async Task Crawl_LimitTooSmallForABrowserButNoneIsNeeded_Succeeds()
    {
        await using var group = MemoryGroup.Make(600 * Megabyte);
        await using var site = await TreeSite.StartAsync(5);

        var exit = await RunInAsync(group, site.Url + "p/0", "--allow-private", "--render", "never", "--out", "out");

        exit.Expect(0);
        Assert.Equal(TreeSite.Paths(5), Read("out").StoredPaths);
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Crawl_SufficientLimit_RendersWithinIt()
    {
        NeedsChromium();
        await using var group = MemoryGroup.Make(1024 * Megabyte);
        await using var site = await TreeSite.StartAsync(30);

        var exit = await RunInAsync(
            group,
            site.Url + "p/0",
            "--render",
            "always",
            "--allow-private",
            "--depth",
            "9",
            "--out",
            "out"
        );

        exit.Expect(0);
        Assert.Equal(TreeSite.Paths(30), Read("out").StoredPaths);
        Assert.Equal(1, Read("out").Summary.RenderedShare);
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Crawl_HungryPagesFiftyAtOnceIn2Gb_AllHaveARecordWithinTheLimit()
    {
        NeedsChromium();
        await using var group = MemoryGroup.Make(2048 * Megabyte);
        await using var site = await HungrySite.StartAsync();
        // The last page alone exceeds the budget.
        string[] urls = [.. Enumerable.Range(0, 50).Select(i => site.Page(60 + (i % 7 * 20), i)), site.Page(4000, 50)];

        var exit = await RunInAsync(
            group,
            ["--mode", "batch", "--render", "always", "--concurrency", "50", "--allow-private", "--out", "out", .. urls]
        );

        // The worker exited normally. On a busy machine the kernel may kill the renderer of the last page before the crawler
        // does, because samples are late.
        exit.Expect(3);
        var output = Read("out");
        Assert.Equal(urls.Order(StringComparer.Ordinal), output.Pages.Select(p => p.Url).Order(StringComparer.Ordinal));
        var failed = Assert.Single(output.Pages, p => p.Error is not null);
        Assert.Equal((urls[^1], ErrorCode.Memory), (failed.Url, failed.Error!.Code));
        Assert.All(output.Stored, p => Assert.Contains("ate ", p.Markdown, StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"peak {group.PeakBytes / Megabyte} MB, {group.Kills} killed by the kernel, {output.Summary.Browsers}"
        );
        Assert.InRange(group.PeakBytes, 300 * Megabyte, (2048 * Megabyte) - 1);
    }

    private Task<CrawlExit> RunInAsync(MemoryGroup group, params string[] arguments) =>
        Place.Start(arguments, new Surroundings { Around = group.Around }).ExitAsync();
}
