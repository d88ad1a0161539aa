using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Fetching;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Core.Tests.Archives;

/// <summary>Archives of hostile responses, of private requests, and of fetches that are cancelled or run at the same time.</summary>
public sealed class HttpArchiveTroubleTests : HttpArchiveTestBase
{
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
        Assert.Equal(0, Archive.Records.Length);
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
            Archive.Records.Index,
            entry =>
                Assert.Contains(records, r => (r.Offset, r.Length, r.Uri) == (entry.Offset, entry.Length, entry.Url))
        );
    }
}
