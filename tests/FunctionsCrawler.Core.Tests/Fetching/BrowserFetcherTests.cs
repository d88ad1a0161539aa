using System.Collections.Concurrent;
using System.Net;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Fetching;

public sealed class BrowserFetcherTests : BrowserFetcherTestBase
{
    [Fact]
    public async Task Dispose_NothingFetched_StartsNoBrowser()
    {
        var fetcher = Open();
        Assert.Empty(await EndAsync(fetcher));
        Assert.Empty(Browsers);
    }

    [Fact]
    public async Task Fetch_SeveralPages_UsesOneBrowserAndOneTabPerHost()
    {
        var fetcher = Open();
        Site.Redirect("/old", "/", 301);

        var result = await FetchAsync(fetcher, Site.Url("/old"));
        Assert.Null(result.Error);
        Assert.Contains("hello", result.Text, StringComparison.Ordinal);
        Assert.Equal(Site.Url("/").AbsoluteUri, result.FinalUrl);
        Assert.Equal([new RedirectHop(Site.Url("/old").AbsoluteUri, 301)], result.Redirects);
        Assert.Equal((200, "text/html", RenderedBy.Browser), (result.Status, result.ContentType, result.RenderedBy));
        Assert.Equal(result.Text!.Length, result.Bytes);

        // history.length counts the navigations of a tab, which starts with an empty page. A tab that is used again starts over.
        var url = Site.Script("/history", "p.textContent = 'length ' + history.length");
        var first = await TextAsync(fetcher, url);
        var second = await TextAsync(fetcher, url);
        Assert.Contains("length 2", first, StringComparison.Ordinal);
        Assert.Contains("length 2", second, StringComparison.Ordinal);
        var other = await TextAsync(fetcher, new UriBuilder(url) { Host = "localhost" }.Uri);
        Assert.Contains("length 2", other, StringComparison.Ordinal);

        await AssertEndedCleanAsync(fetcher);
        Assert.Equal(4, Assert.Single(Browsers).Receipt!.Pages);
    }

    [Fact]
    public async Task Fetch_PlainText_IsFetchedOverHttp()
    {
        var fetcher = Open();
        var url = Site.Answer(
            "/plain.txt",
            context =>
            {
                context.Response.ContentType = "text/plain";
                return context.Response.WriteAsync("plain <b>text</b>");
            }
        );
        var result = await FetchAsync(fetcher, url);
        Assert.Equal(
            ("plain <b>text</b>", RenderedBy.Http, "text/plain"),
            (result.Text, result.RenderedBy, result.ContentType)
        );
        await AssertEndedCleanAsync(fetcher);
    }

