using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Http.Compat.Loader;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>GET /r/{url}, the reader.</summary>
public sealed class ReaderTests
{
    private const string Key = "0123456789abcdef";

    private const string Tea = """
        <!doctype html><html lang="en"><head><title>Tea</title>
        <meta property="article:published_time" content="2026-03-01T08:00:00Z"></head>
        <body><nav><a href="/nav">Navigation</a></nav>
        <main><h1>Tea</h1><p id="green">Green tea is made of leaves that were not oxidised, and it is drunk in many places.</p>
        <p id="black">Black tea is oxidised, which changes its taste. <a href="/black">Black tea</a> keeps for years.</p></main>
        </body></html>
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://e.example/a?b=c&d=%20", "https://e.example/a?b=c&d=%20")]
    [InlineData("HTTP://e.example/a", "http://e.example/a")]
    [InlineData("https:/e.example/a", "https://e.example/a")]
    [InlineData("e.example/a?b", "https://e.example/a?b")]
    [InlineData("https%3A%2F%2Fe.example%2Fa%3Fb%3Dc%2520d", "https://e.example/a?b=c%20d")]
    [InlineData("https%3a%2f%2fe.example%2fa?b=%3F", "https://e.example/a?b=%3F")]
    [InlineData("https://e.example/https://f.example/", "https://e.example/https://f.example/")]
    [InlineData("", "")]
    public void Url_AsClientsWriteIt_IsTheUrlOfThePage(string rest, string url) =>
        Assert.Equal(url, ReaderUrl.Parse(rest));

    [Fact]
    public async Task Read_NoHeaders_TextWithTheMainContent()
    {
        await using var site = await CompatSite.StartAsync(("/tea", Tea));
        await using var server = await CompatServer.StartAsync();

        var reply = (await server.GetAsync($"/r/{site.Url}tea")).Expect(200);

        Assert.StartsWith(
            $"Title: Tea\n\nURL Source: {site.Url}tea\n\nPublished Time: 2026-03-01T08:00:00Z\n\nMarkdown Content:\n",
            reply.Body,
            StringComparison.Ordinal
        );
        Assert.Contains("Green tea", reply.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Navigation", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_QueryString_ReachesThePage()
    {
        await using var site = await CompatSite.StartAsync(("/tea", Tea));
        await using var server = await CompatServer.StartAsync();

        var plain = (await server.GetAsync($"/r/{site.Url}tea?kind=green&page=2")).Expect(200);
        var encoded = (await server.GetAsync($"/r/{Uri.EscapeDataString(site.Url + "tea?kind=green&page=2")}")).Expect(
            200
        );

        var source = $"URL Source: {site.Url}tea?kind=green&page=2\n";
        Assert.Contains(source, plain.Body, StringComparison.Ordinal);
        Assert.Contains(source, encoded.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_AcceptJson_TheJsonForm()
    {
        await using var site = await CompatSite.StartAsync(("/tea", Tea));
        await using var server = await CompatServer.StartAsync();

        var reply = await server.GetAsync(
            $"/r/{site.Url}tea",
            "Accept: application/json",
            "X-With-Links-Summary: true"
        );

        var json = reply.Expect(200).Json;
        Assert.Equal(200, json.GetProperty("code").GetInt32());
        Assert.Equal(20000, json.GetProperty("status").GetInt32());
        var data = json.GetProperty("data");
        Assert.Equal("Tea", data.GetProperty("title").GetString());
        Assert.Equal(site.Url + "tea", data.GetProperty("url").GetString());
        Assert.Contains("Green tea", data.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Equal(site.Url + "black", data.GetProperty("links").GetProperty("Black tea").GetString());
    }

    [Theory]
    [InlineData("X-Target-Selector: #green", "Green tea", "Black tea")]
    [InlineData("X-Remove-Selector: #black", "Green tea", "Black tea")]
    [InlineData("X-Return-Format: markdown", "Navigation", "<main>")]
    [InlineData("X-Return-Format: html", "<p id=\"green\">", "Markdown Content")]
    [InlineData("X-Return-Format: text", "Navigation", "](")]
    [InlineData("X-With-Links-Summary: true", "\nLinks:\n", "<main>")]
    [InlineData("X-Timeout: 20", "Green tea", "Navigation")]
    public async Task Read_Header_IsObeyed(string header, string expected, string absent)
    {
        await using var site = await CompatSite.StartAsync(("/tea", Tea));
        await using var server = await CompatServer.StartAsync();

        var reply = (await server.GetAsync($"/r/{site.Url}tea", header)).Expect(200);

        Assert.Contains(expected, reply.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(absent, reply.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Timeout: 0", "X-Timeout: It is '0'")]
    [InlineData("X-Timeout: 301", "1 to 300 seconds")]
    [InlineData("X-Return-Format: docx", "X-Return-Format: It is 'docx'")]
    [InlineData("X-Target-Selector: p[", "X-Target-Selector: ")]
    [InlineData("X-Wait-For-Selector: p[", "X-Wait-For-Selector: ")]
    public async Task Read_BadHeader_IsRefusedWithItsName(string header, string reason)
    {
        await using var server = await CompatServer.StartAsync();

        var reply = (await server.GetAsync("/r/http://a.example/", header)).Expect(400);

        Assert.Contains(reason, reply.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/r/", 400)]
    [InlineData("/r/ftp%3A%2F%2Fa.example%2F", 400)]
    [InlineData("/r/http://169.254.169.254/latest/", 403)]
    public async Task Read_UrlThatIsNotVisited_IsRefused(string path, int status)
    {
        await using var server = await CompatServer.StartAsync();

        var reply = (await server.GetAsync(path)).Expect(status);

        Assert.Equal(status, reply.Json.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Read_NotFound_ThePageWithAWarning()
    {
        await using var site = await CompatSite.StartAsync();
        await using var server = await CompatServer.StartAsync();

        var reply = (await server.GetAsync($"/r/{site.Url}missing")).Expect(200);

        Assert.Contains("Warning: Target URL returned error 404: Not Found", reply.Body, StringComparison.Ordinal);
        Assert.Contains("Not here", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_NoAnswerInTime_GatewayTimeout()
    {
        await using var site = await CompatSite.StartAsync();
        await using var server = await CompatServer.StartAsync();

        var reply = (await server.GetAsync($"/r/{site.Url}slow", "X-Timeout: 1")).Expect(504);

        Assert.StartsWith("timeout: ", reply.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site: cross-site", 403)]
    [InlineData("Sec-Fetch-Site: same-site", 403)]
    [InlineData("Origin: https://evil.example", 403)]
    [InlineData("Sec-Fetch-Site: none", 200)]
    public async Task Read_SentByAPageOfAnotherSite_IsRefused(string header, int status)
    {
        await using var site = await CompatSite.StartAsync(("/tea", Tea));
        await using var server = await CompatServer.StartAsync();

        (await server.GetAsync($"/r/{site.Url}tea", header)).Expect(status);
    }

    [Fact]
    public async Task Read_KeyIsRequired_OnlyWithIt()
    {
        Assert.True(ApiKeys.TryParse(Key, out var keys, out _));
        await using var site = await CompatSite.StartAsync(("/tea", Tea));
        await using var server = await CompatServer.StartAsync(keys);

        Assert.Equal(401, (await server.GetAsync($"/r/{site.Url}tea")).Expect(401).Json.GetProperty("code").GetInt32());
        (await server.GetAsync($"/r/{site.Url}tea", $"Authorization: Bearer {Key}")).Expect(200);
    }

    [Fact]
    public async Task Read_ClientDisconnects_VisitIsCancelled()
    {
        await using var site = await CompatSite.StartAsync();
        await using var server = await CompatServer.StartAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var reading = server.Http.GetAsync(new Uri($"/r/{site.Url}slow", UriKind.Relative), leaving.Token);
        await site.Held.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await leaving.CancelAsync();

        await site.Left.Task.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }
}
