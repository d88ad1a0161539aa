using FunctionsCrawler.Browsing;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>What a visit reads from a page.</summary>
public class BrowserTabTests(OneBrowser one) : TabTestBase(one)
{
    [Fact]
    public async Task Visit_ContentCreatedByScripts_IsInTheHtml()
    {
        Site.Answer("/data", context => context.Response.WriteAsync("fetched"));
        var url = Site.Script(
            "/made",
            "fetch('/data').then(r => r.text()).then(t => p.textContent = t + ' and inserted')"
        );

        var visit = await VisitAsync(url);

        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.StartsWith("<!DOCTYPE html>\n<html>", visit.Html, StringComparison.Ordinal);
        Assert.Contains("fetched and inserted", visit.Html, StringComparison.Ordinal);
        Assert.Equal(url.AbsoluteUri, visit.FinalUrl);
        Assert.Equal(
            [new VisitedDocument(url.AbsoluteUri, 200, "text/html; charset=utf-8")],
            visit.Documents.Select(d => d with { Headers = null })
        );
    }

    [Fact]
    public async Task Visit_RequestInFlight_WaitsForIt()
    {
        Site.Answer(
            "/slow",
            async context =>
            {
                await Task.Delay(300, Cancellation);
                await context.Response.WriteAsync("slow");
            }
        );
        var visit = await VisitAsync(
            Site.Script("/waits", "fetch('/slow').then(r => r.text()).then(t => p.append(t))")
        );
        Assert.Contains("startslow", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_EventSourceOpen_DoesNotWaitForIt()
    {
        Site.Answer(
            "/events",
            async context =>
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync("data: event\n\n");
                await context.Response.Body.FlushAsync();
                await Site.Ending(context);
            }
        );
        // The text that the page adds after 1.5 s would be in the HTML if the visit had waited for a request. It is added by an
        // interval, because a visit waits for timers that run once.
        var visit = await VisitAsync(
            Site.Script(
                "/stream",
                "new EventSource('/events').onmessage = e => p.append(e.data); "
                    + "setInterval(() => p.append('settled late'), 1500)"
            )
        );
        Assert.Contains("startevent", visit.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<p id=\"p\">starteventsettled late", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_FrameOfAnotherSite_EndOfItsRequestIsDetected()
    {
        // As above: a missed end of the frame's request would delay the visit like a request that never ends.
        var frame = Site.OtherHost(Site.Page("/framed", "<p>inside</p>").AbsolutePath);
        var visit = await VisitAsync(
            Site.Page(
                "/frames",
                $"<p id=p>start</p><iframe src='{frame}'></iframe>"
                    + "<script>setInterval(() => p.append('settled late'), 1500)</script>"
            )
        );
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.True(Site.WasRequested("/framed"));
        Assert.DoesNotContain("startsettled late", visit.Html, StringComparison.Ordinal);
        Assert.Equal(["/frames"], visit.Documents.Select(d => new Uri(d.Url).AbsolutePath), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Visit_PageCallsWindowStop_ReadsThePartialDocument()
    {
        var url = Site.Page("/stops", "<p>before</p><script>window.stop()</script><p>after</p>");
        var visit = await VisitAsync(url);
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("<p>before</p>", visit.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<p>after</p>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_RequestThatNeverEnds_ReadsThePage()
    {
        Site.Hang("/never");
        var visit = await VisitAsync(Site.Script("/holds", "fetch('/never')"));
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.True(Site.WasRequested("/never"));
    }

    [Fact]
    public async Task Visit_ServerRedirects_RecordsEachWithItsStatus()
    {
        Site.Redirect("/r1", "/r2", 301);
        Site.Redirect("/r2", "/r3", 302);
        Site.Redirect("/r3", "/r4", 307);
        Site.Redirect("/r4", "/", 308);

        var visit = await VisitAsync(Site.Url("/r1"));

        Assert.Equal([301, 302, 307, 308, 200], visit.Documents.Select(d => d.Status));
        Assert.Equal(
            ["/r1", "/r2", "/r3", "/r4", "/"],
            visit.Documents.Select(d => new Uri(d.Url).AbsolutePath),
            StringComparer.Ordinal
        );
        Assert.Equal(Site.Url("/").AbsoluteUri, visit.FinalUrl);
        Assert.Contains("hello", visit.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>location.replace('/')</script>")]
    [InlineData("<script>addEventListener('load', () => location.href = '/')</script>")]
    [InlineData("<meta http-equiv=refresh content='0;url=/'>")]
    public async Task Visit_PageNavigatesByItself_FollowsIt(string html)
    {
        var url = Site.Page("/leads", html + "<p>not this</p>");

        var visit = await VisitAsync(url);

        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("hello", visit.Html, StringComparison.Ordinal);
        Assert.Equal(
            [url.AbsoluteUri, Site.Url("/").AbsoluteUri],
            visit.Documents.Select(d => d.Url),
            StringComparer.Ordinal
        );
        Assert.Equal(Site.Url("/").AbsoluteUri, visit.FinalUrl);
    }

    [Theory]
    [InlineData("<script>location.replace('/loops?' + Math.random())</script>")]
    [InlineData("<meta http-equiv=refresh content=0>")]
    public async Task Visit_PageKeepsNavigating_IsARedirectLoop(string html)
    {
        var visit = await VisitAsync(Site.Page("/loops", html));
        Assert.Equal(VisitEnd.RedirectLoop, visit.End);
    }

    [Theory]
    [InlineData("alert('here')")]
    [InlineData("confirm('sure?')")]
    [InlineData("prompt('name?')")]
    [InlineData("for (let i = 0; i < 40; i++) alert(i)")]
    public async Task Visit_Dialog_ReadsThePageAndTabIsNotReused(string script)
    {
        var tab = await OpenAsync();
        var visit = await tab.VisitAsync(
            Site.Script("/dialog", script + "; p.append('ed again')"),
            Ample,
            Cancellation
        );
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("started again", visit.Html, StringComparison.Ordinal);
        Assert.False(await tab.ResetAsync());
    }

    [Fact]
    public async Task Visit_BeforeUnloadHandler_DoesNotBlockTheNextVisit()
    {
        var tab = await OpenAsync();
        var url = Site.Script(
            "/stays",
            "addEventListener('beforeunload', e => { e.preventDefault(); e.returnValue = 'x' })"
        );
        await tab.VisitAsync(url, Ample, Cancellation);
        if (await tab.ResetAsync())
            Assert.Equal(VisitEnd.Read, (await tab.VisitAsync(Site.Url("/"), Ample, Cancellation)).End);
    }

    [Theory]
    [InlineData("window.close()")]
    [InlineData("debugger; setTimeout(() => { debugger }, 10)")]
    [InlineData("onload = () => { document.write('<p id=p>start</p>'); document.close() }")]
    [InlineData("window.MutationObserver = function () { throw new Error('mine') }")]
    [InlineData("document.querySelector = null; window.Promise = undefined")]
    [InlineData("Object.defineProperty(window, 'localStorage', { get() { throw new Error('none') } })")]
    [InlineData("Array.prototype.toJSON = () => 'x'; Object.prototype.toJSON = () => 'y'")]
    public async Task Visit_PageOverridesGlobals_IsStillRead(string script)
    {
        var visit = await VisitAsync(Site.Script("/tampers", script));
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("<p id=\"p\">start</p>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_LoneSurrogate_IsReplaced()
    {
        var visit = await VisitAsync(Site.Script("/half", "p.textContent = 'a\\ud800b\\ud83d\\ude00c'"));
        Assert.Contains("a\ufffdb\U0001F600c", visit.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("''")]
    [InlineData("'noopener'")]
    public async Task Reset_PopupsWereOpened_ClosesThem(string features)
    {
        var open = 0;
        Site.Answer(
            "/popup",
            async context =>
            {
                Interlocked.Increment(ref open);
                await Site.Ending(context).ContinueWith(_ => Interlocked.Decrement(ref open), TaskScheduler.Default);
            }
        );
        var tab = await OpenAsync();
        var url = Site.Script("/pops", $"for (let i = 0; i < 20; i++) window.open('/popup', '_blank', {features})");
        await tab.VisitAsync(url, Ample, Cancellation);
        Assert.True(await tab.ResetAsync());
        await UntilAsync(() => Volatile.Read(ref open) == 0);
    }
}
