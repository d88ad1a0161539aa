using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using FunctionsCrawler.Archives;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Fetching;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Network;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Archives;

/// <summary>What fetches over HTTP leave in an archive.</summary>
public sealed class HttpArchiveTests : HttpArchiveTestBase
{
    [Fact]
    public async Task Page_Archived_IsRequestAndResponse()
    {
        await using var server = await PageServer.StartAsync(context => AnswerAsync(context, Page));

        await ArchiveAsync(new Uri(server.Url, "a?b=c#d"));

        var records = Records();
        Assert.Equal(["warcinfo", "response", "request"], records.Select(r => r.Type));
        Assert.All(records.Skip(1), r => Assert.Equal($"{server.Url}a?b=c", r.Uri));
        Assert.Equal("GET /a?b=c HTTP/1.1", records[2].StartLine);
        Assert.Equal([server.Url.Authority], records[2].Header("Host"));
        Assert.Equal("HTTP/1.1 200 OK", records[1].StartLine);
        Assert.Equal(Page, records[1].BodyText);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Page_Compressed_IsStoredAsReceived(string coding)
    {
        var sent = Compress(coding, Page);
        await using var server = await PageServer.StartAsync(async context =>
        {
            Assert.Contains(coding, context.Request.Headers.AcceptEncoding.ToString(), StringComparison.Ordinal);
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Headers.ContentEncoding = coding;
            // In two chunks, because the transfer coding must not be stored.
            await context.Response.Body.WriteAsync(sent.AsMemory(0, 5));
            await context.Response.Body.FlushAsync();
            await context.Response.Body.WriteAsync(sent.AsMemory(5));
        });

        var result = await ArchiveAsync(server.Url);

        Assert.Equal(Page, result.Text);
        var response = Response();
        Assert.Equal(sent, response.Body);
        Assert.Equal([coding], response.Header("Content-Encoding"));
        Assert.Equal(["chunked"], response.Header("X-Archive-Orig-Transfer-Encoding"));
    }

    [Fact]
    public async Task Page_WithoutCompression_SameResultAsWithoutArchive()
    {
        await using var server = await PageServer.StartAsync(context => AnswerAsync(context, Page));

        var archived = await ArchiveAsync(server.Url);
        var plain = await FetchAsync(server.Url);

        Assert.Equal((plain.Text, plain.Bytes, plain.Status), (archived.Text, archived.Bytes, archived.Status));
    }

    [Fact]
    public async Task Redirect_Archived_HasBothExchangesInOrder()
    {
        await using var server = await PageServer.StartAsync(context =>
        {
            if (context.Request.Path != "/old")
                return AnswerAsync(context, Page);
            context.Response.StatusCode = 301;
            context.Response.Headers.Location = "/new";
            return context.Response.WriteAsync("moved");
        });

        await ArchiveAsync(new Uri(server.Url, "old"));

        var responses = Records().Where(r => r.Type is "response").ToList();
        Assert.Equal(["HTTP/1.1 301 Moved Permanently", "HTTP/1.1 200 OK"], responses.Select(r => r.StartLine));
        Assert.Equal(["moved", Page], responses.Select(r => r.BodyText));
        Assert.Equal(["/new"], responses[0].Header("Location"));
    }

    [Fact]
    public async Task Redirect_BodyNeverEnds_IsFollowedAndItsHeadArchived()
    {
        await using var target = await PageServer.StartAsync(context => AnswerAsync(context, Page));
        await using var server = RawServer.Hanging(
            $"HTTP/1.1 302 Found\r\nLocation: {target.Url}\r\nContent-Length: 1000\r\n\r\nbegin"
        );

        var result = await ArchiveAsync(server.Url);

        Assert.Equal(Page, result.Text);
        var redirect = Records().First(r => r.Type is "response");
        Assert.Equal(("begin", "time"), (redirect.BodyText, redirect["WARC-Truncated"]));
        Assert.Equal(["1000"], redirect.Header("X-Archive-Orig-Content-Length"));
    }

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    [InlineData(404)]
    public async Task Status_WithoutContent_IsArchivedOrNotAnExchange(int status)
    {
        await using var server = await PageServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        await ArchiveAsync(server.Url);

        // Nobody asked on condition, so 304 is a fault of the server and no page.
        Assert.Equal(status is 304 ? 0 : 1, Records().Count(r => r.Type is "response"));
    }

    [Fact]
    public async Task ErrorPage_Archived_HasItsText()
    {
        await using var server = await PageServer.StartAsync(context =>
        {
            context.Response.StatusCode = 404;
            return AnswerAsync(context, "gone");
        });

        await ArchiveAsync(server.Url);

        Assert.Equal(("HTTP/1.1 404 Not Found", "gone"), (Response().StartLine, Response().BodyText));
    }

    [Fact]
    public async Task BinaryBody_Archived_IsSame()
    {
        byte[] sent = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))];
        await using var server = await PageServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/pdf";
            return context.Response.Body.WriteAsync(sent).AsTask();
        });

        await ArchiveAsync(server.Url, new HttpFetcherOptions { Accepts = _ => true });

        Assert.Equal(sent, Response().Body);
    }

    [Fact]
    public async Task Body_LargerThanMemoryBuffer_IsSpooledAndSame()
    {
        byte[] sent = new byte[1_500_000];
        new Random(1).NextBytes(sent);
        await using var server = await PageServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/pdf";
            return context.Response.Body.WriteAsync(sent).AsTask();
        });

        await ArchiveAsync(server.Url, new HttpFetcherOptions { Accepts = _ => true });
        await ArchiveAsync(server.Url, new HttpFetcherOptions { Accepts = _ => true });

        Assert.All(Records().Where(r => r.Type is "response"), r => Assert.Equal(sent, r.Body));
    }

    [Fact]
    public async Task Body_OverTheLimit_IsTruncated()
    {
        var sent = new string('x', 5000);
        await using var server = await PageServer.StartAsync(async context =>
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync(sent[..2500]);
            await context.Response.Body.FlushAsync();
            await context.Response.WriteAsync(sent[2500..]);
        });

        var result = await ArchiveAsync(
            server.Url,
            new HttpFetcherOptions { Limits = new PageLimits { MaxBytes = 3000 } }
        );

        Assert.Equal(ErrorCode.TooLarge, result.Error?.Code);
        Assert.Equal(("length", sent[..3000]), (Response()["WARC-Truncated"], Response().BodyText));
    }

    private static byte[] Compress(string coding, string text)
    {
        using var sent = new MemoryStream();
        using (
            Stream compressed = coding is "br"
                ? new BrotliStream(sent, CompressionMode.Compress, leaveOpen: true)
                : new GZipStream(sent, CompressionMode.Compress, leaveOpen: true)
        )
            compressed.Write(Encoding.UTF8.GetBytes(text));
        return sent.ToArray();
    }
}
