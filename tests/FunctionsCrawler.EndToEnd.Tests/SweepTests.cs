using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>What a killed crawl leaves is gone after the next start; what belongs to somebody else is not.</summary>
public sealed class SweepTests : EndToEndTest
{
    // Which of its processes are stopped when it is killed, so that they do not die with the pipe to their owner.
    private static readonly string[] Stopped = ["none", "--type=renderer", "all", "browser", "--type=zygote"];

    public static IEnumerable<TheoryDataRow<int, string>> Kills =>
        Enumerable.Range(0, 20).Select(seed => new TheoryDataRow<int, string>(seed, Stopped[seed % Stopped.Length]));

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task Sweep_AfterAKill_RemovesWhatWasLeft(int seed, string stopped)
    {
        // Any moment: a browser may be starting, at work or ending, or just be gone.
        await KillACrawlAsync(
            stopped,
            async (crawl, _) =>
            {
                await crawl.UntilAsync(() => Place.Processes().Any(IsBrowser), "a browser runs");
                await Task.Delay(new Random(seed).Next(2000));
            }
        );

        (await RunAsync("sweep")).Expect(0);

        AssertNothingLeft();
        Assert.Equal("nothing was left behind\n", (await RunAsync("sweep")).Expect(0).Out);
    }

    [Fact]
    public async Task Sweep_Dry_ShowsAndRemovesNothing()
    {
        await KillACrawlAsync("all", UntilItIsAtWork);
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
        await KillACrawlAsync("all", UntilItIsAtWork);
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

    private static Task UntilItIsAtWork(CrawlProcess crawl, TestSite site) =>
        crawl.UntilAsync(site.HoldAfter(5), "5 requests");

    private async Task KillACrawlAsync(string stopped, Func<CrawlProcess, TestSite, Task> moment)
    {
        NeedsSignals();
        NeedsChromium();
        // The runtime's own, for debuggers and diagnostics.
        Place.MayLeaveFiles = true;
        await using var site = await TreeSite.StartAsync(1000);
        var crawl = Place.Start(Crawl(site, "dead"));
        await moment(crawl, site);
        foreach (var process in Place.Processes().Where(IsToBeStopped))
            CrawlProcess.Send(process.Pid, CrawlProcess.Stop);
        await crawl.KillAsync();

        bool IsToBeStopped(CrawlChild process) =>
            stopped is "all" ? !process.Arguments.Contains("p/0", StringComparison.Ordinal)
            : stopped is "browser" ? IsBrowser(process)
            : process.Arguments.Contains(stopped, StringComparison.Ordinal);
    }

    private void AssertNothingLeft()
    {
        Assert.Empty(Place.Processes());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Place.Temp, "fcrawl-*"));
    }

    private static string[] Crawl(TestSite site, string folder) =>
        [site.Url + "p/0", "--allow-private", "--depth", "50", "--render", "always", "--out", folder, "--quiet"];

    private static bool IsBrowser(CrawlChild process) =>
        process.Arguments.Contains("--remote-debugging-pipe", StringComparison.Ordinal)
        && !process.Arguments.Contains("--type=", StringComparison.Ordinal);
}
