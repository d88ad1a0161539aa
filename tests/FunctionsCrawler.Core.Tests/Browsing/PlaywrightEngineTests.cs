using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

// Both engines pass the same tests. These subclasses run the tests of other files with Playwright and add tests specific to it.

public sealed class PlaywrightTabTests(OneBrowser one) : BrowserTabTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}

public sealed class PlaywrightPageCapturesTests(OneBrowser one) : PageCapturesTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}

public sealed class PlaywrightTabFailureTests(OneBrowser one) : BrowserTabFailureTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}

public sealed class PlaywrightLaunchTests : LaunchTests
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;

    [Fact]
    public async Task Launch_WithPlaywright_DoesNotChangeTheTempFolderOfThisProcess()
    {
        // The driver inherits the environment of this process. Files that other code writes to the temp folder meanwhile
        // must not end up in the invocation's temp root.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        using var stop = new CancellationTokenSource();
        var polling = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                    seen.Add(Path.GetTempPath());
            },
            Cancellation
        );

        var browser = await LaunchAsync();
        await stop.CancelAsync();
        await polling;

        Assert.Equal([Path.GetTempPath()], seen);
        await CloseCleanAsync(browser);
    }

    [Fact]
    public async Task Launch_WithPlaywright_WritesBelowItsTempRoot()
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
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}

public sealed class PlaywrightDisposalInTroubleTests : DisposalInTroubleTests
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
