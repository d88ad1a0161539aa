using FunctionsCrawler.Browsing;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>What a visit reads, and how it ends.</summary>
public class BrowserTabTests(OneBrowser one) : TabTestBase(one)
{
    [Fact]
    public async Task Visit_ContentMadeByScripts_IsInTheHtml()
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
        Assert.Equal([new VisitedDocument(url.AbsoluteUri, 200, "text/html; charset=utf-8")], visit.Documents);
    }

    [Fact]
    public async Task Visit_RequestInFlight_IsWaitedFor()
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
    public async Task Visit_EventSourceOpen_IsNotWaitedFor()
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
        // What the page does when a request that counts would be given up shows whether one was waited for.
        var visit = await VisitAsync(
            Site.Script(
                "/stream",
                "new EventSource('/events').onmessage = e => p.append(e.data); "
                    + "setTimeout(() => p.append('settled late'), 1500)"
            )
        );
        Assert.Contains("startevent", visit.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<p id=\"p\">starteventsettled late", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_FrameOfAnotherSite_IsSeenToEnd()
    {
        // As above: a frame whose end is missed would hold the visit for as long as a request that never ends.
        var frame = Site.OtherHost(Site.Page("/framed", "<p>inside</p>").AbsolutePath);
        var visit = await VisitAsync(
            Site.Page(
                "/frames",
                $"<p id=p>start</p><iframe src='{frame}'></iframe>"
                    + "<script>setTimeout(() => p.append('settled late'), 1500)</script>"
            )
        );
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.True(Site.WasAsked("/framed"));
        Assert.DoesNotContain("startsettled late", visit.Html, StringComparison.Ordinal);
        Assert.Equal(["/frames"], visit.Documents.Select(d => new Uri(d.Url).AbsolutePath), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Visit_PageStopsItself_IsReadAsFarAsItCame()
    {
        var url = Site.Page("/stops", "<p>before</p><script>window.stop()</script><p>after</p>");
        var visit = await VisitAsync(url);
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("before", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_RequestThatNeverEnds_DoesNotHoldIt()
    {
        Site.Hang("/never");
        var visit = await VisitAsync(Site.Script("/holds", "fetch('/never')"));
        Assert.Equal(VisitEnd.Read, visit.End);
    }

    [Fact]
    public async Task Visit_ServerRedirects_AreRecordedWithTheirStatus()
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
    public async Task Visit_PageLeadsOn_IsFollowed(string html)
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
    public async Task Visit_PageLeadsOnAndOn_IsALoop(string html)
    {
        var visit = await VisitAsync(Site.Page("/loops", html));
        Assert.Equal(VisitEnd.RedirectLoop, visit.End);
    }

    [Theory]
    [InlineData("not found")]
    [InlineData("")]
    public async Task Visit_ErrorStatus_IsOneWithAndWithoutContent(string content)
    {
        var url = Site.Answer(
            "/missing",
            context =>
            {
                context.Response.StatusCode = 404;
                context.Response.ContentType = "text/html";
                return context.Response.WriteAsync(content);
            }
        );
        var visit = await VisitAsync(url);
        Assert.Equal(VisitEnd.ErrorStatus, visit.End);
        Assert.Equal(404, Assert.Single(visit.Documents).Status);
        Assert.Null(visit.Html);
    }

    [Theory]
    [InlineData(200, "text/plain", "")]
    [InlineData(200, "application/pdf", "")]
    [InlineData(200, "text/html", "attachment; filename=a.html")]
    [InlineData(200, "application/octet-stream", "")]
    [InlineData(204, "", "")]
    public async Task Visit_NoDocument_IsNotHtml(int status, string type, string disposition)
    {
        var url = Site.Answer(
            "/other",
            context =>
            {
                context.Response.StatusCode = status;
                if (type.Length > 0)
                    context.Response.ContentType = type;
                if (disposition.Length > 0)
                    context.Response.Headers.ContentDisposition = disposition;
                return status == 204 ? Task.CompletedTask : context.Response.WriteAsync("content");
            }
        );
        Assert.Equal(VisitEnd.NotHtml, (await VisitAsync(url)).End);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/", "net::ERR_UNSAFE_PORT")]
    [InlineData("http://127.0.0.1:9999/", "net::ERR_CONNECTION_REFUSED")]
    [InlineData("http://nowhere.invalid/", "net::ERR_NAME_NOT_RESOLVED")]
    public async Task Visit_NobodyAnswers_IsANetworkError(string url, string detail)
    {
        var visit = await VisitAsync(new Uri(url));
        Assert.Equal(VisitEnd.NetworkError, visit.End);
        Assert.Equal(detail, visit.Detail);
    }

    [Fact]
    public async Task Visit_EndlessScript_TimesOutAndDoesNotRespond()
    {
        var tab = await OpenAsync();
        var visit = await tab.VisitAsync(Site.Script("/endless", "for (;;) { }"), TimeSpan.FromSeconds(1), Cancellation)
            .WaitAsync(Guard, Cancellation);
        Assert.Equal(VisitEnd.Timeout, visit.End);
        Assert.False(await tab.IsResponsiveAsync());
        Assert.False(await tab.ResetAsync());
    }

    [Fact]
    public async Task Visit_ServerNeverAnswers_TimesOutAndResponds()
    {
        var tab = await OpenAsync();
        var visit = await tab.VisitAsync(Site.Hang("/hang"), TimeSpan.FromSeconds(1), Cancellation)
            .WaitAsync(Guard, Cancellation);
        Assert.Equal(VisitEnd.Timeout, visit.End);
        Assert.True(await tab.IsResponsiveAsync());
    }

    [Fact]
    public async Task Visit_RendererKilled_IsACrash()
    {
        var browser = await BrowserAsync();
        var before = Leftovers.Renderers(browser.Marker);
        var tab = await OpenAsync();
        Site.Hang("/never");
        var visiting = tab.VisitAsync(Site.Script("/killed", "fetch('/never')"), Ample, Cancellation);
        await UntilAsync(() => Site.WasAsked("/never"));

        Leftovers.Signal("KILL", Leftovers.Renderers(browser.Marker).Except(before));

        Assert.Equal(VisitEnd.Crashed, (await visiting.WaitAsync(Guard, Cancellation)).End);
        Assert.False(await tab.ResetAsync());
        // The browser goes on.
        Assert.Equal(VisitEnd.Read, (await VisitAsync(Site.Url("/"))).End);
    }

    [Theory]
    [InlineData("alert('here')")]
    [InlineData("confirm('sure?')")]
    [InlineData("prompt('name?')")]
    public async Task Visit_Dialog_DoesNotStopItAndSpoilsTheTab(string script)
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
    public async Task Visit_BeforeUnloadHandler_DoesNotHoldTheNextVisit()
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
    [InlineData("window.MutationObserver = function () { throw new Error('mine') }")]
    [InlineData("document.querySelector = null; window.Promise = undefined")]
    [InlineData("Object.defineProperty(window, 'localStorage', { get() { throw new Error('none') } })")]
    [InlineData("Array.prototype.toJSON = () => 'x'; Object.prototype.toJSON = () => 'y'")]
    public async Task Visit_PageTampersWithItsWindow_IsReadAllTheSame(string script)
    {
        var visit = await VisitAsync(Site.Script("/tampers", script));
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("<p id=\"p\">start</p>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_HalfASurrogatePair_IsReplaced()
    {
        var visit = await VisitAsync(Site.Script("/half", "p.textContent = 'a\\ud800b\\ud83d\\ude00c'"));
        Assert.Contains("a\ufffdb\U0001F600c", visit.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("''")]
    [InlineData("'noopener'")]
    public async Task Reset_PopupsWereOpened_TheyAreClosed(string features)
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
