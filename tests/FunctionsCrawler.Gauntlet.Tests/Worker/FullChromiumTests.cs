using FunctionsCrawler.Browsing;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>T22: removes the crash handlers of full Chromium, which have their own sessions, and the files of any Chromium after a kill.</summary>
public sealed class FullChromiumTests : WorkerTest
{
    private const string Full = "/usr/lib/chromium/chromium";

    [Fact]
    public async Task Sweep_OwnerOfFullChromiumKilled_RemovesItsCrashHandlersToo()
    {
        Requires.Available(File.Exists(Full), Unavailable.FullChromium, $"There is no {Full}.");
        var dead = await KillAsync(Full, _ => true);
        Assert.Contains(dead.Processes, p => Proc.CommandLine(p.Pid).Contains("crashpad", StringComparison.Ordinal));

        var sweep = Place.Start("sweep");
        await dead.AssertGoneAsync();
        (await sweep.ExitAsync()).Expect(0);
        await AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Sweep_OwnerKilled_RemovesProfileAndFilesOfChromium()
    {
        SkipWithoutChromium();
        // Files outside the temp folder, which code that ignores TMPDIR would write.
        var before = FindStrayFiles();
        var dead = await KillAsync(Chromium(), _ => false);
        Assert.NotEmpty(Directory.EnumerateDirectories(Place.Temp, "profile", SearchOption.AllDirectories));

        var sweep = Place.Start("sweep");
        await dead.AssertGoneAsync();
        (await sweep.ExitAsync()).Expect(0);

        Assert.Empty(FindStrayFiles().Except(before));
        await AssertNothingLeftAsync();
    }

    private async Task<DeadCrawl> KillAsync(string chromium, Func<string, bool> isStopped)
    {
        await using var site = await TreeSite.StartAsync(100);
        var reached = site.HoldAfter(5);
        var surroundings = new Surroundings
        {
            Environment = new Dictionary<string, string> { [ChromiumLocator.Variable] = chromium },
        };
        var worker = Place.Start(Crawl(site, "always"), surroundings);
        await worker.UntilAsync(reached, "5 requests");
        return await DeadCrawl.KillAsync(worker, Place, isStopped);
    }

    private static string Chromium() => ChromiumLocator.Find(out _)!.Path;

    private static string[] FindStrayFiles() =>
        [
            .. ((string[])["/tmp", "/dev/shm"])
                .Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder, "*org.chromium*")),
        ];
}
