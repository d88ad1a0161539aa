using System.Globalization;
using System.IO.Compression;
using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Fetching;

public sealed class HttpFetcherContentTests : HttpFetcherTestBase
{
    private const string Page = "<!doctype html><title>Ä</title>";

    [Fact]
    public async Task Fetch_FiftyAtOnce_AllArriveBeforeTheFirstResponse()
    {
        const int AtOnce = 50;
        var arrived = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await PageServer.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref arrived) == AtOnce)
                all.SetResult();
            await all.Task.WaitAsync(context.RequestAborted);
        });

        using var fetcher = new HttpFetcher(new HttpFetcherOptions(), TimeProvider.System);
        var results = await Task.WhenAll(
            Enumerable.Range(0, AtOnce).Select(_ => fetcher.FetchAsync(server.Url, Ample, Cancellation))
        );

        Assert.Equal(AtOnce, arrived);
        Assert.All(results, result => Assert.Equal(200, result.Status));
    }

    [Theory]
    [InlineData("text/html; charset=utf-8", "text/html")]
    [InlineData("TEXT/HTML", "text/html")]
    [InlineData("application/xhtml+xml", "application/xhtml+xml")]
    [InlineData("text/plain;charset=utf-8", "text/plain")]
    [InlineData("text/markdown", "text/markdown")]
    public async Task Fetch_Page_ReturnsTextAndMetadata(string header, string essence)
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
                Headers = result.Headers,
            },
            result
        );
        Assert.Empty(result.Redirects);
        Assert.Equal(header, result.Headers!["content-type"]);
    }

    [Fact]
    public async Task Fetch_Request_SendsUserAgentAndAccept()
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
    public async Task Fetch_OtherType_IsUnsupportedWithoutReadingTheBody(string type)
    {
        // The body is never sent, so the headers alone must decide.
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
    public async Task Fetch_ContentDispositionAttachment_IsUnsupported(string disposition, bool isPage)
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
    public async Task Fetch_MissingContentType_IsSniffed(string latin1, string? type)
    {
        await using var server = RawServer.Sending(
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
    public async Task Fetch_NoContent_ReturnsEmptyText(string status, string headers)
    {
        await using var server = RawServer.Sending($"HTTP/1.1 {status}\r\n{headers}\r\n");

        var result = await FetchAsync(server.Url);

        Assert.Null(result.Error);
        Assert.Equal("", result.Text);
        Assert.Equal(int.Parse(status[..3], CultureInfo.InvariantCulture), result.Status);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Fetch_Compressed_IsDecompressed(string encoding)
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

    // Aliases and several codings, and words that are none, which browsers ignore.
    [Theory]
    [InlineData("x-gzip", "gzip")]
    [InlineData("deflate", "deflate-without-header")]
    [InlineData("GZIP", "gzip")]
    [InlineData("X-GZip", "gzip")]
    [InlineData("gzip, gzip", "gzip gzip")]
    [InlineData("br, x-gzip", "br gzip")]
    [InlineData("gzip, identity", "gzip")]
    [InlineData("none", "")]
    [InlineData("utf-8", "")]
    [InlineData("identity", "")]
    public async Task Fetch_CodingByAnotherName_IsDecoded(string header, string codings)
    {
        var sent = codings
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(Encoding.UTF8.GetBytes(Page), (bytes, coding) => Compress(coding, bytes));
        await using var server = await PageServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = header;
            return AnswerAsync(context, "text/html; charset=utf-8", sent);
        });

        var result = await FetchAsync(server.Url);

        Assert.Equal((null, Page), (result.Error?.Message, result.Text));
    }

    [Theory]
    [InlineData("Content-Type: text/html,text/html", "text/html")]
    [InlineData("Content-Type: text/html\r\nContent-Type: text/html; charset=utf-8", "text/html")]
    [InlineData("Content-Type: text/html; charset=utf-8\r\nContent-Type: text/html", "text/html")]
    [InlineData("Content-Type: TEXT/HTML; Charset=\"UTF-8\"", "text/html")]
    [InlineData("Content-Type:", "text/html")]
    [InlineData("Content-Type: html", "text/html")]
    [InlineData("Content-Type: */*", "text/html")]
    [InlineData("X: y", "text/html")]
    [InlineData("Content-Type: text/markdown, text/plain", "text/plain")]
    public async Task Fetch_OddContentType_IsReadAsBrowsersDo(string headers, string essence)
    {
        const string Sent = "<!doctype html><title>Ä</title>";
        await using var server = RawServer.Sending(
            $"HTTP/1.1 200 OK\r\n{headers}\r\nContent-Length: {Encoding.UTF8.GetByteCount(Sent)}\r\n\r\n"
                + Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Sent))
        );

        var result = await FetchAsync(server.Url);

        Assert.Equal((essence, Sent), (result.ContentType, result.Text));
    }

    [Theory]
    [InlineData("text/markdown; charset=utf-8")]
    [InlineData("text/plain")]
    public async Task Fetch_Text_IsPassedOnAsItIs(string type)
    {
        const string Sent = "# Title\n\nText with *stars* and <b>tag</b>.\r\n\n```sh\nls | wc\n```\n\n- [link](/x)\n";
        await using var server = await PageServer.StartAsync(context =>
            AnswerAsync(context, type, Encoding.UTF8.GetBytes(Sent))
        );

        Assert.Equal(Sent, (await FetchAsync(server.Url)).Text);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("gzip, br")]
    [InlineData("gzip, gzip, gzip, gzip, gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("rot13")]
    public async Task Fetch_CorruptOrUnknownCompression_IsProtocolError(string encoding)
    {
        await using var server = await PageServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            return AnswerAsync(context, "text/html", Enumerable.Repeat((byte)0xFF, 100).ToArray());
        });

        AssertError(ErrorCode.Protocol, await FetchAsync(server.Url));
    }

    [Fact]
    public async Task Fetch_ContentLengthAboveLimit_IsTooLargeWithoutReadingTheBody()
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
                "deflate-without-header" => new DeflateStream(target, CompressionMode.Compress),
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
