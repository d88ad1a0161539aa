using System.Text;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;
using UglyToad.PdfPig;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>The files that are made of a page once it was read.</summary>
public class PageCapturesTests(OneBrowser one) : TabTestBase(one)
{
    private const string Words = "<p>words of a page</p>";

    [Theory]
    [InlineData(PictureFormat.Png, "image/png")]
    [InlineData(PictureFormat.Jpeg, "image/jpeg")]
    [InlineData(PictureFormat.Webp, "image/webp")]
    public async Task Screenshot_AnyFormat_IsOfTheWholePage(PictureFormat format, string contentType)
    {
        var url = Site.Page(
            "/tall",
            $"<body style='margin:0'><div style='height:3000px;display:flow-root'>{Words}</div>"
        );
        var visit = await VisitAsync(url, new ScreenshotOptions { Format = format });
        var picture = Assert.Single(visit.Captures);
        Assert.Equal(("screenshot", contentType), (picture.Name, picture.ContentType));
        Assert.Equal(3000, PictureSize.Of(picture).Height);
        Assert.Empty(visit.CaptureWarnings);
    }

    [Fact]
    public async Task Screenshot_Element_HasItsSize()
    {
        var url = Site.Page(
            "/element",
            $"{Words}<div style='height:2000px'></div><div id=box style='width:120px;height:80px;background:red'></div>"
        );
        var visit = await VisitAsync(url, new ScreenshotOptions { Selector = "css:#box" });
        Assert.Equal((120, 80), PictureSize.Of(Assert.Single(visit.Captures)));
    }

    [Theory]
    [InlineData("#missing", "the page has no element #missing")]
    [InlineData("p[", "the page has no element p[: ")]
    [InlineData("#hidden", "the element #hidden has no size")]
    public async Task Screenshot_NoSuchElement_KeepsTheContentAndWarns(string selector, string message)
    {
        var url = Site.Page("/without", $"{Words}<b id=hidden hidden></b>");
        var visit = await VisitAsync(url, new ScreenshotOptions { Selector = selector });
        AssertFailed(visit, message);
    }

    [Fact]
    public async Task Screenshot_Viewport_HasTheSizeOfTheWindow()
    {
        var url = Site.Page("/window", $"<div style='height:5000px'>{Words}</div>");
        var visit = await VisitAsync(url, new ScreenshotOptions { FullPage = false });
        Assert.InRange(PictureSize.Of(Assert.Single(visit.Captures)).Height, 100, 2000);
    }

    [Fact]
    public async Task Screenshot_PageOf40000Pixels_IsWholeInSeveralPictures()
    {
        var url = Site.Page(
            "/very-tall",
            $"<body style='margin:0'><div style='height:40000px;display:flow-root'>{Words}</div>"
        );
        var visit = await VisitAsync(url, new ScreenshotOptions { Format = PictureFormat.Jpeg });
        Assert.Equal(["screenshot", "screenshot-2", "screenshot-3"], visit.Captures.Select(c => c.Name));
        Assert.Equal([16_000, 16_000, 8_000], visit.Captures.Select(c => PictureSize.Of(c).Height));
        Assert.Empty(visit.CaptureWarnings);
    }

    [Fact]
    public async Task Screenshot_PageWiderThanTheLimit_IsCutOffAndWarns()
    {
        var url = Site.Page("/wide", $"<div style='width:5000px;height:10px'>{Words}</div>");
        var visit = await VisitAsync(url, new ScreenshotOptions());
        Assert.Equal(4000, PictureSize.Of(visit.Captures[0]).Width);
        Assert.Equal(PageWarningCode.CaptureTruncated, Assert.Single(visit.CaptureWarnings).Code);
    }

    [Fact]
    public async Task Pdf_PageOfThreeSheets_HasThreePagesAndItsText()
    {
        var url = Site.Page("/print", $"{Words}<p style='break-before:page'>two<p style='break-before:page'>three");
        var visit = await VisitAsync(url, new CaptureOptions { Pdf = true });
        var pdf = Assert.Single(visit.Captures);
        Assert.Equal(("pdf", "application/pdf"), (pdf.Name, pdf.ContentType));
        Assert.True(pdf.Content.Span.StartsWith("%PDF"u8));
        using var document = PdfDocument.Open(pdf.Content.ToArray());
        Assert.Equal(3, document.NumberOfPages);
    }

