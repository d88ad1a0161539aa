using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>The requests of a page and the times of its visit, as they are recorded.</summary>
public class RequestDiagnosticsTests(OneBrowser one) : DiagnosticTestBase(one)
{
    [Fact]
    public async Task Visit_RequestsThatFail_AreRecorded()
    {
        var closed = ClosedPort();
        var url = Site.Page(
            "/failing",
            $"{Words}<img src=/missing.png><img src=http://user:pw@127.0.0.1:{closed}/refused.png?a=1>"
                + "<script src='data:text/javascript,1'></script><script>fetch('/').then(r => r.text())</script>"
        );
        var visit = await DiagnoseAsync(url);

        var failed = visit.Diagnostics!.FailedRequests.Where(r =>
            !r.Url.EndsWith("favicon.ico", StringComparison.Ordinal)
        );
        Assert.Equal(
            [
                (Site.Url("/missing.png").AbsoluteUri, "GET", "image", 404, false),
                ($"http://127.0.0.1:{closed}/refused.png?a=1", "GET", "image", null, true),
            ],
            failed
                .Select(r => (r.Url, r.Method, r.Type, r.Status, r.Error is not null))
                .OrderByDescending(r => r.Status ?? 0)
        );
    }

    [Fact]
    public async Task Visit_ManyRequestsThatFail_AreCounted()
    {
        var url = Site.Page(
            "/many",
            $"{Words}<script>for (let i = 0; i < 500; i++) new Image().src = '/missing' + i</script>"
        );
        var visit = await VisitAsync(url, new PageOptions { Diagnostics = true, Actions = [new() { Wait = "1500" }] });

        Assert.Equal(200, visit.Diagnostics!.FailedRequests.Count);
        Assert.InRange(visit.Diagnostics.FailedRequestsOmitted ?? 0, 100, 301);
    }

    [Fact]
    public async Task Visit_Times_AreInOrder()
    {
        Site.Answer(
            "/slow.png",
            async context =>
            {
                await Task.Delay(300, context.RequestAborted);
                context.Response.StatusCode = 404;
            }
        );
        Site.Redirect("/from", "/timed", 302);
        Site.Page("/timed", $"{Words}<img src=/slow.png>");
        var visit = await VisitAsync(
            Site.Url("/from"),
            new PageOptions { Diagnostics = true, Actions = [new() { Wait = "500" }] }
        );

        var times = visit.Diagnostics!.Timing;
        long?[] order =
        [
            0,
            times.ResponseStartMs,
            times.DomContentLoadedMs,
            times.LoadMs,
            times.PreparedMs,
            times.ReadMs,
            times.TotalMs,
        ];
        Assert.All(order, time => Assert.NotNull(time));
        Assert.Equal(order.Order(), order);
        Assert.True(times.LoadMs - times.DomContentLoadedMs >= 200);
        Assert.True(times.PreparedMs >= 500);
    }

    [Fact]
    public async Task Visit_ThatTimesOut_HasTheTimesThatItReached()
    {
        var visit = await DiagnoseAsync(Site.Script("/endless", "while (true);"), TimeSpan.FromSeconds(2));

        Assert.Equal(VisitEnd.Timeout, visit.End);
        Assert.NotNull(visit.Diagnostics!.Timing.ResponseStartMs);
        Assert.Null(visit.Diagnostics.Timing.ReadMs);
        Assert.InRange(visit.Diagnostics.Timing.TotalMs, 1900, 4000);
    }