    [Theory]
    [InlineData(404, ErrorCode.Http4xx)]
    [InlineData(503, ErrorCode.Http5xx)]
    public async Task Fetch_ErrorStatus_ReturnsErrorAndStaysInSharedMode(int status, ErrorCode code)
    {
        var fetcher = Open();
        var result = await FetchAsync(fetcher, Site.Page("/broken", "broken", status));
        Assert.Equal(code, result.Error?.Code);
        Assert.Equal(status, result.Status);
        Assert.Contains("broken", result.Text, StringComparison.Ordinal);
        Assert.StartsWith("text/html", result.Headers!["content-type"], StringComparison.Ordinal);
        await TextAsync(fetcher, Site.Url("/"));
        Assert.False(fetcher.IsIsolated);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_FilesOfContentThatIsNoPage_AreMissingWithAWarning()
    {
        var url = Site.Answer(
            "/text",
            context =>
            {
                context.Response.ContentType = "text/plain";
                return context.Response.WriteAsync("text");
            }
        );
        await using var fetcher = Open(
            visits: new VisitOptions
            {
                Captures = new CaptureOptions { Pdf = true, Screenshot = new() },
            }
        );

        var result = await FetchAsync(fetcher, url);

        Assert.Equal(("text", null), (result.Text, result.Error));
        Assert.Equal(PageWarningCode.CaptureFailed, Assert.Single(result.Warnings).Code);
    }

    [Fact]
    public async Task Fetch_NothingListensOrUnknownHost_IsConnectOrDnsError()
    {
        var fetcher = Open();
        Assert.Equal(ErrorCode.Connect, (await FetchAsync(fetcher, new Uri("http://127.0.0.1:9999/"))).Error?.Code);
        Assert.Equal(ErrorCode.Dns, (await FetchAsync(fetcher, new Uri("http://nowhere.invalid/"))).Error?.Code);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_ScriptNavigatesToClosedPort_IsConnectErrorWithoutText()
    {
        var fetcher = Open();
        var result = await FetchAsync(fetcher, Site.Script("/away", "location.replace('http://127.0.0.1:9999/')"));
        Assert.Equal(ErrorCode.Connect, result.Error?.Code);
        Assert.Null(result.Text);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_NothingListensBehindTheGuard_IsTheSameError()
    {
        var guard = new AddressGuard(new AddressPolicy { AllowPrivate = true });
        var fetcher = Open(launch: Launch with { Guard = guard });
        Assert.Equal(ErrorCode.Connect, (await FetchAsync(fetcher, new Uri("http://127.0.0.1:9999/"))).Error?.Code);
        Assert.Equal(ErrorCode.Dns, (await FetchAsync(fetcher, new Uri("http://nowhere.invalid/"))).Error?.Code);
        Assert.Equal(ErrorCode.Connect, (await FetchAsync(fetcher, new Uri("http://[::1]:9999/"))).Error?.Code);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_DnsRebinding_ConnectsOnlyToTheCheckedAddress()
    {
        Assert.True(AllowEntry.TryParseAllow("127.0.0.1/32", out var site, out _));
        var lookUps = new ConcurrentQueue<string>();
        var guard = new AddressGuard(
            new AddressPolicy { Allow = [site] },
            (name, _) =>
            {
                // DNS rebinding: an allowed address for the first lookup, a blocked one for all later ones.
                var first = !lookUps.Contains(name);
                lookUps.Enqueue(name);
                return Task.FromResult(new[] { IPAddress.Parse(first ? "127.0.0.1" : "127.0.0.2") });
            }
        );
        var page = Site.Page("/", "<h1>Rebinding</h1><script>for (let i = 0; i < 9; i++) fetch('/?' + i)</script>");
        var fetcher = Open(launch: Launch with { Guard = guard });

        foreach (var i in Enumerable.Range(0, 3))
        {
            var url = new UriBuilder(page) { Host = $"rebinding-{i}.example" }.Uri;
            Assert.Contains("Rebinding", await TextAsync(fetcher, url), StringComparison.Ordinal);
        }

        Assert.Equal(3, lookUps.Count);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_RefusedUrl_StartsNoBrowser()
    {
        var fetcher = Open();
        Admit = static _ => new PageError(ErrorCode.BlockedAddress, "refused");
        Assert.Equal(ErrorCode.BlockedAddress, (await FetchAsync(fetcher, Site.Url("/"))).Error?.Code);
        Assert.Empty(Browsers);
        await EndAsync(fetcher);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fetch_RedirectsToBlockedHost_IsBlockedWithoutContent(bool byServer)
    {
        Assert.True(AllowEntry.TryParseAllow("127.0.0.1/32", out var site, out _));
        var guard = new AddressGuard(
            new AddressPolicy { Allow = [site] },
            (_, _) => Task.FromResult(new[] { IPAddress.Parse("127.0.0.2") })
        );
        var fetcher = Open(launch: Launch with { Guard = guard });
        var target = Site.OtherHost("/").AbsoluteUri;
        var url = byServer
            ? Site.Redirect("/away", target, 302)
            : Site.Script("/away", $"location.replace('{target}')");

        var result = await FetchAsync(fetcher, url);

        Assert.Equal(ErrorCode.BlockedAddress, result.Error?.Code);
        Assert.Equal(
            "localhost resolves to 127.0.0.2, which may not be reached: loopback (127.0.0.0/8).",
            result.Error?.Message
        );
        Assert.Null(result.Text);
        Assert.Equal(url.AbsoluteUri, result.FinalUrl);
        Assert.Equal(byServer ? [new RedirectHop(url.AbsoluteUri, 302)] : [], result.Redirects);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_Concurrently_NeverExceedsPagesPerBrowser()
    {
        var fetcher = Open(pages: 2);
        var (now, most) = (0, 0);
        var gate = new Lock();
        foreach (var i in Enumerable.Range(0, 8))
        {
            Site.Answer(
                $"/counted/{i}",
                async context =>
                {
                    lock (gate)
                        most = Math.Max(most, ++now);
                    await Task.Delay(50, Cancellation);
                    lock (gate)
                        now--;
                    context.Response.ContentType = "text/html";
                    await context.Response.WriteAsync($"page {i}");
                }
            );
        }
        var texts = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => TextAsync(fetcher, Site.Url($"/counted/{i}")))
        );
        for (var i = 0; i < 8; i++)
            Assert.Contains($"page {i}", texts[i], StringComparison.Ordinal);
        Assert.Equal(2, most);
        await AssertEndedCleanAsync(fetcher);
        Assert.Single(Browsers);
    }

    [Fact]
    public async Task Fetch_Cancelled_ThrowsAndLeavesNothing()
    {
        var fetcher = Open(pages: 2);
        using var cancel = new CancellationTokenSource();
        var fetching = fetcher.FetchAsync(Site.Hang("/hang"), Ample, cancel.Token);
        await UntilAsync(() => Site.WasRequested("/hang"));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching).WaitAsync(Guard, Cancellation);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_CancelledWhileTheBrowserStarts_StillHasAReceipt()
    {
        var fetcher = Open();
        using var cancel = new CancellationTokenSource();
        var fetching = fetcher.FetchAsync(Site.Url("/"), Ample, cancel.Token);
        await Task.Delay(100, Cancellation);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching).WaitAsync(Guard, Cancellation);
        Assert.Single(await EndAsync(fetcher));
    }

    [Fact]
    public async Task Dispose_WhileTheBrowserStarts_LeavesNothing()
    {
        var fetcher = Open();
        var fetching = fetcher.FetchAsync(Site.Hang("/hang"), TimeSpan.FromSeconds(5), Cancellation);
        await EndAsync(fetcher);
        await Assert.ThrowsAnyAsync<Exception>(() => fetching).WaitAsync(Guard, Cancellation);
        Assert.All(Browsers, b => Assert.True(b.Receipt?.IsClean));
    }
}
