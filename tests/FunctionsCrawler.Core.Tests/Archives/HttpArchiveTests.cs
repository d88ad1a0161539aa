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
public sealed class HttpArchiveTests : HttpFetcherTestBase, IDisposable
{
    private const string Page = "<!doctype html><title>Ä</title>";

    private readonly ChunkArchive _archive = new(TimeProvider.System);

    public void Dispose() => _archive.Dispose();

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

    [Fact]
    public async Task HostileHeaders_Archived_KeepTheRecordWhole()
    {
        await using var server = RawServer.Sending(
            "HTTP/1.1 200 Schön\tgut\r\nContent-Type: text/html\r\nX-Latin: caf\xe9\r\nX-Empty:\r\nX-Folded: a\r\n b\r\n"
                + "Set-Cookie: session=secret\r\nX-Twice: 1\r\nX-Twice: 2\r\nContent-Length: 2\r\n\r\nok"
        );

        await ArchiveAsync(server.Url);

        var response = Response();
        Assert.Equal("ok", response.BodyText);
        Assert.Equal(["caf\xe9"], response.Header("X-Latin"));
        Assert.Equal(2, response.Header("X-Twice").Count);
        Assert.DoesNotContain("secret", response.Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UrlWithSpaces_Archived_IsEscaped()
    {
        await using var server = await PageServer.StartAsync(context => AnswerAsync(context, Page));

        await ArchiveAsync(new Uri(server.Url, "a b/ä?q=c d"));

        Assert.Equal($"{server.Url}a%20b/%C3%A4?q=c%20d", Response().Uri);
    }

    [Fact]
    public async Task Credentials_OfTheOperator_AreNotArchived()
    {
        await using var server = await PageServer.StartAsync(context =>
            AnswerAsync(context, context.Request.Headers["X-Api-Key"].ToString().Length.ToString())
        );
        var page = new PageOptions
        {
            Headers = new Dictionary<string, SecretText> { ["X-Api-Key"] = "secret-key" },
            Cookies = [new PageCookie { Name = "session", Value = "secret-cookie" }],
            BasicAuth = new BasicAuth { Username = "user", Password = "secret-password" },
        };
        var credentials = OriginCredentials.Read(page, [server.Url.AbsoluteUri], out _);

        await ArchiveAsync(server.Url, new HttpFetcherOptions { Credentials = credentials });

        Assert.Equal("10", Response().BodyText);
        var request = Records().Single(r => r.Type is "request").Head;
        Assert.DoesNotContain("secret", request, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", request, StringComparison.Ordinal);
        Assert.DoesNotContain("Cookie", request, StringComparison.Ordinal);
        Assert.Contains("User-Agent: ", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_Cancelled_LeavesNothing()
    {
        await using var server = RawServer.Hanging(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\nbegin"
        );
        using var stop = new CancellationTokenSource();
        using var fetcher = Fetcher(new HttpFetcherOptions());
        var fetching = fetcher.FetchAsync(server.Url, Ample, stop.Token);
        await server.Requested;

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
        Assert.Equal(0, _archive.Records.Length);
    }

    [Fact]
    public async Task Fetches_AtTheSameTime_AreAllArchivedWhole()
    {
        await using var server = await PageServer.StartAsync(context =>
            AnswerAsync(context, string.Concat(Enumerable.Repeat(context.Request.Path + " ", 20_000)))
        );
        using var fetcher = Fetcher(new HttpFetcherOptions());

        await Task.WhenAll(
            Enumerable.Range(0, 30).Select(i => fetcher.FetchAsync(new Uri(server.Url, $"{i}"), Ample, Cancellation))
        );

        var records = Records();
        Assert.Equal(30, records.Count(r => r.Type is "response"));
        Assert.All(
            _archive.Records.Index,
            entry =>
                Assert.Contains(records, r => (r.Offset, r.Length, r.Uri) == (entry.Offset, entry.Length, entry.Url))
        );
    }

    private HttpFetcher Fetcher(HttpFetcherOptions options) =>
        new(options with { KeepsCodings = true, Archive = _archive }, TimeProvider.System);

    private async Task<FetchResult> ArchiveAsync(Uri url, HttpFetcherOptions? options = null)
    {
        using var fetcher = Fetcher(options ?? new HttpFetcherOptions());
        var result = await fetcher.FetchAsync(url, Ample, Cancellation);
        Assert.DoesNotContain(result.Warnings, w => w.Code == PageWarningCode.ArchiveIncomplete);
        return result;
    }

    private IReadOnlyList<ReadRecord> Records()
    {
        using var content = new MemoryStream();
        _archive.Records.Open().CopyTo(content);
        return WarcReader.Read(content.ToArray());
    }

    private ReadRecord Response() => Assert.Single(Records(), r => r.Type is "response");

    private static Task AnswerAsync(HttpContext context, string html)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(html);
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