    [Fact]
    public async Task Har_PageWithEverything_IsValidAndComplete()
    {
        Site.Redirect("/start", "/har?x=a%20b&token=t", 302);
        Site.Answer(
            "/app.css",
            context =>
            {
                context.Response.ContentType = "text/css";
                context.Response.Headers.SetCookie = "session=private1";
                context.Response.Headers["X-Auth-Token"] = "private2";
                context.Response.Headers["X-Shown"] = "shown";
                return context.Response.WriteAsync("p { color: red }");
            }
        );
        Site.Page(
            "/har",
            $"{Words}<link rel=stylesheet href=/app.css><img src=/missing.png><img src=data:image/png,x>"
                + "<script>fetch('/app.css', { headers: { Authorization: 'Bearer private3' } })</script>"
        );
        Site.Hang("/hangs");
        var visit = await VisitAsync(Site.Url("/start"), new PageOptions { Har = true });

        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Null(visit.Diagnostics);
        var entries = HarFile
            .Entries(visit)
            .Where(e => !HarFile.UrlOf(e).EndsWith("favicon.ico", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(
            [("/start", 302), ("/har", 200), ("/app.css", 200), ("/missing.png", 404), ("/app.css", 200)],
            entries.Select(e => (new Uri(HarFile.UrlOf(e)).AbsolutePath, HarFile.StatusOf(e)))
        );
        var page = entries[1].GetProperty("request");
        Assert.Equal(
            [("x", "a b"), ("token", "t")],
            page.GetProperty("queryString")
                .EnumerateArray()
                .Select(p => (p.GetProperty("name").GetString(), p.GetProperty("value").GetString()))
        );
        Assert.EndsWith(
            "/har?x=a%20b&token=t",
            entries[0].GetProperty("response").GetProperty("redirectURL").GetString(),
            StringComparison.Ordinal
        );
        var text = HarFile.Read(visit).GetRawText();
        Assert.Contains("\"shown\"", text, StringComparison.Ordinal);
        foreach (var part in new[] { "private1", "private2", "private3", "color: red" })
            Assert.DoesNotContain(part, text, StringComparison.Ordinal);
        Assert.Equal(16, entries[2].GetProperty("response").GetProperty("content").GetProperty("size").GetInt64());
    }

    [Fact]
    public async Task Har_MoreRequestsThanTheLimit_SaysHowManyAreMissing()
    {
        Site.Answer("/n", context => context.Response.WriteAsync(""));
        var url = Site.Page(
            "/requests",
            $"{Words}<p id=p></p><script>(async () => {{ for (let i = 0; i < 52; i++) await Promise.all(Array.from({{ length: 100 }}, () => fetch('/n')));"
                + " p.textContent = 'ready' })()</script>"
        );
        var visit = await VisitAsync(url, new PageOptions { Har = true, WaitFor = "text:ready" });

        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Equal(RequestRecorder.MaxRequests, HarFile.Entries(visit).Count);
        var warning = Assert.Single(visit.CaptureWarnings);
        Assert.Equal(PageWarningCode.CaptureTruncated, warning.Code);
        Assert.Contains("The artifact har lacks 20", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Har_RequestsWithLargeHeaders_StayWithinItsSize()
    {
        Site.Answer(
            "/n",
            context =>
            {
                for (var i = 0; i < 12; i++)
                    context.Response.Headers[$"X-{i}"] = new string('h', 1000);
                return context.Response.WriteAsync("");
            }
        );
        var url = Site.Page(
            "/large",
            $"{Words}<p id=p></p><script>(async () => {{ for (let i = 0; i < 12; i++) await Promise.all(Array.from({{ length: 50 }}, () => fetch('/n')));"
                + " p.textContent = 'ready' })()</script>"
        );
        var visit = await VisitAsync(url, new PageOptions { Har = true, WaitFor = "text:ready" });

        var har = Assert.Single(visit.Captures);
        Assert.InRange(har.Content.Length, 1_000_000, HarWriter.MaxBytes);
        Assert.Equal(PageWarningCode.CaptureTruncated, Assert.Single(visit.CaptureWarnings).Code);
        HarFile.Read(visit);
    }

    [Fact]
    public async Task Har_VisitThatFails_HasTheRequestsSoFar()
    {
        Site.Hang("/hangs.css");
        var url = Site.Page("/blocked", $"<link rel=stylesheet href=/hangs.css>{Words}<script>1</script>");
        var visit = await VisitAsync(url, new PageOptions { Har = true }, TimeSpan.FromSeconds(2));

        Assert.Equal(VisitEnd.Timeout, visit.End);
        var hanging = HarFile
            .Entries(visit)
            .Single(e => HarFile.UrlOf(e).EndsWith("/hangs.css", StringComparison.Ordinal));
        Assert.Equal(0, HarFile.StatusOf(hanging));
        Assert.Equal(
            "the visit ended before the response",
            hanging.GetProperty("response").GetProperty("_error").GetString()
        );
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

public sealed class PlaywrightRequestDiagnosticsTests(OneBrowser one) : RequestDiagnosticsTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
