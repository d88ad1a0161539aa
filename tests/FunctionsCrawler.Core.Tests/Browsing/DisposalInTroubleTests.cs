using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Disposal completes and leaves nothing, whatever state the browser is in, and the next browser works.</summary>
public class DisposalInTroubleTests : BrowserTestBase
{
    [Fact]
    public async Task Close_BrowserStopped_LeavesNothing()
    {
        var browser = await LaunchAsync();
        var all = Leftovers.Showing(browser.Marker);
        Leftovers.Signal("STOP", all.Except([Leftovers.Driver(browser.Marker)]));
        await CloseAndStartAnotherAsync(browser);
        // The receipt reports that the graceful close timed out.
        Assert.Equal("no response within 00:00:00.5000000", browser.Receipt!.CloseError);
    }

    [Fact]
    public async Task Close_DriverStopped_LeavesNothing()
    {
        var browser = await LaunchAsync();
        Leftovers.Signal("STOP", Leftovers.Driver(browser.Marker));
        await CloseAndStartAnotherAsync(browser);
    }

    [Fact]
    public async Task Close_DriverKilledMidNavigation_LeavesNothing()
    {
        var browser = await LaunchAsync();
        var visit = await StartVisitAsync(browser, Site.Hang("/hang"), "/hang");
        Leftovers.Signal("KILL", Leftovers.Driver(browser.Marker));
        Assert.Equal(VisitEnd.BrowserLost, (await visit.WaitAsync(Guard, Cancellation)).End);
        await CloseAndStartAnotherAsync(browser);
    }

    [Fact]
    public async Task Close_BrowserKilledMidNavigation_LeavesNothing()
    {
        var browser = await LaunchAsync();
        var visit = await StartVisitAsync(browser, Site.Hang("/hang"), "/hang");
        Leftovers.Signal("KILL", Leftovers.Browser(browser.Marker));
        Assert.Equal(VisitEnd.BrowserLost, (await visit.WaitAsync(Guard, Cancellation)).End);
        await CloseAndStartAnotherAsync(browser);
    }

    [Fact]
    public async Task OpenTab_ZygotesKilled_ThrowsBrowserLost()
    {
        // Without zygotes no renderer can be forked, so the page crashes before it is prepared.
        var browser = await LaunchAsync();
        Leftovers.Signal("KILL", Leftovers.Showing(browser.Marker, "--type=zygote"));
        await Assert
            .ThrowsAsync<BrowserLostException>(() => browser.OpenTabAsync(shared: false, Cancellation))
            .WaitAsync(Guard, Cancellation);
        await CloseAndStartAnotherAsync(browser);
    }

    [Theory]
    [InlineData("for (;;) { }")]
    [InlineData("const spin = () => Promise.resolve().then(spin); spin();")]
    [InlineData("alert('here');")]
    [InlineData("addEventListener('beforeunload', e => e.preventDefault());")]
    [InlineData("for (let i = 0; i < 20; i++) window.open('/');")]
    [InlineData("setTimeout(() => location.replace('/busy?' + Math.random()), 0);")]
    [InlineData("document.write('<meta http-equiv=refresh content=0>');")]
    public async Task Close_PageIsBusy_LeavesNothing(string script)
    {
        var browser = await LaunchAsync();
        var url = Site.Page("/busy", $"<script>fetch('/reached').then(() => {{ {script} }});</script>");
        var visit = await StartVisitAsync(browser, url, "/reached");
        await CloseAndStartAnotherAsync(browser);
        await visit.WaitAsync(Guard, Cancellation);
    }

    /// <summary>Starts a visit and waits until the site has received a request for <paramref name="untilRequested"/>.</summary>
    private async Task<Task<TabVisit>> StartVisitAsync(BrowserInvocation browser, Uri url, string untilRequested)
    {
        var tab = await browser.OpenTabAsync(shared: true, Cancellation);
        var visit = tab.VisitAsync(url, Ample, Cancellation);
        await UntilAsync(() => Site.WasRequested(untilRequested));
        return visit;
    }

    private async Task CloseAndStartAnotherAsync(BrowserInvocation browser)
    {
        await CloseCleanAsync(browser);
        var next = await LaunchAsync();
        var tab = await next.OpenTabAsync(shared: true, Cancellation);
        Assert.Equal(VisitEnd.Read, (await tab.VisitAsync(Site.Url("/"), Ample, Cancellation)).End);
        await CloseCleanAsync(next);
    }
}
