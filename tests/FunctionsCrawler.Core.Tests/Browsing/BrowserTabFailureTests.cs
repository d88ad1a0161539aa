using AngleSharp.Html.Parser;
using FunctionsCrawler.Browsing;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>How visits end that cannot read the page.</summary>
public class BrowserTabFailureTests(OneBrowser one) : TabTestBase(one)
{
    [Theory]
    [InlineData("not found")]
    [InlineData("")]
    public async Task Visit_ErrorStatusWithOrWithoutContent_IsAnErrorStatus(string content)
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
        // Without content some versions of Chromium show a page of their own, which is not the site's.
        Assert.Equal(content, new HtmlParser().ParseDocument(visit.Html ?? "").Body!.TextContent.Trim());
    }

    [Theory]
    [InlineData(200, "text/plain", "")]
    [InlineData(200, "application/pdf", "")]
    [InlineData(200, "text/html", "attachment; filename=a.html")]
    [InlineData(200, "application/octet-stream", "")]
    [InlineData(204, "", "")]
    public async Task Visit_ResponseIsNoHtmlDocument_IsNotHtml(int status, string type, string disposition)
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
    public async Task Visit_ConnectionFails_IsANetworkError(string url, string detail)
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
    public async Task Visit_RendererKilled_EndsAsCrashed()
    {
        var browser = await BrowserAsync();
        var before = Leftovers.Renderers(browser.Marker);
        var tab = await OpenAsync();
        Site.Hang("/never");
        var visiting = tab.VisitAsync(Site.Script("/killed", "fetch('/never')"), Ample, Cancellation);
        await UntilAsync(() => Site.WasRequested("/never"));

        Leftovers.Signal("KILL", Leftovers.Renderers(browser.Marker).Except(before));

        Assert.Equal(VisitEnd.Crashed, (await visiting.WaitAsync(Guard, Cancellation)).End);
        Assert.False(await tab.ResetAsync());
        // The browser still works.
        Assert.Equal(VisitEnd.Read, (await VisitAsync(Site.Url("/"))).End);
    }
}
