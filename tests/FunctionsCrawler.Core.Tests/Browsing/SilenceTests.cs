using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using FunctionsCrawler.Browsing;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Nothing that a page has started sends anything after its tab was reset or closed.</summary>
public class SilenceTests(OneBrowser one) : TabTestBase(one)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);

    // Each request says what has sent it.
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["handlers"] =
            string.Concat(
                ((string[])["pagehide", "unload", "beforeunload", "freeze"]).Select(name =>
                    On(name, Beacon(name) + KeepAlive(name))
                )
            )
            + On("visibilitychange", Beacon("visibilitychange"), "document")
            + On("pagehide", "new Image().src = '/late?image'; fetch('/late?request'); a.click()")
            + On("pagehide", "document.head.insertAdjacentHTML('beforeend', '<link rel=prefetch href=/late?prefetch>')")
            + "document.body.insertAdjacentHTML('beforeend', '<a id=a href=#x ping=/late?ping>a</a>')",
        ["many on pagehide"] = On("pagehide", Storm),
        ["slow unload"] = On(
            "unload",
            "const end = performance.now() + 500; while (performance.now() < end);" + KeepAlive("slow")
        ),
        ["all the time"] =
            $"setInterval(() => {{ fetch('/late?timer'); {Beacon("timer")} {KeepAlive("timer")} }}, 5);"
            + "new EventSource('/late?events');",
        ["slow redirects"] =
            "navigator.sendBeacon('/slow', 'x'); fetch('/slow', { keepalive: true, method: 'POST', body: 'x' })",
        ["workers"] =
            "new Worker('/worker.js'); new Worker('/nested.js'); if (window.SharedWorker) new SharedWorker('/worker.js')",
        ["sockets"] =
            "const s = new WebSocket('ws://' + location.host + '/socket');"
            + "s.onopen = () => setInterval(() => s.send('timer'), 20);"
            + On("pagehide", "for (let i = 0; i < 50; i++) s.send('pagehide')"),
        ["the browser itself"] =
            "window.fetchLater?.('/late?later'); const r = document.createElement('script'); r.type = 'speculationrules';"
            + "r.textContent = JSON.stringify({ prefetch: [{ urls: ['/late?speculation'], eagerness: 'immediate' }],"
            + "prerender: [{ urls: ['/frame'], eagerness: 'immediate' }] }); document.head.append(r);"
            + "const c = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:' + location.port }] });"
            + "c.createDataChannel('a'); c.createOffer().then(o => c.setLocalDescription(o))",
        ["frame"] =
            "document.body.insertAdjacentHTML('beforeend', `<iframe src=//localhost:${location.port}/frame></iframe>`)",
        ["dialog"] = "alert('here');" + On("pagehide", Beacon("dialog")),
    };

    private static string Beacon(string from) => $"navigator.sendBeacon('/late?beacon-{from}', 'x');";

    private static string KeepAlive(string from) =>
        $"fetch('/late?keepalive-{from}', {{ method: 'POST', body: 'x', keepalive: true }});";

    private static string Storm => $"for (let i = 0; i < 40; i++) {{ {Beacon("storm")} {KeepAlive("storm")} }}";

    public static TheoryData<string, bool, bool> Cases =>
        [
            .. Scripts.Keys.SelectMany(name =>
                ((string, bool, bool)[])
                    [(name, false, false), (name, true, false), (name, false, true), (name, true, true)]
            ),
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Reset_PageWouldSendMore_SendsNothing(string script, bool shared, bool closes)
    {
        var sent = new ConcurrentQueue<string>();
        var mayRedirect = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        AddPages(sent, mayRedirect.Task);
        var tab = await OpenAsync(shared);
        var visit = await tab.VisitAsync(Site.Script("/page", Scripts[script]), Ample, Cancellation);
        Assert.Equal(VisitEnd.Read, visit.End);

        var reused = !closes && await tab.ResetAsync();
        if (!reused)
            await tab.CloseAsync();
        // What was sent before may still be on its way.
        using var http = new HttpClient();
        await http.GetStringAsync(Site.Url("/"), Cancellation);
        sent.Clear();
        mayRedirect.SetResult();

        var next = reused ? tab : await OpenAsync(shared);
        var text = (await next.VisitAsync(Site.Url("/"), Ample, Cancellation)).Html;
        Assert.Contains("hello", text, StringComparison.Ordinal);
        await Task.Delay(Quiet, Cancellation);
        Assert.Empty(sent);
    }

    [Fact]
    public async Task Reset_PageWasSilenced_NextPageRunsScriptsAndSends()
    {
        var tab = await OpenAsync();
        Site.Answer("/data", context => context.Response.WriteAsync("fetched"));
        var url = Site.Script(
            "/asks",
            "fetch('/data').then(r => r.text()).then(t => p.textContent = t + navigator.onLine)"
        );
        for (var i = 0; i < 3; i++)
        {
            var visit = await tab.VisitAsync(url, Ample, Cancellation);
            Assert.Contains("fetchedtrue", visit.Html, StringComparison.Ordinal);
            Assert.True(await tab.ResetAsync());
        }
    }

    [Fact]
    public async Task Reset_OtherTabOfTheContext_StillSends()
    {
        var (first, second) = (await OpenAsync(shared: true), await OpenAsync(shared: true));
        var received = 0;
        Site.Answer(
            "/data",
            context =>
            {
                Interlocked.Increment(ref received);
                return context.Response.WriteAsync("x");
            }
        );
        Site.Hang("/never");
        var visiting = second.VisitAsync(
            Site.Script(
                "/asks",
                "setInterval(() => fetch('/data').then(r => r.text()).then(t => p.append(t)), 20); "
                    + "setTimeout(() => { }, 2500); fetch('/never')"
            ),
            Ample,
            Cancellation
        );
        await UntilAsync(() => Volatile.Read(ref received) > 0);
        await first.VisitAsync(Site.Url("/"), Ample, Cancellation);
        Assert.True(await first.ResetAsync());
        var before = Volatile.Read(ref received);
        await UntilAsync(() => Volatile.Read(ref received) > before + 3);
        Assert.Equal(VisitEnd.Read, (await visiting).End);
    }

    private void AddPages(ConcurrentQueue<string> sent, Task mayRedirect)
    {
        Site.Answer(
            "/late",
            context =>
            {
                sent.Enqueue(context.Request.QueryString.Value!);
                return context.Response.WriteAsync("x");
            }
        );
        Site.Answer(
            "/slow",
            async context =>
            {
                await mayRedirect.WaitAsync(Cancellation);
                context.Response.StatusCode = 307;
                context.Response.Headers.Location = "/late?redirect";
            }
        );
        Site.Answer("/socket", ReceiveAsync);
        AddWorker(
            "/worker.js",
            "const s = new WebSocket('ws://' + location.host + '/socket');"
                + "setInterval(() => { fetch('/late?worker', { keepalive: true }); if (s.readyState === 1) s.send('worker'); }, 20)"
        );
        AddWorker("/nested.js", "new Worker('/worker.js')");
        Site.Script("/frame", On("pagehide", Storm) + "setInterval(() => fetch('/late?frame'), 30)");

        async Task ReceiveAsync(HttpContext context)
        {
            using var socket = await WebSocketUpgrade.AcceptAsync(context);
            var buffer = new byte[1024];
            try
            {
                while (socket.State == WebSocketState.Open)
                {
                    var frame = await socket.ReceiveAsync(buffer, Cancellation);
                    sent.Enqueue($"{frame.MessageType} {Encoding.UTF8.GetString(buffer, 0, frame.Count)}");
                }
            }
            catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException)
            {
                // The page has gone.
            }
        }
    }

    private void AddWorker(string path, string script) =>
        Site.Answer(
            path,
            context =>
            {
                context.Response.ContentType = "text/javascript";
                return context.Response.WriteAsync(script);
            }
        );

    private static string On(string name, string action, string target = "window") =>
        $"{target}.addEventListener('{name}', () => {{ {action} }});";
}

public sealed class PlaywrightSilenceTests(OneBrowser one) : SilenceTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
