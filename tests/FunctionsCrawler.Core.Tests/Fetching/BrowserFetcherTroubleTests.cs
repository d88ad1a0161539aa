using System.Net.Sockets;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Browsing;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Network;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>Pages succeed even if another page hangs or crashes their renderer or browser.</summary>
public sealed class BrowserFetcherTroubleTests : BrowserFetcherTestBase
{
    [Fact]
    public async Task Fetch_EndlessScript_TimesOutAndOtherPagesSucceed()
    {
        var fetcher = Open(pages: 3);
        await TextAsync(fetcher, Site.Url("/"));
        var endless = Site.Script("/endless", "for (;;) { }");
        var culprit = FetchAsync(fetcher, endless, 2);
        await UntilAsync(() => Site.WasRequested("/endless"));
        var neighbours = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(i => TextAsync(fetcher, Site.Page($"/n{i}", $"neighbour {i}"), 8))
        );
        for (var i = 0; i < 6; i++)
            Assert.Contains($"neighbour {i}", neighbours[i], StringComparison.Ordinal);
        Assert.Equal(ErrorCode.Timeout, (await culprit).Error?.Code);
        Assert.True(fetcher.IsIsolated);
        await AssertEndedCleanAsync(fetcher);
        Assert.Equal(2, Browsers.Count);
    }

    [Fact]
    public async Task Fetch_OtherPageHangsForLonger_IsNotReportedAsTimeout()
    {
        var fetcher = Open(pages: 2);
        using var cancel = new CancellationTokenSource();
        await TextAsync(fetcher, Site.Url("/"));
        var culprit = fetcher.FetchAsync(
            Site.Script("/endless", "for (;;) { }"),
            TimeSpan.FromMinutes(2),
            cancel.Token
        );
        await UntilAsync(() => Site.WasRequested("/endless"));
        Assert.Contains("hello", await TextAsync(fetcher, Site.Url("/"), 4), StringComparison.Ordinal);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => culprit);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_ServerNeverResponds_TimesOutAndKeepsTheBrowser()
    {
        var fetcher = Open(pages: 2);
        var result = await FetchAsync(fetcher, Site.Hang("/hang"), 1);
        Assert.Equal(ErrorCode.Timeout, result.Error?.Code);
        await TextAsync(fetcher, Site.Url("/"));
        Assert.Single(Site.Requests, r => r.Path is "/hang");
        await AssertEndedCleanAsync(fetcher);
        Assert.Single(Browsers);
    }

    [Fact]
    public async Task Fetch_ConditionNeverHoldsAndLittleTimeIsLeft_TellsWhatWasMissing()
    {
        // A launch that takes time leaves less of it to the visit than the visit itself may take.
        var options = new VisitOptions
        {
            WaitFor = new PageCondition(ConditionKind.Css, "#missing"),
            TimeLeft = static () => TimeSpan.FromSeconds(4),
        };
        var fetcher = Open(visits: options);
        var result = await FetchAsync(fetcher, Site.Url("/"), seconds: 300).WaitAsync(Guard, Cancellation);
        Assert.Equal(ErrorCode.WaitFor, result.Error?.Code);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_StateOfAnotherPageHidesWhatIsAwaited_IsRepeatedAlone()
    {
        var fetcher = Open(
            pages: 2,
            visits: new VisitOptions { WaitFor = new PageCondition(ConditionKind.Css, "#late") }
        );
        Site.Answer("/done", static _ => Task.CompletedTask);
        var sets = Site.Page("/sets", "<p id=late></p><script>localStorage.a = 1; fetch('/done')</script>");
        var needs = Site.Answer(
            "/needs",
            async context =>
            {
                await UntilAsync(() => Site.WasRequested("/done"));
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync(
                    "<p>text</p><script>if (!localStorage.a) document.body.innerHTML += '<p id=late></p>'</script>"
                );
            }
        );

        var results = await Task.WhenAll(FetchAsync(fetcher, needs, 8), FetchAsync(fetcher, sets, 8));

        Assert.All(results, result => Assert.Null(result.Error));
        await AssertEndedCleanAsync(fetcher);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n<p>half a page</p>")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n")]
    [InlineData(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n12\r\n<p>half a page</p>\r\n"
    )]
    public async Task Fetch_DocumentBreaksOff_IsConnectErrorWithoutText(string beginning)
    {
        await using var server = RawServer.Resetting(beginning);
        var fetcher = Open();
        var result = await FetchAsync(fetcher, server.Url);
        Assert.Equal(ErrorCode.Connect, result.Error?.Code);
        Assert.Null(result.Text);
        await TextAsync(fetcher, Site.Url("/"));
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_PageCallsWindowStop_Succeeds()
    {
        var fetcher = Open();
        Site.Answer(
            "/stops",
            async context =>
            {
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync("<p>stopped</p><script>window.stop();</script>");
                await context.Response.Body.FlushAsync();
                await Site.Ending(context);
            }
        );
        Assert.Contains("stopped", await TextAsync(fetcher, Site.Url("/stops"), 8), StringComparison.Ordinal);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_PlainTextAfterSlowLaunch_HasItsFullTimeLimit()
    {
        Requires.Available(
            OperatingSystem.IsLinux(),
            Unavailable.OtherPlatform,
            "It takes a script that becomes the browser."
        );
        Site.Answer(
            "/text",
            context =>
            {
                context.Response.ContentType = "text/plain";
                return context.Response.WriteAsync("here");
            }
        );
        var slow = Path.Combine(Path.GetTempPath(), $"slow-{Guid.NewGuid():N}.sh");
        await File.WriteAllTextAsync(
            slow,
            $"#!/bin/sh\nsleep 2\nexec '{Launch.ExecutablePath}' \"$@\"\n",
            Cancellation
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(slow, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var fetcher = Open(launch: Launch with { ExecutablePath = slow });
            Assert.Equal("here", await TextAsync(fetcher, Site.Url("/text"), 1.5));
            await AssertEndedCleanAsync(fetcher);
        }
        finally
        {
            File.Delete(slow);
        }
    }

    [Fact]
    public async Task Fetch_RendererKilled_AllItsPagesSucceed()
    {
        var fetcher = Open(pages: 3);
        var paths = Enumerable.Range(0, 3).Select(i => $"/p{i}").ToList();
        var fetches = await StartHangingAsync(fetcher, paths);
        Leftovers.Signal("KILL", Leftovers.Renderers(Browsers.Single().Marker));
        await AssertAllSucceedAsync(fetches);
        await AssertEndedCleanAsync(fetcher);
        Assert.Equal(2, Browsers.Count);
    }

    [Fact]
    public async Task Fetch_CrashesOnEveryAttempt_IsRendererCrashedAndOtherPagesSucceed()
    {
        var fetcher = Open(pages: 2);
        Site.Answer(
            "/crashes",
            async _ =>
            {
                foreach (var browser in Browsers.Where(b => b.Receipt is null))
                    Leftovers.Signal("KILL", Leftovers.Renderers(browser.Marker));
                await Task.Delay(Timeout.Infinite, _.RequestAborted);
            }
        );
        Site.Page("/crash", "<p>here</p><script src=/crashes></script>");
        var result = await FetchAsync(fetcher, Site.Url("/crash"));
        Assert.Equal(ErrorCode.RendererCrashed, result.Error?.Code);
        Assert.Contains("hello", await TextAsync(fetcher, Site.Url("/")), StringComparison.Ordinal);
        await AssertEndedCleanAsync(fetcher);
    }

    [Theory]
    [InlineData("browser")]
    [InlineData("driver")]
    public async Task Fetch_ProcessKilledMidChunk_PagesSucceedInNewBrowser(string which)
    {
        var fetcher = Open(pages: 2);
        var fetches = await StartHangingAsync(fetcher, ["/p0", "/p1"]);
        var marker = Browsers.Single().Marker;
        Leftovers.Signal("KILL", which is "browser" ? Leftovers.Browser(marker) : Leftovers.Driver(marker));
        await AssertAllSucceedAsync(fetches);
        Assert.Contains("hello", await TextAsync(fetcher, Site.Url("/")), StringComparison.Ordinal);
        await AssertEndedCleanAsync(fetcher);
        Assert.Equal(2, Browsers.Count);
    }

    [Theory]
    [InlineData("browser")]
    [InlineData("driver")]
    public async Task Fetch_ProcessKilledBetweenPages_NextPagesUseNewBrowser(string which)
    {
        var fetcher = Open();
        await TextAsync(fetcher, Site.Url("/"));
        var marker = Browsers.Single().Marker;
        Leftovers.Signal("KILL", which is "browser" ? Leftovers.Browser(marker) : Leftovers.Driver(marker));
        await TextAsync(fetcher, Site.Url("/"));
        await TextAsync(fetcher, Site.Url("/"));
        await AssertEndedCleanAsync(fetcher);
        Assert.Equal(2, Browsers.Count);
    }

    /// <summary>Starts fetches of pages that hang on the first request, and waits until all of them hang.</summary>
    private async Task<List<Task<string>>> StartHangingAsync(BrowserFetcher fetcher, IReadOnlyList<string> paths)
    {
        foreach (var path in paths)
        {
            // The script hangs the first time, so the document is loaded but the page has not settled.
            var script = path + "/script";
            var hung = 0;
            Site.Page(path, $"<p>came {path}</p><script src={script}></script>");
            Site.Answer(script, c => Interlocked.Exchange(ref hung, 1) == 0 ? Site.Ending(c) : Task.CompletedTask);
        }
        var fetches = paths.Select(path => TextAsync(fetcher, Site.Url(path))).ToList();
        await UntilAsync(() => paths.All(path => Site.WasRequested(path + "/script")));
        return fetches;
    }

    private static async Task AssertAllSucceedAsync(List<Task<string>> fetches)
    {
        for (var i = 0; i < fetches.Count; i++)
            Assert.Contains($"came /p{i}", await fetches[i], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_ProxyConnectionHangs_IsReportedAsLeft()
    {
        using var over = new ManualResetEventSlim();
        var guard = new AddressGuard(
            new AddressPolicy(),
            (_, _) =>
            {
                // A resolver that blocks its caller and ignores the token.
                over.Wait(Guard, CancellationToken.None);
                throw new SocketException((int)SocketError.HostNotFound);
            }
        );
        var fetcher = Open(launch: Launch with { Guard = guard });
        try
        {
            var result = await FetchAsync(fetcher, new Uri("http://hangs.example/"), 1);
            Assert.Equal(ErrorCode.Timeout, result.Error?.Code);
            await fetcher.DisposeAsync().AsTask().WaitAsync(Guard, Cancellation);
        }
        finally
        {
            over.Set();
        }

        var receipt = Assert.Single(Browsers).Receipt!;
        Assert.True(receipt.SocketsLeft > 0);
        Assert.Equal(receipt.SocketsLeft, receipt.Residue);
        Assert.Equal(
            $"browser {receipt.Invocation} left 0 processes, 0 bytes and {receipt.SocketsLeft} sockets after 1 pages",
            Assert.Single(Log)
        );
    }
}
