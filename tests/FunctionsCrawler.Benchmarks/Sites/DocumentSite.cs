using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Benchmarks.Sites;

/// <summary>
/// Answers from memory: all pages are generated before the first request, so that the server takes little of the processor
/// that crawlers need. Nothing is compressed.
/// </summary>
internal sealed class DocumentSite
{
    private readonly byte[][] _pages;
    private readonly byte[]?[] _bodies;

    /// <summary>Generates the pages.</summary>
    public DocumentSite(SiteKind kind, int count)
    {
        var pages = new DocumentPages(count);
        _pages = new byte[count][];
        _bodies = new byte[count][];
        Parallel.For(
            0,
            count,
            number =>
            {
                _pages[number] = Encoding.UTF8.GetBytes(Html(pages, kind, number));
                if (IsRendered(kind, number))
                    _bodies[number] = Encoding.UTF8.GetBytes(pages.Body(number));
            }
        );
    }

    /// <summary>Answers a request.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/');
        var last = int.TryParse(path[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1;
        switch (path[1])
        {
            case "p" when last >= 0 && last < _pages.Length:
                return SendAsync(context.Response, "text/html; charset=utf-8", _pages[last]);
            case "d" when last >= 0 && last < _bodies.Length && _bodies[last] is { } body:
                return SendAsync(context.Response, "text/html; charset=utf-8", body);
            case "s" when DocumentPages.File(path[^1]) is var (type, text):
                context.Response.Headers.CacheControl = "max-age=3600";
                return SendAsync(context.Response, type, Encoding.UTF8.GetBytes(text));
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    private static string Html(DocumentPages pages, SiteKind kind, int number) =>
        IsRendered(kind, number) ? DocumentPages.Shell(number)
        : kind == SiteKind.Dense ? pages.Index(number)
        : pages.Html(number, kind == SiteKind.Uniform ? DocumentPages.AverageSections : null);

    private static bool IsRendered(SiteKind kind, int number) =>
        kind == SiteKind.Rendered || (kind == SiteKind.Mixed && number % 4 == 3);

    private static Task SendAsync(HttpResponse response, string type, byte[] body)
    {
        response.ContentType = type;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body).AsTask();
    }
}
