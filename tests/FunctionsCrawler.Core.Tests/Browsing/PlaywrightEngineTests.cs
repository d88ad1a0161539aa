using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

// Both engines pass the same tests: these are those of the other files, by way of Playwright, and what is its own.

public sealed class PlaywrightTabTests(OneBrowser one) : BrowserTabTests(one)
{
    protected override BrowserEngine Engine => BrowserEngine.Playwright;
}

public sealed class PlaywrightLaunchTests : LaunchTests
{
    protected override BrowserEngine Engine => BrowserEngine.Playwright;

    [Fact]
    public async Task Launch_ByWayOfPlaywright_LeavesOurTempFolderAsItIs()
    {
        // The driver inherits our environment. What anybody else stores meanwhile must not end up in a temp root of ours.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        using var stop = new CancellationTokenSource();
        var looking = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                    seen.Add(Path.GetTempPath());
            },
            Cancellation
        );

        var browser = await LaunchAsync();
        await stop.CancelAsync();
        await looking;

        Assert.Equal([Path.GetTempPath()], seen);
        await CloseCleanAsync(browser);
    }

    [Fact]
    public async Task Launch_ByWayOfPlaywright_StoresBelowItsTempRoot()
    {
        var browser = await LaunchAsync();

        var temp = Path.Combine(Leftovers.TempRoot(browser.Marker), "tmp");
        Assert.Contains(
            Directory.GetDirectories(temp),
            folder => Path.GetFileName(folder).StartsWith("playwright_chromiumdev_profile-", StringComparison.Ordinal)
        );
        await CloseCleanAsync(browser);
    }
}

public sealed class PlaywrightDisposalTests : DisposalTests
{
    protected override BrowserEngine Engine => BrowserEngine.Playwright;
}

public sealed class PlaywrightDisposalInTroubleTests : DisposalInTroubleTests
{
    protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
