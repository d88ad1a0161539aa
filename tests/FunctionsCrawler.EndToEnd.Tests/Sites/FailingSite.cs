using System.Globalization;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Testing;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Sites;

/// <summary>A site with healthy pages and with URLs that fail in ten ways.</summary>
internal static class FailingSite
{
    private static readonly ReservedPort ClosedPort = new();

    /// <summary>The kinds of failure: the nth URL of the kind on a site, and the error code that a crawl must record.</summary>
    public static IReadOnlyList<(Func<string, int, string> Url, ErrorCode Code)> Kinds { get; } =
    [
        ((site, n) => $"{site}status/404/{n}", ErrorCode.Http4xx),
        ((site, n) => $"{site}status/410/{n}", ErrorCode.Http4xx),
        ((site, n) => $"{site}status/500/{n}", ErrorCode.Http5xx),
        ((site, n) => $"{site}status/503/{n}", ErrorCode.Http5xx),
        ((_, n) => $"http://127.0.0.1:{ClosedPort.Number}/{n}", ErrorCode.Connect),
        ((site, n) => $"{site}reset/{n}", ErrorCode.Connect),
        ((_, n) => $"http://nonexistent.invalid/{n}", ErrorCode.Dns),
        ((site, n) => $"{site}loop/{n}", ErrorCode.RedirectLoop),
        ((site, n) => $"{site}binary/{n}", ErrorCode.UnsupportedType),
        ((site, n) => site.Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal) + n, ErrorCode.BlockedAddress),
    ];

    public static Task<TestSite> StartAsync() => TestSite.StartAsync(AnswerAsync);

    private static async Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (parts[0])
        {
            case "status":
                response.StatusCode = int.Parse(parts[1], CultureInfo.InvariantCulture);
                break;
            case "loop":
                response.Redirect(context.Request.Path);
                break;
            case "binary":
                response.ContentType = "application/octet-stream";
                await response.Body.WriteAsync(new byte[] { 0, 1, 2, 255 });
                break;
            case "reset":
                response.ContentType = "text/html";
                response.ContentLength = 100_000;
                await response.WriteAsync("<h1>Half</h1>");
                await response.Body.FlushAsync();
                context.Abort();
                break;
            default:
                response.ContentType = "text/html";
                await response.WriteAsync($"<title>{parts[1]}</title><h1>Page {parts[1]}</h1>");
                break;
        }
    }
}
