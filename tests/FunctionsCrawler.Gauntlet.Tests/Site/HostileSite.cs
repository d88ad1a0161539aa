using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Gauntlet.Tests.Site;

/// <summary>
/// A hostile site on loopback: each row adds its pages. It records requests, so that tests can wait for what a browser does
/// instead of sleeping.
/// </summary>
internal sealed class HostileSite : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RequestDelegate> _routes = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<HostileSocket> _sockets = new();
    private readonly CancellationTokenSource _ending = new();
    private WebApplication _app = null!;

    /// <summary>Path and Cookie header of all requests, in order.</summary>
    public ConcurrentQueue<(string Path, string Cookie)> Requests { get; } = new();

    public static async Task<HostileSite> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, 0);
                kestrel.AllowSynchronousIO = false;
            });
        var site = new HostileSite { _app = builder.Build() };
        site._app.UseWebSockets();
        site._app.Run(site.AnswerAsync);
        await site._app.StartAsync();
        site.Page("/", "<p>hello</p>");
        return site;
    }

    public Uri Url(string path) => new(new Uri(_app.Urls.Single()), path);

    /// <summary>A URL of the same site under the host name "localhost": another origin and host.</summary>
    public Uri OtherHost(string path) => new UriBuilder(Url(path)) { Host = "localhost" }.Uri;

    /// <summary>Adds an HTML page with the given body.</summary>
    public Uri Page(string path, string body, string? cookie = null) =>
        Answer(
            path,
            context =>
            {
                context.Response.ContentType = "text/html; charset=utf-8";
                if (cookie is not null)
                    context.Response.Headers.SetCookie = cookie;
                return context.Response.WriteAsync("<!DOCTYPE html><html><body>" + body + "</body></html>");
            }
        );

    /// <summary>Adds a page with the text "start" and a script.</summary>
    public Uri Script(string path, string script) => Page(path, $"<p id=p>start</p><script>{script}</script>");

    public Uri Redirect(string path, string to) =>
        Answer(
            path,
            context =>
            {
                context.Response.StatusCode = 302;
                context.Response.Headers.Location = to;
                return Task.CompletedTask;
            }
        );

    /// <summary>Adds a path that does not respond until the client disconnects or the site is disposed.</summary>
    public Uri Hang(string path) => Answer(path, EndingAsync);

    /// <summary>Adds a path whose first request hangs; later ones get an empty response at once.</summary>
    public Uri HangOnce(string path)
    {
        var requests = 0;
        return Answer(
            path,
            context => Interlocked.Exchange(ref requests, 1) == 0 ? EndingAsync(context) : Task.CompletedTask
        );
    }

    /// <summary>Adds a path that hangs until the returned gate is set; then it responds at once, with an empty body.</summary>
    public TaskCompletionSource Gate(string path)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Answer(path, async context => await Task.WhenAny(gate.Task, EndingAsync(context)));
        return gate;
    }

    /// <summary>
    /// Adds a path that sends the same piece repeatedly, until the client disconnects, the site is disposed or all
    /// <paramref name="pieces"/> are sent.
    /// </summary>
    public Uri Pour(string path, string contentType, byte[] piece, long pieces, Action<HttpResponse>? prepare = null) =>
        Answer(
            path,
            async context =>
            {
                context.Response.ContentType = contentType;
                prepare?.Invoke(context.Response);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(
                    context.RequestAborted,
                    _ending.Token
                );
                for (var i = 0L; i < pieces; i++)
                    await context.Response.Body.WriteAsync(piece, either.Token);
            }
        );

    public Uri Answer(string path, RequestDelegate answer)
    {
        _routes[path] = answer;
        return Url(path);
    }

    /// <summary>Opens a raw TCP socket with an arbitrary answer.</summary>
    /// <param name="answer">Called for each connection, which is closed afterwards.</param>
    /// <param name="scheme">The scheme of the returned URL; the socket itself never uses TLS.</param>
    public Uri Socket(Func<HostileConnection, Task> answer, string scheme = "http")
    {
        var socket = new HostileSocket(answer);
        _sockets.Enqueue(socket);
        return new Uri($"{scheme}://{socket.EndPoint}/");
    }

    public bool WasRequested(string path) => RequestCount(path) > 0;

    public int RequestCount(string path) => Requests.Count(r => r.Path == path);

    /// <summary>Completes when the client has disconnected or the site is disposed.</summary>
    public async Task EndingAsync(HttpContext context)
    {
        var ending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var aborted = context.RequestAborted.Register(() => ending.TrySetResult());
        await using var ended = _ending.Token.Register(() => ending.TrySetResult());
        await ending.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        foreach (var socket in _sockets)
            await socket.DisposeAsync();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _ending.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Requests.Enqueue((path, context.Request.Headers.Cookie.ToString()));
        if (!_routes.TryGetValue(path, out var answer))
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("nothing here");
            return;
        }
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        try
        {
            await answer(context);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has disconnected during the response, as in many rows.
        }
    }
}
