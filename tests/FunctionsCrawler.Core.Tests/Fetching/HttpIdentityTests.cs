using System.Collections.Concurrent;
using System.Diagnostics;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Network;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>What a fetch over HTTP sends to which origin.</summary>
public sealed class HttpIdentityTests : HttpFetcherTestBase
{
    private readonly ConcurrentQueue<string> _here = new();
    private readonly ConcurrentQueue<string> _elsewhere = new();

    [Fact]
    public async Task Fetch_Credentials_FollowRedirectsWithinTheOriginOnly()
    {
        await using var first = await PageServer.StartAsync(context => AnswerAsync(context, _here));
        await using var other = await PageServer.StartAsync(context => AnswerAsync(context, _elsewhere));
        // Here, here again, elsewhere, and back.
        var path = $"/?{first.Url}?{other.Url}?{first.Url}end";
        var result = await FetchAsync(new Uri(first.Url, path), Credentials(first.Url));

        Assert.Null(result.Error);
        Assert.Equal(3, _here.Count);
        const string all = "key|Basic YWxpY2U6cGFzcw==|sid=session|Agent/1|de-DE, de;q=0.9";
        Assert.All(_here, request => Assert.Equal(all, request));
        Assert.Equal("|||Agent/1|de-DE, de;q=0.9", Assert.Single(_elsewhere));
        Assert.DoesNotContain(
            result.Headers!,
            header => header.Value.Contains("session", StringComparison.Ordinal) || header.Key == "set-cookie"
        );
    }

    [Fact]
    public async Task Fetch_WithinATrace_TellsTheSiteNothingOfIt()
    {
        var names = new ConcurrentQueue<string>();
        await using var server = await PageServer.StartAsync(context =>
        {
            foreach (var name in context.Request.Headers.Keys)
                names.Enqueue(name);
            return context.Response.WriteAsync("page");
        });
        using var trace = new Activity("request of a caller");
        trace.AddBaggage("user", "alice").SetIdFormat(ActivityIdFormat.W3C).Start();
        trace.TraceStateString = "vendor=1";

        Assert.Null((await FetchAsync(server.Url)).Error);

        Assert.Contains("User-Agent", names);
        Assert.DoesNotContain(names, n => n.ToLowerInvariant() is "traceparent" or "tracestate" or "baggage");
    }

    [Fact]
    public async Task Fetch_AnotherStartOfTheSameConnectionPool_HasNoCredentials()
    {
        await using var server = await PageServer.StartAsync(context => AnswerAsync(context, _here));
        using var fetcher = new HttpFetcher(new HttpFetcherOptions(), TimeProvider.System);
        await fetcher.As(Credentials(server.Url)).FetchAsync(server.Url, Ample, Cancellation);
        await fetcher.FetchAsync(server.Url, Ample, Cancellation);
        Assert.StartsWith("key|", _here.First(), StringComparison.Ordinal);
        Assert.StartsWith("|||FunctionsCrawler", _here.Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://a.example/x", "https://a.example:443/", true)]
    [InlineData("https://A.example./x", "https://a.example/y", true)]
    [InlineData("https://a.example/", "http://a.example/", false)]
    [InlineData("http://a.example/", "https://a.example/", false)]
    [InlineData("https://a.example/", "https://a.example:8443/", false)]
    [InlineData("https://a.example/", "https://www.a.example/", false)]
    [InlineData("https://a.example/", "https://a.example.evil.example/", false)]
    [InlineData("https://a.example/", "https://a.example@evil.example/", false)]
    [InlineData("https://bücher.example/", "https://xn--bcher-kva.example/", true)]
    [InlineData("http://[::1]:8080/", "http://[0:0::1]:8080/x", true)]
    public void Covers_Url_ComparesSchemeHostAndPort(string start, string url, bool isCovered)
    {
        var page = new PageOptions { Headers = new Dictionary<string, SecretText> { ["X-Key"] = "key" } };
        var credentials = OriginCredentials.Read(page, [start], out _)!;
        Assert.Equal(isCovered, credentials.Covers(new Uri(url)));
    }

    [Theory]
    [InlineData("/", "", "a=1; b=2; c=3")]
    [InlineData("/", "b=own; d=4", "b=own; d=4; a=1; c=3")]
    [InlineData("/docs", "", "e=5; a=1; b=2; c=3")]
    [InlineData("/docs/x", "", "e=5; a=1; b=2; c=3")]
    [InlineData("/documents", "", "a=1; b=2; c=3")]
    public void CookiesOf_Url_HasThoseOfItsPathThatTheSiteHasNotSet(string path, string ofSite, string expected)
    {
        PageCookie[] cookies =
        [
            new() { Name = "a", Value = "1" },
            new() { Name = "b", Value = "2" },
            new() { Name = "c", Value = "3" },
            new()
            {
                Name = "e",
                Value = "5",
                Path = "/docs",
            },
        ];
        var credentials = OriginCredentials.Read(new PageOptions { Cookies = cookies }, ["https://a.example/"], out _)!;
        Assert.Equal(expected, credentials.CookiesOf(new Uri($"https://a.example{path}"), ofSite));
        Assert.Equal(ofSite, credentials.CookiesOf(new Uri($"http://a.example{path}"), ofSite));
    }

    private static VisitIdentity Credentials(Uri start)
    {
        var page = new PageOptions
        {
            UserAgent = "Agent/1",
            Locale = "de-DE",
            Headers = new Dictionary<string, SecretText> { ["X-Api-Key"] = "key" },
            Cookies = [new PageCookie { Name = "sid", Value = "session" }],
            BasicAuth = new BasicAuth { Username = "alice", Password = "pass" },
        };
        return VisitIdentity.Of(page, [start.AbsoluteUri], "Standard/1", out _)!;
    }

    private static async Task<FetchResult> FetchAsync(Uri url, VisitIdentity identity)
    {
        using var fetcher = new HttpFetcher(new HttpFetcherOptions(), TimeProvider.System);
        return await fetcher.As(identity).FetchAsync(url, Ample, Cancellation);
    }

    private static Task AnswerAsync(HttpContext context, ConcurrentQueue<string> requests)
    {
        var headers = context.Request.Headers;
        requests.Enqueue(
            $"{headers["X-Api-Key"]}|{headers.Authorization}|{headers.Cookie}|{headers.UserAgent}|{headers.AcceptLanguage}"
        );
        context.Response.ContentType = "text/html";
        if (context.Request.QueryString.Value is { Length: > 1 } next)
            context.Response.Redirect(next[1..]);
        else
            context.Response.Headers.SetCookie = "sid=session";
        return Task.CompletedTask;
    }
}
