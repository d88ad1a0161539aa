using System.Collections.Concurrent;
using FunctionsCrawler.Core.Tests.Fetching;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>A site on loopback: tests add its pages, and it records the requests.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RequestDelegate> _routes = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PageServer _server = null!;

    /// <summary>All requests in order: path and Cookie header.</summary>
    public ConcurrentQueue<(string Path, string Cookie)> Requests { get; } = new();

    public static async Task<TestSite> StartAsync()
    {
        var site = new TestSite();
        site._server = await PageServer.StartAsync(site.AnswerAsync);
        site.Page("/", "<p>hello</p>");
        return site;
    }

    public Uri Url(string path) => new(_server.Url, path);

    /// <summary>A URL of the same site under the host name "localhost", which to the browser is another host.</summary>
    public Uri OtherHost(string path) => new UriBuilder(Url(path)) { Host = "localhost" }.Uri;

    /// <summary>Adds an HTML page with the given body.</summary>
    public Uri Page(string path, string html, int status = 200, string? cookie = null) =>
        Answer(
            path,
            context =>
            {
                context.Response.StatusCode = status;
                context.Response.ContentType = "text/html; charset=utf-8";
                if (cookie is not null)
                    context.Response.Headers.SetCookie = cookie;
                return context.Response.WriteAsync("<!DOCTYPE html><html><body>" + html + "</body></html>");
            }
        );

    /// <summary>Adds a page with the paragraph <c>p</c> (text "start") and a script.</summary>
    public Uri Script(string path, string script) => Page(path, $"<p id=p>start</p><script>{script}</script>");

    public Uri Redirect(string path, string to, int status) =>
        Answer(
            path,
            context =>
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = to;
                return Task.CompletedTask;
            }
        );

    public Uri Answer(string path, RequestDelegate answer)
    {
        _routes[path] = answer;
        return Url(path);
    }

    /// <summary>Adds a path that does not respond until the site is disposed.</summary>
    public Uri Hang(string path) => Answer(path, context => _ending.Task.WaitAsync(context.RequestAborted));

    /// <summary>Completes when the site is disposed, or fails when the client aborts the request.</summary>
    public Task Ending(HttpContext context) => _ending.Task.WaitAsync(context.RequestAborted);

    public bool WasRequested(string path) => Requests.Any(r => string.Equals(r.Path, path, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        _ending.TrySetResult();
        await _server.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Requests.Enqueue((path, context.Request.Headers.Cookie.ToString()));
        if (_routes.TryGetValue(path, out var answer))
            return answer(context);
        context.Response.StatusCode = 404;
        return context.Response.WriteAsync("nothing here");
    }
}
