using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>
/// Each signal that asks a program to end does so in an orderly way: no browser and no temp folder is left for the next start.
/// </summary>
[Needs(Need.Chromium)]
public sealed class StopSignalTests : EndToEndTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<int> Signals { get; } = [CrawlProcess.HangUp, CrawlProcess.Quit, CrawlProcess.Terminate];

    [Theory]
    [MemberData(nameof(Signals))]
    public async Task Crawl_Signalled_ExitsWith130AndLeavesNothing(int signal)
    {
        NeedsSignalsAndChromium();
        await using var site = await TreeSite.StartAsync(20);
        var isHeld = site.HoldAfter(9);
        var crawl = Place.Start(Crawl(site));
        await crawl.UntilAsync(isHeld, "9 requests");
        Assert.NotEmpty(TempRoots());

        await EndAsync(crawl, signal, 130);
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public async Task Demo_Signalled_ExitsWith130AndLeavesNothing(int signal)
    {
        NeedsSignalsAndChromium();
        var demo = Place.Start("demo");
        await demo.UntilAsync(() => TempRoots().Length > 0, "a browser is launched");

        await EndAsync(demo, signal, 130);
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public async Task Scrape_Signalled_ExitsWith130AndLeavesNothing(int signal)
    {
        NeedsSignalsAndChromium();
        await using var site = await TreeSite.StartAsync(2);
        var isHeld = site.HoldAfter(0);
        var scrape = Place.Start(
            "scrape",
            site.Url + "p/0",
            "--render",
            "always",
            "--allow-private",
            "--ignore-robots"
        );
        await scrape.UntilAsync(isHeld, "the page was requested");

        await EndAsync(scrape, signal, 130);
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public async Task Serve_Signalled_ExitsWith0AndLeavesNothing(int signal)
    {
        NeedsSignalsAndChromium();
        await using var site = await TreeSite.StartAsync(20);
        var isHeld = site.HoldAfter(9);
        var server = Place.Start("serve", "--port", "0", "--allow-private");
        using var client = new ContractClient(await Workplace.ServeAsync(server));
        await client.AcceptAsync(
            new
            {
                urls = new[] { site.Url + "p/0" },
                maxDepth = 20,
                render = "always",
            }
        );
        await server.UntilAsync(isHeld, "9 requests");

        await EndAsync(server, signal, 0);
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public async Task Soak_Signalled_ExitsWith130AndLeavesNothing(int signal)
    {
        NeedsSignalsAndChromium();
        Requires.Available(OperatingSystem.IsLinux(), Unavailable.OtherPlatform, "There is no /proc.");
        var soak = Place.Start("soak", "--minutes", "30", "--out", "out");
        await soak.UntilAsync(() => TempRoots().Length > 0, "a browser is launched");

        await EndAsync(soak, signal, 130);
    }

    [Fact]
    public async Task Crawl_HangUpIgnoredAtStart_ContinuesToItsEnd()
    {
        NeedsSignalsAndChromium();
        var nohup = NeedsCommand("nohup");
        const int Pages = 20;
        await using var site = await TreeSite.StartAsync(Pages);
        var isHeld = site.HoldAfter(9);
        // Inside env, which restores the signals that the tests' own surroundings ignore.
        var crawl = Place.Start(Crawl(site), new Surroundings { Around = c => [.. c[..2], nohup, .. c[2..]] });
        await crawl.UntilAsync(isHeld, "9 requests");

        crawl.Signal(CrawlProcess.HangUp);
        site.ReleaseAll();

        (await crawl.ExitAsync()).Expect(0);
        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
    }

    // Closing a terminal hangs it up: the program gets SIGHUP, and whatever it then writes to the terminal fails.
    [Fact]
    public async Task Crawl_TerminalClosed_WritesItsResultsAndLeavesNothing()
    {
        NeedsSignalsAndChromium();
        var script = NeedsCommand("script");
        await using var site = await TreeSite.StartAsync(20);
        var isHeld = site.HoldAfter(9);
        var terminal = Place.Start(
            Crawl(site),
            new Surroundings
            {
                Around = c => [script, "--quiet", "--command", $"'{string.Join("' '", c)}'", "/dev/null"],
            }
        );
        await terminal.UntilAsync(isHeld, "9 requests");

        await terminal.KillAsync();

        await Place.AssertNoProcessesAsync();
        Assert.Empty(TempRoots());
        Assert.True(File.Exists(Place.At("out", "summary.json")));
    }

    private static void NeedsSignalsAndChromium()
    {
        NeedsSignals();
        NeedsChromium();
    }

    private static string[] Crawl(TestSite site) =>
        [site.Url + "p/0", "--allow-private", "--depth", "20", "--render", "always", "--out", "out"];

    private async Task EndAsync(CrawlProcess program, int signal, int code)
    {
        program.Signal(signal);
        (await program.ExitAsync().WaitAsync(Limit)).Expect(code);
        await Place.AssertNoProcessesAsync();
        Assert.Empty(TempRoots());
    }

    private string[] TempRoots() => Directory.GetFileSystemEntries(Place.Temp, "fcrawl-*");
}
