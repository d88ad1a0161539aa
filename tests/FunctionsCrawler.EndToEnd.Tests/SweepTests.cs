using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>What a killed crawl leaves is gone after the next start; what belongs to somebody else is not.</summary>
public sealed class SweepTests : EndToEndTest
{
    [Fact]
    public async Task Sweep_Dry_ShowsAndRemovesNothing()
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
    public async Task NextCrawl_AfterAKill_RemovesWhatWasLeftAndGoesOn()
    {
        await KillACrawlAsync();
        await using var site = await TreeSite.StartAsync(3);

        var exit = await RunAsync(site.Url + "p/0", "--allow-private", "--render", "always", "--out", "next");

        Assert.Contains("left by a crawl that was killed", exit.Expect(0).Error, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public async Task Sweep_BesideACrawlThatRuns_LeavesItAlone()
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

    // All that it started is stopped before, so that it does not die with the pipe to its owner.
    private async Task KillACrawlAsync()
    {
        NeedsSignals();
        NeedsChromium();
        // The runtime's own, for debuggers and diagnostics.
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
