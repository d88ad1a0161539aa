using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionsCrawler.Benchmarks.Sites;

/// <summary>What a site serves, and how it treats connections and caches.</summary>
internal enum SiteKind
{
    /// <summary>
    /// Connections stay open and files can be cached: 4 requests for the first page of a browser, then 1 per page.
    /// </summary>
    Kept,

    /// <summary>Connections are closed after each response, and each page loads 8 files of its own.</summary>
    Closed,

    /// <summary><see cref="DocumentPages"/> with their content in the HTML that the server sends.</summary>
    Static,

    /// <summary>The same content, loaded and shown by a script.</summary>
    Rendered,

    /// <summary>Every fourth page as in <see cref="Rendered"/>, all others as in <see cref="Static"/>.</summary>
    Mixed,

    /// <summary>Pages with 1,500 links each.</summary>
    Dense,

    /// <summary>As <see cref="Static"/>, but all pages have the same size.</summary>
    Uniform,
}

/// <summary>
/// Serves a site on loopback until standard input ends. Runs in its own process, so that its resource use is separate from the
/// crawl's, and exits when its parent does.
/// </summary>
internal static class BenchmarkSite
{
    /// <summary>The number of files that a page of a <see cref="SiteKind.Closed"/> site loads.</summary>
    public const int OwnFiles = 8;

    private const int SharedFiles = 3;

    /// <summary>
    /// Starts the server, writes its URL as a line to standard output and serves until standard input ends.
    /// </summary>
    /// <param name="kind">What is served.</param>
    /// <param name="pages">The number of pages; sites of the kinds Kept and Closed have any number.</param>
    /// <param name="cancellationToken">Ends the server.</param>
    public static async Task<int> ServeAsync(SiteKind kind, int pages, CancellationToken cancellationToken)
    {
        RequestDelegate answer = kind is SiteKind.Kept or SiteKind.Closed
            ? context => AnswerAsync(context, kind)
            : new DocumentSite(kind, pages).AnswerAsync;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        await using var app = builder.Build();
        app.Run(answer);
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

    /// <summary>Ignores signals: the process ends only when its standard input ends.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
