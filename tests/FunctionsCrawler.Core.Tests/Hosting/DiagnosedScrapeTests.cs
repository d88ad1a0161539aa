using System.Diagnostics;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Browsing;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>Single pages that are visited to find out why they fail.</summary>
public sealed class DiagnosedScrapeTests : BrowserTestBase
{
    private const string Words = "<p>enough words of a page to look finished, and a few more of them</p>";

    private static readonly PageOptions Everything = new()
    {
        Diagnostics = true,
        Har = true,
        ScreenshotOnFailure = true,
        TimeoutSeconds = 5,
    };

    [Fact]
    public async Task Scrape_PageThatSucceeds_HasDiagnosticsAndHarOnly()
    {
        var record = await ScrapeAsync(Site.Script("/fine", "console.log('hi')"), Everything);

        Assert.Null(record.Error);
        Assert.Equal("hi", Assert.Single(record.Diagnostics!.Console).Text);
        Assert.Equal(["har"], record.Artifacts!.Keys);
        Assert.Equal("application/json", record.Artifacts["har"].ContentType);
    }

    [Fact]
    public async Task Scrape_RequestsThatTheGuardBlocks_AreNamed()
    {
        var url = Site.Page("/blocked", $"{Words}<img src=http://169.254.169.254/latest/meta-data/>");
        var record = await ScrapeAsync(url, Everything with { Actions = [new() { Wait = "500" }] });

        var failed = Assert.Single(
            record.Diagnostics!.FailedRequests,
            r => r.Url.Contains("169.254", StringComparison.Ordinal)
        );
        Assert.Contains("metadata", failed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("css:#never", ErrorCode.WaitFor)]
    [InlineData(null, ErrorCode.Timeout)]
    public async Task Scrape_PageThatFails_TellsWhy(string? condition, ErrorCode code)
    {
        Site.Hang("/hangs.js");
        var script = condition is null ? "<script src=/hangs.js></script>" : "";
        var url = Site.Page("/fails", $"{Words}<script>console.error('why')</script>{script}");
        var watch = Stopwatch.StartNew();
        var record = await ScrapeAsync(url, Everything with { WaitFor = condition });

        Assert.Equal(code, record.Error?.Code);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(12), $"took {watch.Elapsed}");
        Assert.Equal("why", Assert.Single(record.Diagnostics!.Console).Text);
        Assert.NotNull(record.Diagnostics.Timing.ResponseStartMs);
        Assert.Equal(["failure", "har"], record.Artifacts!.Keys.Order());
        AssertNothingLeft(Assert.Single(record.Receipts!));
    }

    [Fact]
    public async Task Scrape_PageThatBlocksAfterItsLastStep_NamesTheStep()
    {
        var url = Site.Page(
            "/step",
            $"{Words}<button id=go onclick='setTimeout(() => {{ while (true); }}, 20)'>Go</button>"
        );
        var page = new PageOptions { TimeoutSeconds = 4, Actions = [new() { Click = "#go" }] };
        var record = await ScrapeAsync(url, page);

        Assert.Equal(
            new PageError(
                ErrorCode.Timeout,
                "the visit did not finish within its time limit: the page did not answer after step 1, click #go"
            ),
            record.Error
        );
    }

    [Fact]
    public async Task Scrape_NotHtml_HasTheHarAndItsText()
    {
        var url = Site.Answer(
            "/plain",
            context =>
            {
                context.Response.ContentType = "text/plain";
                return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "text");
            }
        );
        var record = await ScrapeAsync(url, Everything);

        Assert.Null(record.Error);
        Assert.Equal("text", record.Markdown?.Trim());
        Assert.Equal(["har"], record.Artifacts!.Keys);
        Assert.NotNull(record.Diagnostics!.Timing.ReadMs);
    }

    [Fact]
    public async Task Scrape_ErrorPage_IsPicturedAndKeepsItsText()
    {
        var record = await ScrapeAsync(Site.Page("/gone", $"<h1>Gone</h1>{Words}", status: 410), Everything);

        Assert.Equal(ErrorCode.Http4xx, record.Error?.Code);
        Assert.Equal(["failure", "har"], record.Artifacts!.Keys.Order());
        Assert.Equal(410, Assert.Single(record.Diagnostics!.FailedRequests, r => r.Type is "document").Status);
        Assert.Contains("Gone", record.Markdown, StringComparison.Ordinal);
    }

    private static async Task<PageRecord> ScrapeAsync(Uri url, PageOptions page)
    {
        Requires.Installed(Need.Chromium, ChromiumLocator.Find(out var fault) is not null, $"No browser: {fault}");
        await using var rig = new WorkerRig(
            new MemoryBlobStore(),
            new CrawlerOptions { AllowPrivate = true, MemoryMb = 16_384 },
            new CrawlRig.Unobserved(),
            TimeProvider.System
        );
        var request = new PageRequest
        {
            Url = url.AbsoluteUri,
            Render = RenderMode.Always,
            Page = page,
        };
        return (await rig.Get<ScrapeService>().TryScrapeAsync(request, Cancellation).WaitAsync(Guard, Cancellation))!;
    }
}
