using System.Collections.Concurrent;
using FunctionsCrawler.Core.Tests.Fetching;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Orchestration;

/// <summary>A site on loopback: a tree of numbered pages with cross links, and special pages that a test adds.</summary>
internal sealed class CrawlSite : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _log = new();
    private PageServer _server = null!;

    /// <summary>Every requested path, in order, except a missing robots.txt.</summary>
    public IReadOnlyCollection<string> Log => _log;

    /// <summary>Awaited before each response.</summary>
    public Func<string, CancellationToken, Task> Delay { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>The handlers of all paths other than numbered pages.</summary>
    public Dictionary<string, RequestDelegate> Special { get; } = [];

    public string Root => Url("/p/0");

    public static async Task<CrawlSite> StartAsync(int pages)
    {
        var site = new CrawlSite();
        site._server = await PageServer.StartAsync(context => site.HandleAsync(context, pages));
        return site;
    }

    public string Url(string path) => new Uri(_server.Url, path).AbsoluteUri;

    public void ClearLog() => _log.Clear();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public static Task HtmlAsync(HttpContext context, params IEnumerable<string> links)
    {
        context.Response.ContentType = "text/html";
        var anchors = string.Join(' ', links.Select(l => $"<a href='{l}'>to {l}</a>"));
        return context.Response.WriteAsync(
            $"<html><title>{context.Request.Path}</title><p>Text of {context.Request.Path} {anchors}</html>"
        );
    }

    private async Task HandleAsync(HttpContext context, int pages)
    {
        var path = context.Request.Path.Value!;
        if (path == "/robots.txt" && !Special.ContainsKey(path))
        {
            context.Response.StatusCode = 404;
            return;
        }
        _log.Enqueue(path);
        await Delay(path, context.RequestAborted);
        if (Special.TryGetValue(path, out var handler))
            await handler(context);
        else if (path.StartsWith("/p/", StringComparison.Ordinal) && int.Parse(path[3..]) is var n && n < pages)
        {
            int[] targets = [(2 * n) + 1, (2 * n) + 2, n / 3, (n * 7) % pages];
            await HtmlAsync(
                context,
                [.. targets.Where(t => t < pages).Select(t => $"/p/{t}"), $"https://elsewhere.example/{n % 5}"]
            );
        }
        else
            context.Response.StatusCode = 404;
    }
}
