using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>Hostile pages beyond those of the demo's site. Each is known to hang, crash or exhaust crawlers.</summary>
/// <param name="time">Delays the slow responses.</param>
internal sealed class Traps(TimeProvider time)
{
    /// <summary>The path prefix of all traps.</summary>
    public const string Folder = "trap/";

    private static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(200);

    // Traps that are pages with a script.
    private static readonly FrozenDictionary<string, string> Scripts = new Dictionary<string, string>(
        StringComparer.Ordinal
    )
    {
        ["spin"] = "for (;;) {}",
        ["spin-later"] = "addEventListener('load', () => setTimeout(() => { for (;;) {} }, 20));",
        ["microtasks"] =
            "addEventListener('load', () => { const again = () => Promise.resolve().then(again); again(); });",
        ["hog"] = "window.kept = Array.from({ length: 20 }, () => new Uint8Array(8 << 20).fill(1));",
        ["reload"] = "addEventListener('load', () => location.reload());",
        ["hop"] = "addEventListener('load', () => location.replace('?hop=' + Math.random()));",
        ["dialogs"] = "for (let i = 0; i < 5; i++) { alert(i); confirm(i); prompt(i); } print();",
        ["before-unload"] = "addEventListener('beforeunload', e => { e.preventDefault(); e.returnValue = 'stay'; });",
        ["popups"] = "for (let i = 0; i < 20; i++) open('/guide/', '_blank', i % 2 ? 'noopener' : '');",
        ["workers"] = """
            navigator.serviceWorker.register('/trap/worker.js').catch(() => {});
            for (let i = 0; i < 4; i++) new Worker('/trap/worker.js');
            new SharedWorker('/trap/worker.js');
            """,
        ["never"] = """
            for (let i = 0; i < 6; i++) fetch('/trap/never?' + i).catch(() => {});
            new EventSource('/trap/never');
            """,
        ["frames"] = """
            for (let i = 0; i < 60; i++) {
              const frame = document.createElement('iframe');
              frame.srcdoc = '<p>frame ' + i;
              document.body.append(frame);
            }
            """,
        ["nodes"] = "document.body.append(...Array.from({ length: 30000 }, (_, i) => document.createElement('p')));",
        ["storage"] = """
            document.cookie = 'trap=' + 'x'.repeat(2000);
            localStorage.trap = 'x'.repeat(1 << 20);
            indexedDB.open('trap');
            window.name = 'trap';
            """,
        ["sync"] = """
            const request = new XMLHttpRequest();
            request.open('GET', '/trap/never', false);
            try { request.send(); } catch {}
            """,
        ["crash"] = "fetch('/trap/kill' + location.pathname).catch(() => {});",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Traps that need a special response of the server.
    private static readonly string[] Served =
    [
        "slow-headers",
        "slow-body",
        "refresh",
        "loop",
        "cut",
        "nothing",
        "attachment",
        "endless-file",
    ];

    /// <summary>The paths of all traps.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [.. Scripts.Keys.Concat(Served).Order(StringComparer.Ordinal).Select(n => Folder + n)];

    /// <summary>Answers a request for a trap or for a resource that one loads.</summary>
    public async Task AnswerAsync(HttpContext context, string name)
    {
        var response = context.Response;
        var aborted = context.RequestAborted;
        if (Scripts.TryGetValue(name, out var script))
        {
            await PageAsync(response, $"<p>Something to read.</p>\n<script>\n{script}\n</script>");
            return;
        }
        switch (name)
        {
            case "worker.js":
                response.ContentType = "text/javascript";
                await response.WriteAsync("setInterval(() => {}, 10);", aborted);
                break;
            case "never" or "slow-headers":
                await Task.Delay(Timeout.InfiniteTimeSpan, time, aborted);
                break;
            case "slow-body":
                await DripAsync(response, "text/html; charset=utf-8", "<p>and so on</p>\n", Drip, aborted);
                break;
            case "endless-file":
                response.Headers.ContentDisposition = "attachment; filename=\"endless.bin\"";
                await DripAsync(response, "application/octet-stream", new string('x', 1 << 16), Drip / 10, aborted);
                break;
            case "refresh":
                await PageAsync(response, $"<meta http-equiv=\"refresh\" content=\"0; url=?{Guid.NewGuid():N}\">");
                break;
            case "loop":
                response.Redirect("loop");
                break;
            case "cut":
                response.ContentLength = 1000;
                await response.WriteAsync("<!doctype html><p>It ends in the middle", aborted);
                await response.Body.FlushAsync(aborted);
                context.Abort();
                break;
            case "nothing":
                response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case "attachment":
                response.ContentType = "text/html";
                response.Headers.ContentDisposition = "attachment; filename=\"page.html\"";
                await response.WriteAsync("<p>Not to be shown.", aborted);
                break;
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private static Task PageAsync(HttpResponse response, string body)
    {
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync(
            $"<!doctype html><title>A trap</title><body>\n{body}\n",
            response.HttpContext.RequestAborted
        );
    }

    // Sends a piece after each pause until the client disconnects.
    private async Task DripAsync(
        HttpResponse response,
        string type,
        string piece,
        TimeSpan pause,
        CancellationToken aborted
    )
    {
        response.ContentType = type;
        while (true)
        {
            await response.WriteAsync(piece, aborted);
            await response.Body.FlushAsync(aborted);
            await Task.Delay(pause, time, aborted);
        }
    }
}
