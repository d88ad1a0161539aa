using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>The program under a container's memory limit.</summary>
public sealed class ContainerTests : EndToEndTest
{
    private const long Megabyte = 1024 * 1024;

    [Fact]
    public async Task Crawl_LimitIsTooSmallForABrowser_IsRefusedBeforeAnythingIsWritten()
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
    public async Task Crawl_LimitIsTooSmallForABrowserButNoneIsAsked_Runs()
    {
        await using var group = MemoryGroup.Make(600 * Megabyte);
        await using var site = await TreeSite.StartAsync(5);

        var exit = await RunInAsync(group, site.Url + "p/0", "--allow-private", "--render", "never", "--out", "out");

        exit.Expect(0);
        Assert.Equal(TreeSite.Paths(5), Read("out").StoredPaths);
    }

    [Fact]
    public async Task Crawl_LimitIsEnough_RendersWithinIt()
    {
        NeedsChromium();
        await using var group = MemoryGroup.Make(1024 * Megabyte);
        await using var site = await TreeSite.StartAsync(30);

        var exit = await RunInAsync(group, site.Url + "p/0", "--allow-private", "--depth", "9", "--out", "out");

        exit.Expect(0);
        Assert.Equal(TreeSite.Paths(30), Read("out").StoredPaths);
        Assert.Equal(1, Read("out").Summary.RenderedShare);
    }

    private Task<CrawlExit> RunInAsync(MemoryGroup group, params string[] arguments) =>
        Place.Start(arguments, new Surroundings { Around = group.Around }).ExitAsync();
}
