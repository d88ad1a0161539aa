using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

// Both engines pass the same tests: these are those of the other files, by way of Playwright.

public sealed class PlaywrightTabTests(OneBrowser one) : BrowserTabTests(one)
{
    protected override BrowserEngine Engine => BrowserEngine.Playwright;
}

public sealed class PlaywrightLaunchTests : LaunchTests
{
    protected override BrowserEngine Engine => BrowserEngine.Playwright;
}

public sealed class PlaywrightDisposalTests : DisposalTests
{
    protected override BrowserEngine Engine => BrowserEngine.Playwright;
}

public sealed class PlaywrightDisposalInTroubleTests : DisposalInTroubleTests
{
    protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
