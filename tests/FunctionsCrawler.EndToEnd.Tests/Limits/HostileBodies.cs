using System.Globalization;
using System.IO.Compression;
using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Limits;

/// <summary>A site whose responses exceed the limits of the crawler.</summary>
internal static class HostileBodies
{
    private const int MiB = 1024 * 1024;

    /// <summary>The paths, and the error code of each over HTTP and when rendered; null if the page succeeds.</summary>
    public static IReadOnlyList<(string Path, ErrorCode? OverHttp, ErrorCode? Rendered)> Paths { get; } =
    [
        ("gzip-bomb", ErrorCode.TooLarge, ErrorCode.TooLarge),
        ("deflate-bomb", ErrorCode.TooLarge, ErrorCode.TooLarge),
        ("endless", ErrorCode.TooLarge, ErrorCode.TooLarge),
        ("endless-nodes", ErrorCode.TooLarge, ErrorCode.TooLarge),
        ("endless-text", ErrorCode.TooLarge, ErrorCode.TooLarge),
        ("200-megabytes", ErrorCode.TooLarge, ErrorCode.TooLarge),
        ("million-links", ErrorCode.TooLarge, ErrorCode.TooLarge),
        ("one-text", null, null),
        ("builds-for-ever", null, ErrorCode.TooLarge),
        ("endless-image", null, ErrorCode.TooLarge),
        ("endless-fetch", null, ErrorCode.TooLarge),
        ("endless-script", null, ErrorCode.TooLarge),
        ("header-flood", ErrorCode.Protocol, ErrorCode.Protocol),
        ("redirects", ErrorCode.RedirectLoop, ErrorCode.RedirectLoop),
        ("circle", ErrorCode.RedirectLoop, ErrorCode.RedirectLoop),
    ];

    // A flushed deflate block does not refer to earlier data, so repeating it yields a valid longer stream.
    private static readonly Lazy<byte[]> TenMegabytes = new(() =>
    {
        using var compressed = new MemoryStream();
        using var deflate = new DeflateStream(compressed, CompressionLevel.Optimal);
        for (var i = 0; i < 10; i++)
            deflate.Write(Enumerable.Repeat((byte)'a', MiB).ToArray());
        deflate.Flush();
        return compressed.ToArray();
    });

    public static Task<TestSite> StartAsync() => TestSite.StartAsync(AnswerAsync);

    private static async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.ContentType = "text/html";
        try
        {
            switch (request.Path.Value!.Split('/')[1])
            {
                case "gzip-bomb":
                    response.Headers.ContentEncoding = "gzip";
                    await SendAsync([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff], TenMegabytes.Value, 1024);
                    break;
                case "deflate-bomb":
                    response.Headers.ContentEncoding = "deflate";
                    await SendAsync([0x78, 0x9c], TenMegabytes.Value, 1024);
                    break;
                case "endless":
                    await SendAsync([], Repeat("<p>on and on</p>"), int.MaxValue);
                    break;
                case "endless-nodes":
                    await SendAsync([], Repeat("<i>"), int.MaxValue);
                    break;
                case "endless-text":
                    response.ContentType = "text/plain";
                    await SendAsync([], Repeat("on and on "), int.MaxValue);
                    break;
                case "200-megabytes":
                    var piece = Repeat("<p>much of it</p>");
                    response.ContentLength = 200L * MiB / piece.Length * piece.Length;
                    await SendAsync([], piece, 200 * MiB / piece.Length);
                    break;
                case "million-links":
                    for (var i = 0; i < 1_000_000; i += 1000)
                        await response.WriteAsync(
                            string.Concat(Enumerable.Range(i, 1000).Select(n => $"<a href={n}>{n}</a>")),
                            context.RequestAborted
                        );
                    break;
                case "one-text":
                    await SendAsync("<p>"u8.ToArray(), Repeat("one long text "), MiB / Block);
                    break;
                case "builds-for-ever":
                    await PageAsync("for (;;) document.body.append(document.createElement('i'))");
                    break;
                case "endless-image":
                    await PageAsync("document.body.append(Object.assign(new Image(), { src: '/image' }))");
                    break;
                case "image":
                    response.ContentType = "image/gif";
                    // A GIF comment without end: blocks, each preceded by its length.
                    await SendAsync(
                        [.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, (byte)'!', 0xfe],
                        Repeat((char)127 + new string('x', 127)),
                        int.MaxValue
                    );
                    break;
                case "endless-fetch":
                    await PageAsync("fetch('/endless-text').then(r => r.text())");
                    break;
                case "endless-script":
                    await PageAsync(
                        "document.head.append(Object.assign(document.createElement('script'), { src: '/script' }))"
                    );
                    break;
                case "script":
                    response.ContentType = "text/javascript";
                    await SendAsync([], Repeat("/* on and on */"), int.MaxValue);
                    break;
                case "header-flood":
                    for (var i = 0; i < 64; i++)
                        response.Headers[$"X-{i}"] = new string('x', 64 * 1024);
                    await PageAsync("");
                    break;
                case "redirects":
                    var number = request.Query["n"].ToString() is { Length: > 0 } n
                        ? int.Parse(n, CultureInfo.InvariantCulture)
                        : 0;
                    response.Redirect($"/redirects?n={number + 1}");
                    break;
                case "circle":
                    response.Redirect("/circle");
                    break;
                default:
                    await PageAsync("");
                    break;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client disconnected.
        }

        Task PageAsync(string script) =>
            response.WriteAsync($"<!doctype html><title>page</title><h1>A page</h1><script>{script}</script>");

        async Task SendAsync(byte[] head, byte[] block, int times)
        {
            await response.Body.WriteAsync(head, context.RequestAborted);
            for (var i = 0; i < times; i++)
                await response.Body.WriteAsync(block, context.RequestAborted);
        }
    }

    private const int Block = 32 * 1024;

    private static byte[] Repeat(string text) =>
        Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(text, Block / text.Length)));
}
