using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>The next start removes the orphans of a killed crawl, but nothing that belongs to a running one.</summary>
[Needs(Need.Chromium)]
public sealed class SweepTests : EndToEndTest
{
    [Fact]
    public async Task Sweep_DryRun_ListsOrphansAndRemovesNothing()
    {
        await KillACrawlAsync();
        var before = Place.Processes();

        var exit = (await RunAsync("sweep", "--dry-run")).Expect(0);

        Assert.NotEmpty(before);
        Assert.All(before, p => Assert.Contains($"{p.Pid}", exit.Out, StringComparison.Ordinal));
        Assert.Contains("would remove", exit.Out, StringComparison.Ordinal);
        Assert.Equal(before.Select(p => p.Pid), Place.Processes().Select(p => p.Pid));
        (await RunAsync("sweep")).Expect(0);
    }

    [Fact]
    public async Task Crawl_AfterAKilledOne_RemovesItsOrphansFirst()
    {
        await KillACrawlAsync();
        await using var site = await TreeSite.StartAsync(3);

        var exit = await RunAsync(site.Url + "p/0", "--allow-private", "--render", "always", "--out", "next");

        Assert.Contains("left by a crawl that was killed", exit.Expect(0).Error, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public async Task Sweep_DuringACrawl_LeavesItAlone()
    {
        NeedsSignals();
        NeedsChromium();
        const int Pages = 12;
        await using var site = await TreeSite.StartAsync(Pages);
        var reached = site.HoldAfter(5);
        var running = Place.Start(Crawl(site, "out"));
        await running.UntilAsync(reached, "5 requests");

        var exit = (await RunAsync("sweep")).Expect(0);

        Assert.Equal("nothing was left behind\n", exit.Out);
        site.ReleaseAll();
        (await running.ExitAsync()).Expect(0);
        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
    }

    // First stops (SIGSTOP) its descendants, so that they do not exit when the pipe to the crawl closes.
    private async Task KillACrawlAsync()
    {
        NeedsSignals();
        NeedsChromium();
        // The .NET runtime leaves its diagnostic socket in the temp folder.
        Place.MayLeaveFiles = true;
        await using var site = await TreeSite.StartAsync(1000);
        var reached = site.HoldAfter(5);
        var crawl = Place.Start(Crawl(site, "dead"));
        await crawl.UntilAsync(reached, "5 requests");
        foreach (var process in Place.Processes().Where(p => p.Pid != crawl.Id))
            CrawlProcess.Send(process.Pid, CrawlProcess.Stop);
        await crawl.KillAsync();
    }

    private void AssertNothingLeft()
    {
        Assert.Empty(Place.Processes());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Place.Temp, "fcrawl-*"));
    }

    private static string[] Crawl(TestSite site, string folder) =>
        [site.Url + "p/0", "--allow-private", "--depth", "50", "--render", "always", "--out", folder, "--quiet"];
}
