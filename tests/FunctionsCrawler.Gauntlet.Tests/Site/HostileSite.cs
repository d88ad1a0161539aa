using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Gauntlet.Tests.Site;

/// <summary>
/// A site on loopback that means harm: each row adds its pages. It remembers what it was asked, so that tests wait for
/// what a browser did instead of sleeping.
/// </summary>
internal sealed class HostileSite : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RequestDelegate> _routes = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<HostileSocket> _sockets = new();
    private readonly CancellationTokenSource _ending = new();
    private WebApplication _app = null!;

    /// <summary>Every request's path and Cookie header, in order.</summary>
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

    /// <summary>The same site by another name: another origin and another host.</summary>
    public Uri OtherHost(string path) => new UriBuilder(Url(path)) { Host = "localhost" }.Uri;

    /// <summary>An HTML page.</summary>
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

    /// <summary>A page that says "start" and runs a script.</summary>
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

    /// <summary>Answers only when the client goes or the site ends.</summary>
    public Uri Hang(string path) => Answer(path, EndingAsync);

    /// <summary>The first request hangs; those after it are answered at once, with nothing.</summary>
    public Uri HangOnce(string path)
    {
        var asked = 0;
        return Answer(
            path,
            context => Interlocked.Exchange(ref asked, 1) == 0 ? EndingAsync(context) : Task.CompletedTask
        );
    }

    /// <summary>Hangs until it is opened; from then on it answers at once, with nothing.</summary>
    public TaskCompletionSource Gate(string path)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Answer(path, async context => await Task.WhenAny(gate.Task, EndingAsync(context)));
        return gate;
    }

    /// <summary>A body that is sent piece by piece until the client goes, the site ends or enough was sent.</summary>
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

    /// <summary>A socket of its own that says whatever it is told.</summary>
    /// <param name="answer">Called for each connection; it closes afterwards.</param>
    /// <param name="scheme">Of the URL only: nobody speaks TLS there.</param>
    public Uri Socket(Func<HostileConnection, Task> answer, string scheme = "http")
    {
        var socket = new HostileSocket(answer);
        _sockets.Enqueue(socket);
        return new Uri($"{scheme}://{socket.EndPoint}/");
    }

    public bool WasAsked(string path) => Times(path) > 0;

    public int Times(string path) => Requests.Count(r => r.Path == path);

    /// <summary>Completes when the client has gone or the site ends.</summary>
    public async Task EndingAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var aborted = context.RequestAborted.Register(() => gone.TrySetResult());
        await using var ended = _ending.Token.Register(() => gone.TrySetResult());
        await gone.Task;
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
            // The client has gone in the middle of it, as many here are made to.
        }
    }
}
