using System.Globalization;
using System.IO.Compression;
using System.Text;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Safety;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Fetching;

public sealed class HttpFetcherContentTests : HttpFetcherTestBase
{
    private const string Page = "<!doctype html><title>Ä</title>";

    [Theory]
    [InlineData("text/html; charset=utf-8", "text/html")]
    [InlineData("TEXT/HTML", "text/html")]
    [InlineData("application/xhtml+xml", "application/xhtml+xml")]
    [InlineData("text/plain;charset=utf-8", "text/plain")]
    [InlineData("text/markdown", "text/markdown")]
    public async Task Fetch_Page_TextAndFacts(string header, string essence)
    {
        var sent = Encoding.UTF8.GetBytes(Page);
        await using var server = await PageServer.StartAsync(context => AnswerAsync(context, header, sent));

        var result = await FetchAsync(new Uri(server.Url, "a?b=c#d"));

        Assert.Equal(
            new FetchResult
            {
                FinalUrl = $"{server.Url}a?b=c",
                Status = 200,
                ContentType = essence,
                Text = Page,
                Bytes = sent.Length,
                RenderedBy = RenderedBy.Http,
                Redirects = result.Redirects,
            },
            result
        );
        Assert.Empty(result.Redirects);
    }

    [Fact]
    public async Task Fetch_Request_SaysWhoAsksAndForWhat()
    {
        await using var server = await PageServer.StartAsync(context =>
            context.Response.WriteAsync($"{context.Request.Headers.UserAgent}|{context.Request.Headers.Accept}")
        );

        var result = await FetchAsync(server.Url, new HttpFetcherOptions { UserAgent = "Tester/1.0 (+about)" });

        Assert.StartsWith("Tester/1.0 (+about)|text/html,", result.Text);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("application/pdf")]
    [InlineData("application/octet-stream")]
    [InlineData("application/json")]
    public async Task Fetch_OtherType_UnsupportedBeforeTheBody(string type)
    {
        // The content never comes, so only the headers can have decided.
        await using var server = RawServer.Hanging(
            $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: 9\r\n\r\n"
        );

        var result = await FetchAsync(server.Url);

        AssertError(ErrorCode.UnsupportedType, result);
        Assert.Contains(type, result.Error!.Message);
        Assert.Equal(type, result.ContentType);
        Assert.Equal(200, result.Status);
    }

    [Theory]
    [InlineData("attachment", false)]
    [InlineData("Attachment; filename=\"a b.html\"", false)]
    [InlineData("inline; filename=attachment", true)]
    public async Task Fetch_ContentDisposition_DownloadIsUnsupported(string disposition, bool isPage)
    {
        await using var server = await PageServer.StartAsync(context =>
        {
            context.Response.Headers.ContentDisposition = disposition;
            return AnswerAsync(context, "text/html", Encoding.UTF8.GetBytes(Page));
        });

        var result = await FetchAsync(server.Url);

        Assert.Equal(isPage ? null : ErrorCode.UnsupportedType, result.Error?.Code);
        Assert.Equal(isPage, result.Text is not null);
    }

    [Theory]
    [InlineData("\n <!DOCTYPE html><p>x", "text/html")]
    [InlineData("\u00EF\u00BB\u00BF<html>", "text/html")]
    [InlineData("<?xml version=\"1.0\"?><html xmlns=\"x\">", "text/html")]
    [InlineData("# Words", "text/plain")]
    [InlineData("a < b", "text/plain")]
    [InlineData("<?xml version=\"1.0\"?><rss/>", null)]
    [InlineData("\u0089PNG\r\n\u001a\n\0\0", null)]
    public async Task Fetch_MissingContentType_Sniffed(string latin1, string? type)
    {
        await using var server = RawServer.Saying(
            $"HTTP/1.1 200 OK\r\nContent-Length: {latin1.Length}\r\n\r\n{latin1}"
        );

        var result = await FetchAsync(server.Url);

        Assert.Equal(type, result.ContentType);
        Assert.Equal(type is null ? ErrorCode.UnsupportedType : null, result.Error?.Code);
    }

    [Theory]
    [InlineData("204 No Content", "")]
    [InlineData("205 Reset Content", "Content-Length: 0\r\n")]
    [InlineData("200 OK", "Content-Length: 0\r\n")]
    [InlineData("200 OK", "Content-Type: text/html\r\nContent-Length: 0\r\n")]
    public async Task Fetch_NoContent_EmptyText(string status, string headers)
    {
        await using var server = RawServer.Saying($"HTTP/1.1 {status}\r\n{headers}\r\n");

        var result = await FetchAsync(server.Url);

        Assert.Null(result.Error);
        Assert.Equal("", result.Text);
        Assert.Equal(int.Parse(status[..3], CultureInfo.InvariantCulture), result.Status);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Fetch_Compressed_TextAndBytesDecompressed(string encoding)
    {
        await using var server = await PageServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            return AnswerAsync(context, "text/html; charset=utf-8", Compress(encoding, Encoding.UTF8.GetBytes(Page)));
        });

        var result = await FetchAsync(server.Url);

        Assert.Equal(Page, result.Text);
        Assert.Equal(Encoding.UTF8.GetByteCount(Page), result.Bytes);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("rot13")]
    public async Task Fetch_BrokenOrUnknownCompression_Protocol(string encoding)
    {
        await using var server = await PageServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            return AnswerAsync(context, "text/html", Enumerable.Repeat((byte)0xFF, 100).ToArray());
        });

        AssertError(ErrorCode.Protocol, await FetchAsync(server.Url));
    }

    [Fact]
    public async Task Fetch_ContentLengthAboveLimit_TooLargeBeforeTheBody()
    {
        await using var server = RawServer.Hanging(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1001\r\n\r\n"
        );

        var result = await FetchAsync(
            server.Url,
            new HttpFetcherOptions { Limits = new PageLimits { MaxBytes = 1000 } }
        );

        AssertError(ErrorCode.TooLarge, result);
        Assert.Contains("1001", result.Error!.Message);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public async Task Fetch_ChunkedContent_LimitIsExact(int size, bool fits)
    {
        await using var server = await PageServer.StartAsync(async context =>
        {
            context.Response.ContentType = "text/plain";
            await context.Response.StartAsync();
            await context.Response.Body.WriteAsync(Enumerable.Repeat((byte)'x', size).ToArray());
        });

        var result = await FetchAsync(
            server.Url,
            new HttpFetcherOptions { Limits = new PageLimits { MaxBytes = 1000 } }
        );

        Assert.Equal(fits ? null : ErrorCode.TooLarge, result.Error?.Code);
        Assert.Equal(fits ? size : null, result.Text?.Length);
    }

    private static byte[] Compress(string encoding, byte[] bytes)
    {
        using var target = new MemoryStream();
        using (
            Stream stream = encoding switch
            {
                "gzip" => new GZipStream(target, CompressionMode.Compress),
                "deflate" => new ZLibStream(target, CompressionMode.Compress),
                _ => new BrotliStream(target, CompressionMode.Compress),
            }
        )
            stream.Write(bytes);
        return target.ToArray();
    }

    private static async Task AnswerAsync(HttpContext context, string type, byte[] content)
    {
        context.Response.ContentType = type;
        await context.Response.Body.WriteAsync(content);
    }
}
