using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Fetching;

public sealed class HttpFetcherRedirectTests : HttpFetcherTestBase
{
    [Fact]
    public async Task Fetch_RedirectChain_IsFollowedAndRecorded()
    {
        await using var server = await PageServer.StartAsync(context =>
            context.Request.Path.Value switch
            {
                "/start" => Redirect(context, 301, "/absolute/path"),
                "/absolute/path" => Redirect(context, 302, "relative?q=1#fragment"),
                "/absolute/relative" => Redirect(context, 303, "//" + context.Request.Host + "/third"),
                "/third" => Redirect(context, 307, $"http://{context.Request.Host}/fourth"),
                "/fourth" => Redirect(context, 308, "../ende"),
                _ => context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path}"),
            }
        );

        var result = await FetchAsync(new Uri(server.Url, "start"));

        Assert.Equal("GET /ende", result.Text);
        Assert.Equal(200, result.Status);
        Assert.Equal($"{server.Url}ende", result.FinalUrl);
        Assert.Equal(
            [
                new RedirectHop($"{server.Url}start", 301),
                new RedirectHop($"{server.Url}absolute/path", 302),
                new RedirectHop($"{server.Url}absolute/relative?q=1", 303),
                new RedirectHop($"{server.Url}third", 307),
                new RedirectHop($"{server.Url}fourth", 308),
            ],
            result.Redirects
        );
    }

    [Fact]
    public async Task Fetch_Utf8Location_IsDecoded()
    {
        // "/ä" as raw UTF-8 bytes.
        await using var server = new RawServer(
            static async (socket, cancellation) =>
                await RawServer.SendAsync(
                    socket,
                    "HTTP/1.1 302 Found\r\nLocation: mailto:\u00C3\u00A4\r\nContent-Length: 0\r\n\r\n",
                    cancellation
                )
        );

        Assert.Contains("mailto:ä", (await FetchAsync(server.Url)).Error!.Message);
    }

    [Fact]
    public async Task Fetch_RedirectCycle_IsRedirectLoopWithItsHops()
    {
        await using var server = await PageServer.StartAsync(context =>
            Redirect(context, 302, context.Request.Path == "/a" ? "/b" : "/a")
        );

        var result = await FetchAsync(new Uri(server.Url, "a"));

        AssertError(ErrorCode.RedirectLoop, result);
        Assert.Equal([$"{server.Url}a", $"{server.Url}b"], [.. result.Redirects.Select(hop => hop.Url)]);
        Assert.Equal(302, result.Status);
        Assert.Equal($"{server.Url}b", result.FinalUrl);
    }

    [Theory]
    [InlineData(10, null)]
    [InlineData(11, ErrorCode.RedirectLoop)]
    public async Task Fetch_ManyRedirects_FollowsTen(int count, ErrorCode? error)
    {
        await using var server = await PageServer.StartAsync(context =>
            int.Parse(context.Request.Path.Value![1..]) is var n && n < count
                ? Redirect(context, 302, $"/{n + 1}")
                : context.Response.WriteAsync("here")
        );

        var result = await FetchAsync(new Uri(server.Url, "0"));

        Assert.Equal(error, result.Error?.Code);
        Assert.Equal(10, result.Redirects.Count);
    }

    [Fact]
    public async Task Fetch_CookieSetByRedirect_IsSentWithinThisFetchOnly()
    {
        await using var server = await PageServer.StartAsync(context =>
        {
            if (context.Request.Cookies["seen"] is "yes")
                return context.Response.WriteAsync("welcome");
            context.Response.Headers.SetCookie = "seen=yes; Path=/; HttpOnly";
            return Redirect(context, 302, "/");
        });
        using var fetcher = new HttpFetcher(new HttpFetcherOptions(), TimeProvider.System);

        for (var visit = 0; visit < 2; visit++)
        {
            var result = await fetcher.FetchAsync(server.Url, Ample, Cancellation);
            Assert.Equal("welcome", result.Text);
            Assert.Single(result.Redirects);
        }
    }

    [Theory]
    [InlineData("Location: ftp://example.com/x\r\n", ErrorCode.OutOfScope)]
    [InlineData("Location: file:///etc/passwd\r\n", ErrorCode.OutOfScope)]
    [InlineData("Location: javascript:alert(1)\r\n", ErrorCode.OutOfScope)]
    [InlineData("Location: http://\r\n", ErrorCode.Protocol)]
    [InlineData("", ErrorCode.Protocol)]
    public async Task Fetch_InvalidRedirect_IsError(string location, ErrorCode error)
    {
        await using var server = RawServer.Sending($"HTTP/1.1 302 Found\r\n{location}Content-Length: 0\r\n\r\n");

        var result = await FetchAsync(server.Url);

        AssertError(error, result);
        Assert.Equal(302, result.Status);
    }

    [Fact]
    public async Task Fetch_BeforeHop_IsCalledForEachUrlAndCanEndTheFetch()
    {
        var checkedPaths = new List<string>();
        var served = new List<string>();
        await using var server = await PageServer.StartAsync(context =>
        {
            served.Add(context.Request.Path);
            return Redirect(context, 302, "/next");
        });
        var refusal = new PageError(ErrorCode.BlockedAddress, "Not there.");
        var options = new HttpFetcherOptions
        {
            BeforeHop = (url, _) =>
            {
                checkedPaths.Add(url.AbsolutePath);
                return ValueTask.FromResult(url.AbsolutePath is "/next" ? refusal : null);
            },
        };

        var result = await FetchAsync(new Uri(server.Url, "first"), options);

        Assert.Equal(refusal, result.Error);
        Assert.Equal(["/first", "/next"], checkedPaths);
        Assert.Equal(["/first"], served);
        Assert.Equal($"{server.Url}first", result.FinalUrl);
    }

    private static Task Redirect(HttpContext context, int status, string location)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    }
}
