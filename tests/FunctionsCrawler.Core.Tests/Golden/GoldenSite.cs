using System.Collections.Concurrent;
using System.Net;
using FunctionsCrawler.Core.Tests.Fetching;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Golden;

/// <summary>
/// Two hosts, each with a tree of numbered pages, a redirect, a missing page and a page that robots.txt disallows. Neither the
/// URLs nor the content may change, because stored crawls contain them.
/// </summary>
internal sealed class GoldenSite : IAsyncDisposable
{
    public const string One = "http://one.golden.example:28480";
    public const string Two = "http://two.golden.example:28480";

    private const int Port = 28480;
    private const int Pages = 15;

    private readonly ConcurrentQueue<string> _log = new();
    private PageServer _server = null!;

    private GoldenSite(IPAddress address) => Address = address;

    /// <summary>The loopback address of both hosts.</summary>
    public IPAddress Address { get; }

    /// <summary>Every requested URL except robots.txt.</summary>
    public IReadOnlyCollection<string> Log => _log;

    /// <summary>Awaited before each response.</summary>
    public Func<string, CancellationToken, Task> Delay { get; set; } = (_, _) => Task.CompletedTask;

    public static async Task<GoldenSite> StartAsync()
    {
        // The port is part of the URLs, so it is fixed. On Linux every 127.x.y.z is loopback; a random address avoids collisions
        // between concurrent runs.
        var random = Random.Shared;
        var site = new GoldenSite(
            OperatingSystem.IsLinux()
                ? new IPAddress([127, (byte)random.Next(1, 255), (byte)random.Next(1, 255), (byte)random.Next(1, 255)])
                : IPAddress.Loopback
        );
        site._server = await PageServer.StartAsync(site.HandleAsync, endPoint: new IPEndPoint(site.Address, Port));
        return site;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var isOne = context.Request.Host.Host.StartsWith("one.", StringComparison.Ordinal);
        if (path == "/robots.txt")
        {
            var delay = isOne ? "" : "\nCrawl-delay: 0.01";
            await context.Response.WriteAsync($"User-agent: *\nDisallow: /private{delay}\n");
            return;
        }
        var url = (isOne ? One : Two) + path;
        _log.Enqueue(url);
        await Delay(url, context.RequestAborted);
        if (path.StartsWith("/p/", StringComparison.Ordinal))
            await PageAsync(context, int.Parse(path[3..]));
        else if (path == "/old")
            context.Response.Redirect("/p/1", permanent: true);
        else if (path.EndsWith(".xml", StringComparison.Ordinal))
            await SitemapAsync(context, path);
        else
            context.Response.StatusCode = path == "/hook" ? 204 : 404;
    }

    private static Task PageAsync(HttpContext context, int n)
    {
        string[] links =
        [
            .. new[] { (2 * n) + 1, (2 * n) + 2, n / 3 }.Where(p => p < Pages).Select(p => $"/p/{p}"),
            $"https://elsewhere.example/{n % 3}",
            .. n == 1 ? ["/old", "/missing", "/private/1"] : Array.Empty<string>(),
        ];
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync(
            $"<html lang=en><title>Page {n}</title><h1>Page {n}</h1><p>Text of page {n}."
                + string.Concat(links.Select(l => $" <a href='{l}'>to {l}</a>"))
                + "</html>"
        );
    }

    private static Task SitemapAsync(HttpContext context, string path)
    {
        context.Response.ContentType = "application/xml";
        var (set, entry, urls) =
            path == "/sitemap.xml"
                ? ("sitemapindex", "sitemap", new[] { "/part.xml", "/gone.txt" })
                : ("urlset", "url", ["/p/0", "/p/9", "/private/2", "/old"]);
        return context.Response.WriteAsync(
            $"<?xml version='1.0'?><{set} xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
                + string.Concat(urls.Select(u => $"<{entry}><loc>{One}{u}</loc></{entry}>"))
                + $"</{set}>"
        );
    }
}
