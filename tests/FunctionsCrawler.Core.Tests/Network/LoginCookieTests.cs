using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Logins;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Network;

/// <summary>Which cookies of a saved login go where.</summary>
public sealed class LoginCookieTests
{
    private const string Docs = "https://docs.example.com/";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));

    [Theory]
    // Of the host itself.
    [InlineData("docs.example.com", Docs, Docs, true)]
    [InlineData("docs.example.com", Docs, "https://docs.example.com:8443/", false)]
    [InlineData("docs.example.com", Docs, "http://docs.example.com/", false)]
    [InlineData("docs.example.com", Docs, "https://www.example.com/", false)]
    // Of a parent domain: the start origin gets it, other hosts of the domain do not.
    [InlineData(".example.com", Docs, Docs, true)]
    [InlineData(".example.com", Docs, "https://example.com/", false)]
    [InlineData(".example.com", Docs, "https://login.example.com/", false)]
    [InlineData(".example.com", "https://example.com/", "https://example.com/", true)]
    // A host alone is not for its subdomains.
    [InlineData("example.com", Docs, Docs, false)]
    // Not the same domain.
    [InlineData(".ample.com", "https://example.com/", "https://example.com/", false)]
    [InlineData(".docs.example.com", "https://example.com/", "https://example.com/", false)]
    [InlineData(".example.com", "https://example.com.evil.example/", "https://example.com.evil.example/", false)]
    [InlineData(".0.0.1", "http://127.0.0.1/", "http://127.0.0.1/", false)]
    [InlineData("::1", "http://[::1]:8080/", "http://[::1]:8080/x", true)]
    [InlineData("[::1]", "http://[::1]:8080/", "http://[::1]:8080/x", true)]
    [InlineData("bücher.example", "https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/", true)]
    public void CookiesOf_Url_HasThoseOfItsHostOnStartOrigins(string domain, string start, string url, bool isSent)
    {
        var cookies = Credentials([start], Cookie("sid", domain))?.CookiesOf(new Uri(url), "") ?? "";
        Assert.Equal(isSent ? "sid=value" : "", cookies);
    }

    [Fact]
    public void CookiesOf_SecureCookie_GoesOverHttpsOnly()
    {
        string[] starts = ["http://a.example/", "https://a.example/"];
        var credentials = Credentials(
            starts,
            Cookie("open", "a.example"),
            Cookie("safe", "a.example") with
            {
                IsSecure = true,
            }
        )!;

        Assert.Equal("open=value", credentials.CookiesOf(new Uri("http://a.example/"), ""));
        Assert.Equal("open=value; safe=value", credentials.CookiesOf(new Uri("https://a.example/"), ""));
        Assert.DoesNotContain(
            credentials.CookiesOfVisit(new Uri("http://a.example/")),
            c => c.Root.Scheme == "http" && c.Cookie.Name == "safe"
        );
    }

    [Theory]
    [InlineData("http://a.example/", "http open, https safe")]
    [InlineData("https://a.example/x", "https open, https safe")]
    [InlineData("https://b.example/", "http open, https safe")]
    [InlineData("https://a.example:8443/", "")]
    public void CookiesOfVisit_HostWithSeveralOrigins_HasEachCookieOnce(string url, string expected)
    {
        var safe = Cookie("safe", "a.example") with { IsSecure = true };
        var credentials = Credentials(["http://a.example/", "https://a.example/"], Cookie("open", "a.example"), safe)!;
        var cookies = credentials.CookiesOfVisit(new Uri(url)).Select(c => $"{c.Root.Scheme} {c.Cookie}");
        Assert.Equal(expected, string.Join(", ", cookies));
    }

    [Fact]
    public void CookiesOf_Expiry_IsThatOfTheClock()
    {
        var credentials = Credentials(
            [Docs],
            Cookie("past", "docs.example.com") with
            {
                Expires = 1_799_999_999,
            },
            Cookie("soon", "docs.example.com") with
            {
                Expires = 1_800_000_010.5,
            },
            Cookie("session", "docs.example.com")
        )!;

        Assert.Equal("soon=value; session=value", credentials.CookiesOf(new Uri(Docs), ""));
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("session=value", credentials.CookiesOf(new Uri(Docs), ""));
        Assert.Equal(["session"], credentials.CookiesOfVisit(new Uri(Docs)).Select(c => c.Cookie.Name));
    }

    [Fact]
    public void CookiesOf_SameName_RequestThenHostThenDomainCounts()
    {
        OriginCookie[] saved =
        [
            Cookie("a", ".example.com"),
            Cookie("a", "docs.example.com") with
            {
                Value = "of-host",
            },
            Cookie("b", "docs.example.com"),
            Cookie("b", "docs.example.com") with
            {
                Path = "/deep",
                Value = "deep",
            },
        ];
        var page = new PageOptions { Cookies = [new PageCookie { Name = "b", Value = "of-request" }] };
        var credentials = OriginCredentials.Read(page, [Docs], out _, new LoginState(saved, []), _time)!;

        Assert.Equal("b=of-request; a=of-host", credentials.CookiesOf(new Uri(Docs), ""));
        Assert.Equal("b=deep; b=of-request; a=of-host", credentials.CookiesOf(new Uri(Docs + "deep/x"), ""));
        Assert.Equal("a=own; b=of-request", credentials.CookiesOf(new Uri(Docs), "a=own"));
        Assert.Equal(3, credentials.CookiesOfVisit(new Uri(Docs)).Count());
    }

    [Fact]
    public void Read_LoginToOtherSites_CostsNothing()
    {
        var state = new LoginState(
            [Cookie("sid", "a.example")],
            [new OriginStorage(new Uri("https://a.example/"), [KeyValuePair.Create("k", "v")])]
        );
        Assert.Null(OriginCredentials.Read(new PageOptions(), [Docs], out _, state));
        Assert.Null(OriginCredentials.Read(new PageOptions(), [], out _, state));
        // The scheme is part of an origin.
        Assert.Empty(OriginCredentials.Read(new PageOptions(), ["http://a.example/"], out _, state)!.Storage);
        Assert.Single(OriginCredentials.Read(new PageOptions(), ["https://a.example/x"], out _, state)!.Storage);
    }

    private OriginCredentials? Credentials(string[] starts, params OriginCookie[] cookies) =>
        OriginCredentials.Read(new PageOptions(), starts, out _, new LoginState(cookies, []), _time);

    private static OriginCookie Cookie(string name, string domain)
    {
        var json = $$"""{"cookies":[{"name":"{{name}}","value":"value","domain":"{{domain}}"}]}""";
        Assert.True(
            LoginStateJson.TryRead(System.Text.Encoding.UTF8.GetBytes(json), out var state, out var fault),
            fault
        );
        return Assert.Single(state.Cookies);
    }
}
