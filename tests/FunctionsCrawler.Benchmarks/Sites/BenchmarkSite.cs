using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionsCrawler.Benchmarks.Sites;

/// <summary>How a site treats connections and caches.</summary>
internal enum SiteKind
{
    /// <summary>Connections are kept, and what pages load may be kept, too: 4 requests for a browser's first page, then 1.</summary>
    Kept,

    /// <summary>Each connection is closed after one answer, and each page loads 8 files of its own.</summary>
    Closed,
}

/// <summary>
/// Serves a site on loopback until standard input ends. It is a process of its own, so that what it uses is the same beside
/// any crawl, and it ends when whoever started it does.
/// </summary>
internal static class BenchmarkSite
{
    /// <summary>What a page loads from a <see cref="SiteKind.Closed"/> site.</summary>
    public const int OwnFiles = 8;

    private const int SharedFiles = 3;

    /// <summary>Serves, after writing its URL as a line to standard output.</summary>
    public static async Task<int> ServeAsync(SiteKind kind, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        await using var app = builder.Build();
        app.Run(context => AnswerAsync(context, kind));
        await app.StartAsync(cancellationToken);
        Console.WriteLine(app.Urls.Single());
        await Console.In.ReadToEndAsync(cancellationToken);
        await app.StopAsync(new CancellationToken(canceled: true));
        return 0;
    }

    private static Task AnswerAsync(HttpContext context, SiteKind kind)
    {
        var response = context.Response;
        if (kind == SiteKind.Closed)
            response.Headers.Connection = "close";
        response.Headers.CacheControl = kind == SiteKind.Closed ? "no-store" : "max-age=3600";
        var path = context.Request.Path.Value!.Split('/');
        var last = int.TryParse(path[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1;
        switch (path[1])
        {
            case "p" when last >= 0:
                response.ContentType = "text/html; charset=utf-8";
                return response.WriteAsync(
                    kind == SiteKind.Closed
                        ? SitePages.Html(last, $"/a/{last}/", OwnFiles)
                        : SitePages.Html(last, "/a/", SharedFiles)
                );
            case "a" when last >= 0:
                (response.ContentType, var body) = SitePages.Asset(last);
                return response.WriteAsync(body);
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    /// <summary>Ends by its input alone.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
