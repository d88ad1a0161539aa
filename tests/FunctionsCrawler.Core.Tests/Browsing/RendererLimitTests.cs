using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>The kernel enforces the memory limit of renderers.</summary>
public class RendererLimitTests : BrowserTestBase
{
    private const int AllowedMb = 64;

    // Allocates numbers on the script's heap, because a failed ArrayBuffer allocation is an exception that a page may
    // survive. Keeps them, so that they are not collected, and pauses, so that the limit can be polled meanwhile.
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
    public async Task Visit_PageExceedsTheLimit_CrashesAndOtherTabsContinue(bool shared)
    {
        SkipUnlessLinux();
        var browser = await LaunchAsync(Launch with { RendererBytes = AllowedMb << 20 });
        // The first tab exists when the limit is first applied; the renderers of the others start later.
        var first = await browser.OpenTabAsync(shared: true, Cancellation);
        var tab = await browser.OpenTabAsync(shared, Cancellation);
        var other = await browser.OpenTabAsync(shared: false, Cancellation);

        var started = TimeProvider.System.GetTimestamp();
        var greedy = await (shared ? first : tab).VisitAsync(
            Site.Script("/greedy", Allocate(4 * AllowedMb)),
            Ample,
            Cancellation
        );
        var modest = await other.VisitAsync(Site.Script("/modest", Allocate(AllowedMb / 4)), Ample, Cancellation);

        Assert.Equal(VisitEnd.Crashed, greedy.End);
        Assert.True(browser.ExitedNearLimitSince(started));
        Assert.Equal(VisitEnd.Read, modest.End);
        Assert.Contains("kept 16", modest.Html, StringComparison.Ordinal);
        Assert.Equal(AllowedMb, (await CloseCleanAsync(browser)).RendererLimitMb);
    }

    [Fact]
    public async Task ExitedNearLimitSince_RendererKilledFarBelowItsLimit_IsFalse()
    {
        SkipUnlessLinux();
        var browser = await LaunchAsync(Launch with { RendererBytes = AllowedMb << 20 });
        var started = TimeProvider.System.GetTimestamp();
        var tab = await browser.OpenTabAsync(shared: true, Cancellation);
        var visiting = tab.VisitAsync(Site.Script("/endless", "for (;;);"), Ample, Cancellation);
        await UntilAsync(() => Site.Requests.Any(r => r.Path == "/endless"));

        browser.KillRenderers();

        Assert.Equal(VisitEnd.Crashed, (await visiting).End);
        Assert.False(browser.ExitedNearLimitSince(started));
    }

    // Control: without a limit the same page does not crash.
    [Fact]
    public async Task Visit_NoLimit_ReadsTheSamePage()
    {
        SkipUnlessLinux();
        var browser = await LaunchAsync();
        var tab = await browser.OpenTabAsync(shared: true, Cancellation);

        var visit = await tab.VisitAsync(Site.Script("/greedy", Allocate(4 * AllowedMb)), Ample, Cancellation);

        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Null((await CloseCleanAsync(browser)).RendererLimitMb);
    }

    private static void SkipUnlessLinux() =>
        Requires.Available(OperatingSystem.IsLinux(), Unavailable.OtherPlatform, "Only Linux has such a limit.");
}

/// <summary>The same tests with the Playwright engine.</summary>
public sealed class PlaywrightRendererLimitTests : RendererLimitTests
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
