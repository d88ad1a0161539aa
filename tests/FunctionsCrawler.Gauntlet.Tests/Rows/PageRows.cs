using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T1 and T13: pages that open popups, workers and connections, or ask the user for something, and must still be read.</summary>
internal static class PageRows
{
    public static IReadOnlyList<Row> All =>
        [
            new("T1 happy path", HappyAsync),
            new("T1 popups", PopupsAsync),
            new("T1 the last page closes itself", ClosesItselfAsync),
            new("T1 workers", WorkersAsync),
            new("T1 connections that stay", ConnectionsAsync) { IsLong = true },
            new("T1 WebRTC and WebGL", MediaAsync),
            new("T13 dialogs", DialogsAsync),
            new("T13 beforeunload", BeforeUnloadAsync) { IsLong = true },
            new("T13 permissions and print", PermissionsAsync) { IsLong = true },
            new("T13 HTTP authentication", AuthenticationAsync),
        ];

    private static async Task HappyAsync(RowRun run)
    {
        foreach (var i in Enumerable.Range(0, 3))
            await run.PageContainsAsync(run.Site.Page($"/p{i}", $"page {i}"), $"page {i}");
        Assert.Equal(1, run.Chunk.Browsers);
    }

    private static async Task PopupsAsync(RowRun run)
    {
        run.Site.Hang("/popup");
        var url = run.Site.Page(
            "/popups",
            """
            <p>opens</p><a id=blank target=_blank href=/popup>a</a><a id=free target=_blank rel=noopener href=/popup>b</a>
            <script>
              for (let i = 0; i < 20; i++) window.open('/popup?' + i);
              blank.click(); free.click(); window.open('/popup', 'named', 'noopener');
            </script>
            """
        );
        await run.PageContainsAsync(url, "opens");
        await run.NextPageSucceedsAsync();
        Assert.Equal(1, run.Chunk.Browsers);
    }

    private static async Task ClosesItselfAsync(RowRun run)
    {
        await run.PageContainsAsync(
            run.Site.Script("/close", "window.close(); self.close(); open('', '_self').close();"),
            "start"
        );
        await run.NextPageSucceedsAsync();
    }

    private static async Task WorkersAsync(RowRun run)
    {
        foreach (var path in (string[])["/sw.js", "/shared.js", "/busy.js"])
            run.Site.Answer(
                path,
                c =>
                {
                    c.Response.ContentType = "text/javascript";
                    return c.Response.WriteAsync(
                        path is "/busy.js" ? "for (;;) { }" : "onfetch = onconnect = () => { };"
                    );
                }
            );
        var url = run.Site.Script(
            "/workers",
            """
            navigator.serviceWorker.register('/sw.js');
            new SharedWorker('/shared.js').port.start();
            new Worker('/busy.js');
            p.textContent = 'working';
            """
        );
        await run.PageContainsAsync(url, "working");
        await run.NextPageSucceedsAsync();
    }

    private static async Task ConnectionsAsync(RowRun run)
    {
        run.Site.Answer(
            "/socket",
            async c =>
            {
                using var socket = await c.WebSockets.AcceptWebSocketAsync();
                await run.Site.EndingAsync(c);
            }
        );
        run.Site.Answer(
            "/events",
            async c =>
            {
                c.Response.ContentType = "text/event-stream";
                await c.Response.WriteAsync("data: one\n\n");
                await c.Response.Body.FlushAsync();
                await run.Site.EndingAsync(c);
            }
        );
        var url = run.Site.Script(
            "/connections",
            """
            new WebSocket(location.href.replace('http', 'ws').replace('connections', 'socket'));
            new EventSource('/events').onmessage = e => { p.textContent = 'heard ' + e.data; };
            """
        );
        await run.PageContainsAsync(url, "heard one");
        await run.UntilRequestedAsync("/socket");
        await run.NextPageSucceedsAsync();
    }

    private static async Task MediaAsync(RowRun run)
    {
        var url = run.Site.Script(
            "/media",
            """
            const peer = new RTCPeerConnection(); peer.createDataChannel('c');
            peer.createOffer().then(o => peer.setLocalDescription(o));
            const gl = document.createElement('canvas').getContext('webgl');
            if (gl) { gl.clearColor(1, 0, 0, 1); gl.clear(gl.COLOR_BUFFER_BIT); gl.finish(); }
            new AudioContext().createOscillator().start();
            p.textContent = 'drawn';
            """
        );
        await run.PageContainsAsync(url, "drawn");
        await run.NextPageSucceedsAsync();
    }

    private static async Task DialogsAsync(RowRun run)
    {
        var url = run.Site.Script(
            "/dialogs",
            "for (let i = 0; i < 5; i++) { alert('a'); confirm('b'); prompt('c'); } p.textContent = 'answered';"
        );
        await run.PageContainsAsync(url, "answered");
        await run.NextPageSucceedsAsync();
        Assert.Equal(1, run.Chunk.Browsers);
    }

    private static async Task BeforeUnloadAsync(RowRun run)
    {
        var url = run.Site.Script(
            "/stay",
            "onbeforeunload = e => { e.preventDefault(); return 'stay'; }; onunload = () => { for (let i = 0; i < 9; i++) alert(i); };"
        );
        await run.PageContainsAsync(url, "start");
        await run.NextPageSucceedsAsync();
        await run.NextPageSucceedsAsync();
    }

    private static async Task PermissionsAsync(RowRun run)
    {
        var url = run.Site.Script(
            "/ask",
            """
            if (window.Notification) Notification.requestPermission();
            navigator.geolocation.getCurrentPosition(() => { }, () => { });
            navigator.mediaDevices?.getUserMedia({ audio: true, video: true }).catch(() => { });
            navigator.clipboard?.readText().catch(() => { });
            setTimeout(() => { print(); p.textContent = 'printed'; }, 0);
            """
        );
        await run.PageContainsAsync(url, "printed");
        await run.NextPageSucceedsAsync();
    }

    private static async Task AuthenticationAsync(RowRun run)
    {
        var url = run.Site.Answer(
            "/secret",
            c =>
            {
                c.Response.StatusCode = 401;
                c.Response.Headers.WWWAuthenticate = "Basic realm=\"here\"";
                return Task.CompletedTask;
            }
        );
        await run.FailsAsync(url, RowRun.Ample, ErrorCode.Http4xx);
        await run.NextPageSucceedsAsync();
    }
}
