using System.Diagnostics;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Pictures of pages that failed.</summary>
public class FailurePictureTests(OneBrowser one) : DiagnosticTestBase(one)
{
    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task Visit_PageThatIsRead_HasNone()
    {
        var visit = await VisitAsync(Site.Page("/fine", Words), new PageOptions { ScreenshotOnFailure = true }, Ample);
        Assert.Equal((VisitEnd.Read, 0, 0), (visit.End, visit.Captures.Count, visit.CaptureWarnings.Count));
    }

    [Fact]
    public async Task Visit_ConditionNeverMet_IsPictured()
    {
        var page = new PageOptions { ScreenshotOnFailure = true, WaitFor = "css:#never" };
        AssertPictured(VisitEnd.NotShown, await TimedAsync(Site.Page("/waits", Words), page));
    }

    [Fact]
    public async Task Visit_StepFails_IsPictured()
    {
        var page = new PageOptions { ScreenshotOnFailure = true, Actions = [new() { Click = "#never" }] };
        AssertPictured(VisitEnd.ActionFailed, await TimedAsync(Site.Page("/step", Words), page));
    }

    [Fact]
    public async Task Visit_ErrorStatus_IsPictured()
    {
        var url = Site.Page("/error", "<h1>not here</h1>", status: 404);
        AssertPictured(VisitEnd.ErrorStatus, await TimedAsync(url, new PageOptions { ScreenshotOnFailure = true }));
    }

    [Fact]
    public async Task Visit_DocumentThatNeverEnds_IsPicturedBeforeTheDeadline()
    {
        var url = Site.Answer(
            "/endless-document",
            async context =>
            {
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync("<!DOCTYPE html>" + Words);
                await context.Response.Body.FlushAsync();
                await Site.Ending(context);
            }
        );
        AssertPictured(VisitEnd.Timeout, await TimedAsync(url, new PageOptions { ScreenshotOnFailure = true }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("setTimeout(() => { while (true); }, 50)")]
    public async Task Visit_ScriptThatNeverEnds_HasNoneAndNoDelay(string script)
    {
        var loop = script.Length == 0 ? "while (true);" : script;
        var page = new PageOptions { ScreenshotOnFailure = true };
        var visit = await TimedAsync(
            Site.Page("/loop", $"{Words}<script>{loop}</script><script src=/hangs></script>"),
            page
        );
        Assert.Equal(VisitEnd.Timeout, visit.End);
        Assert.Empty(visit.Captures);
        Assert.Contains(
            "the page did not answer in time",
            Assert.Single(visit.CaptureWarnings).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Visit_StepStartsAScriptThatNeverEnds_HasNoneAndNamesTheStep()
    {
        var url = Site.Page(
            "/blocks",
            $"{Words}<button id=go onclick='setTimeout(() => {{ while (true); }}, 20)'>Go</button>"
        );
        var page = new PageOptions { ScreenshotOnFailure = true, Actions = [new() { Click = "#go" }] };
        var visit = await TimedAsync(url, page);
        Assert.Equal((VisitEnd.Timeout, "the page did not answer after step 1, click #go"), (visit.End, visit.Detail));
        Assert.Empty(visit.Captures);
    }

    [Fact]
    public async Task Visit_ServerThatNeverAnswers_HasNoneAndNoWarning()
    {
        var visit = await TimedAsync(Site.Hang("/hangs"), new PageOptions { ScreenshotOnFailure = true });
        Assert.Equal((VisitEnd.Timeout, 0, 0), (visit.End, visit.Captures.Count, visit.CaptureWarnings.Count));
    }

    [Fact]
    public async Task Visit_Cancelled_ThrowsAtOnce()
    {
        using var stop = new CancellationTokenSource();
        var tab = await OpenAsync();
        var options = OptionsOf(
            new PageOptions
            {
                ScreenshotOnFailure = true,
                Diagnostics = true,
                Har = true,
            }
        );
        Site.Hang("/hangs.js");
        var url = Site.Page("/cancelled", $"{Words}<script src=/hangs.js></script>");
        var visiting = tab.VisitAsync(url, options, Ample, stop.Token);
        await UntilAsync(() => Site.WasRequested("/hangs.js"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => visiting.WaitAsync(Guard, Cancellation));
    }

    // No visit takes longer than without a picture.
    private async Task<TabVisit> TimedAsync(Uri url, PageOptions page)
    {
        Site.Hang("/hangs");
        var tab = await OpenAsync();
        var watch = Stopwatch.StartNew();
        var visit = await tab.VisitAsync(url, OptionsOf(page), Brief, Cancellation);
        Assert.True(watch.Elapsed < Brief + TimeSpan.FromSeconds(1), $"took {watch.Elapsed}");
        return visit;
    }

    private static void AssertPictured(VisitEnd end, TabVisit visit)
    {
        Assert.Equal(end, visit.End);
        var picture = Assert.Single(visit.Captures);
        Assert.Equal(("failure", "image/png"), (picture.Name, picture.ContentType));
        Assert.InRange(PictureSize.Of(picture).Height, 100, 2000);
        Assert.Empty(visit.CaptureWarnings);
    }
}

public sealed class PlaywrightFailurePictureTests(OneBrowser one) : FailurePictureTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
