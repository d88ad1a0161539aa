using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>What renderers may allocate, held by the kernel.</summary>
public class RendererLimitTests : BrowserTestBase
{
    private const int AllowedMb = 64;

    // Numbers on the script's own heap: a buffer that cannot be had is an exception, which a page may live through. Kept, so
    // that no collection frees them, and no faster than it can be watched.
    private static string Allocate(int megabytes) =>
        $$"""
            const kept = [];
            for (let i = 0; i < {{megabytes}}; i++) {
                kept.push(new Array(131072).fill(i + 0.5));
                for (const next = performance.now() + 5; performance.now() < next; );
            }
            document.querySelector('#p').textContent = 'kept ' + kept.length;
            """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Visit_PageNeedsMoreThanIsAllowed_CrashesWhereverItIsAndTheOthersStay(bool shared)
    {
        NeedsLinux();
        var browser = await LaunchAsync(Launch with { RendererBytes = AllowedMb << 20 });
        // The first tab is there when the limit is set, the others' renderers come later.
        var first = await browser.OpenTabAsync(shared: true, Cancellation);
        var tab = await browser.OpenTabAsync(shared, Cancellation);
        var other = await browser.OpenTabAsync(shared: false, Cancellation);

        var began = TimeProvider.System.GetTimestamp();
        var greedy = await (shared ? first : tab).VisitAsync(
            Site.Script("/greedy", Allocate(4 * AllowedMb)),
            Ample,
            Cancellation
        );
        var modest = await other.VisitAsync(Site.Script("/modest", Allocate(AllowedMb / 4)), Ample, Cancellation);

        Assert.Equal(VisitEnd.Crashed, greedy.End);
        Assert.True(browser.WasOutgrownSince(began));
        Assert.Equal(VisitEnd.Read, modest.End);
        Assert.Contains("kept 16", modest.Html, StringComparison.Ordinal);
        Assert.Equal(AllowedMb, (await CloseCleanAsync(browser)).RendererLimitMb);
    }

    [Fact]
    public async Task WasOutgrown_RendererEndsFarBelowItsLimit_IsNotWhy()
    {
        NeedsLinux();
        var browser = await LaunchAsync(Launch with { RendererBytes = AllowedMb << 20 });
        var began = TimeProvider.System.GetTimestamp();
        var tab = await browser.OpenTabAsync(shared: true, Cancellation);
        var visiting = tab.VisitAsync(Site.Script("/endless", "for (;;);"), Ample, Cancellation);
        await UntilAsync(() => Site.Requests.Any(r => r.Path == "/endless"));

        browser.KillRenderers();

        Assert.Equal(VisitEnd.Crashed, (await visiting).End);
        Assert.False(browser.WasOutgrownSince(began));
    }

    // The control: it is not the page that crashes.
    [Fact]
    public async Task Visit_NothingIsLimited_ReadsTheSamePage()
    {
        NeedsLinux();
        var browser = await LaunchAsync();
        var tab = await browser.OpenTabAsync(shared: true, Cancellation);

        var visit = await tab.VisitAsync(Site.Script("/greedy", Allocate(4 * AllowedMb)), Ample, Cancellation);

        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Null((await CloseCleanAsync(browser)).RendererLimitMb);
    }

    private static void NeedsLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has such a limit.");
}

/// <summary>The same through Playwright.</summary>
public sealed class PlaywrightRendererLimitTests : RendererLimitTests
{
    protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