    [Fact]
    public async Task Mhtml_PageWithAPicture_HasBoth()
    {
        var visit = await VisitAsync(WithFiles(), new CaptureOptions { Snapshot = SnapshotKind.Mhtml });
        var text = Encoding.UTF8.GetString(Assert.Single(visit.Captures).Content.Span);
        Assert.Contains("Content-Type: multipart/related;", text, StringComparison.Ordinal);
        Assert.Contains("Content-Type: image/svg+xml", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HtmlSnapshot_OpenedLater_ShowsTheSameWithoutTheSite()
    {
        var visit = await VisitAsync(WithFiles(), new CaptureOptions { Snapshot = SnapshotKind.Html });
        var html = Encoding.UTF8.GetString(Assert.Single(visit.Captures).Content.Span);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        while (Site.Requests.TryDequeue(out _)) { }

        var copy = await VisitAsync(Site.Page("/copy", html), new ScreenshotOptions { Selector = "css:#styled" });

        Assert.Equal((77, 55), PictureSize.Of(Assert.Single(copy.Captures)));
        Assert.Contains("added by a script", copy.Html, StringComparison.Ordinal);
        Assert.Contains("data:image/svg+xml;base64,", copy.Html, StringComparison.Ordinal);
        Assert.Equal(["/copy"], Site.Requests.Select(r => r.Path).Where(p => p is not "/favicon.ico"));
    }

    [Fact]
    public async Task Files_PageThatHangs_KeepsTheContentAndWarns()
    {
        var url = Site.Page(
            "/hangs",
            $"{Words}<script>addEventListener('beforeprint', () => {{ while (true); }})</script>"
        );
        var visit = await VisitAsync(url, new CaptureOptions { Pdf = true }, TimeSpan.FromSeconds(6));
        AssertFailed(visit, "it was not finished within the time limit of the page");
    }

    [Fact]
    public async Task Files_RendererCrashes_KeepsTheContentAndWarns()
    {
        var browser = await BrowserAsync();
        var before = Leftovers.Renderers(browser.Marker);
        var tab = await OpenAsync();
        Site.Answer("/printing", context => context.Response.WriteAsync(""));
        const string script =
            "addEventListener('beforeprint', () => { navigator.sendBeacon('/printing'); while (true); })";
        var visiting = VisitAsync(
            tab,
            Site.Page("/crashes", $"{Words}<script>{script}</script>"),
            new CaptureOptions { Pdf = true },
            Ample
        );
        await UntilAsync(() => Site.WasRequested("/printing"));
        Leftovers.Signal("KILL", Leftovers.Renderers(browser.Marker).Except(before));
        // The browser refuses the call, or reports the crash, whichever it notices first.
        AssertFailed(await visiting, "The artifact pdf is missing or incomplete: ");
        Assert.False(await tab.ResetAsync());
    }

    [Fact]
    public async Task Files_Cancelled_ThrowsAtOnce()
    {
        using var stop = new CancellationTokenSource();
        var tab = await OpenAsync();
        Site.Answer("/printing", context => context.Response.WriteAsync(""));
        const string script =
            "addEventListener('beforeprint', () => { navigator.sendBeacon('/printing'); while (true); })";
        var options = new VisitOptions { Captures = new CaptureOptions { Pdf = true } };
        var url = Site.Page("/cancels", $"{Words}<script>{script}</script>");
        var visiting = tab.VisitAsync(url, options, Ample, stop.Token);
        await UntilAsync(() => Site.WasRequested("/printing"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => visiting.WaitAsync(Guard, Cancellation));
    }

    [Fact]
    public async Task Files_OverTheLimit_AreLeftOutWithAWarning()
    {
        var page = new PageLimits { MaxTotalBytes = 2000 };
        await using var browser = await LaunchAsync(Launch with { Limits = page });
        var tab = await browser.OpenTabAsync(shared: false, Cancellation);
        var url = Site.Page("/small", $"<div style='height:900px;background:linear-gradient(red,blue)'>{Words}</div>");
        var visit = await VisitAsync(tab, url, new CaptureOptions { Screenshot = new(), Pdf = true }, Ample);
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Empty(visit.Captures);
        Assert.Equal(2, visit.CaptureWarnings.Count);
        Assert.All(visit.CaptureWarnings, w => Assert.Equal(PageWarningCode.CaptureFailed, w.Code));
    }

    // A page with a style sheet, a picture in it, a picture, and a text that a script adds.
    private Uri WithFiles()
    {
        const string svg =
            "<svg xmlns='http://www.w3.org/2000/svg' width='30' height='20'><rect width='30' height='20'/></svg>";
        Site.Answer("/a.svg", context => Send(context, "image/svg+xml", svg));
        Site.Answer("/b.svg", context => Send(context, "image/svg+xml", svg));
        Site.Answer(
            "/style.css",
            context => Send(context, "text/css", "#styled { width: 77px; height: 55px; background: url(b.svg) }")
        );
        return Site.Page(
            "/files",
            $"<!doctype html><link rel=stylesheet href=style.css><div id=styled onclick='x()'></div>{Words}<img src=a.svg>"
                + "<script>document.body.append('added by ' + 'a script')</script>"
        );
    }

    private static Task Send(HttpContext context, string type, string text)
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text);
    }

    private static void AssertFailed(TabVisit visit, string message)
    {
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("words of a page", visit.Html, StringComparison.Ordinal);
        Assert.Empty(visit.Captures);
        var warning = Assert.Single(visit.CaptureWarnings);
        Assert.Equal(PageWarningCode.CaptureFailed, warning.Code);
        Assert.Contains(message, warning.Message, StringComparison.Ordinal);
    }

    private Task<TabVisit> VisitAsync(Uri url, ScreenshotOptions options) =>
        VisitAsync(url, new CaptureOptions { Screenshot = options });

    private async Task<TabVisit> VisitAsync(Uri url, CaptureOptions options, TimeSpan? deadline = null) =>
        await VisitAsync(await OpenAsync(), url, options, deadline ?? Ample);

    private static Task<TabVisit> VisitAsync(BrowserTab tab, Uri url, CaptureOptions options, TimeSpan deadline) =>
        tab.VisitAsync(url, new VisitOptions { Captures = options }, deadline, Cancellation);
}
