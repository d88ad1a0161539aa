using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Sites;

/// <summary>Pages 0 to n - 1 under /p/: each links to three children, its parent and a neighbour.</summary>
internal static class TreeSite
{
    private const int Children = 3;

    /// <summary>Starts the site. Each page contains <paramref name="kilobytes"/> of text that does not compress well.</summary>
    public static Task<TestSite> StartAsync(int pages, int kilobytes = 0) =>
        TestSite.StartAsync(context => AnswerAsync(context, pages, kilobytes));

    /// <summary>The paths of all pages, sorted.</summary>
    public static string[] Paths(int pages) =>
        [.. Enumerable.Range(0, pages).Select(n => $"/p/{n}").Order(StringComparer.Ordinal)];

    private static Task AnswerAsync(HttpContext context, int pages, int kilobytes)
    {
        var name = Path.GetFileName(context.Request.Path.Value!);
        if (!int.TryParse(name, CultureInfo.InvariantCulture, out var n) || n < 0 || n >= pages)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        context.Response.ContentType = "text/html; charset=utf-8";
        var linked = Enumerable
            .Range((n * Children) + 1, Children)
            .Append(n / Children)
            .Append(n + 1)
            .Where(to => to < pages);
        var links = string.Concat(linked.Select(to => $"<li><a href=\"/p/{to}\">Page {to}</a></li>"));
        return context.Response.WriteAsync(
            $"<!doctype html><title>Page {n}</title><h1>Page {n}</h1><ul>{links}</ul><p>{Noise(n, kilobytes)}</p>"
        );
    }

    private static string Noise(int seed, int kilobytes)
    {
        var bytes = new byte[kilobytes * 512];
        new Random(seed).NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
