using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Contracts;

/// <summary>Faults of who visits pages. What may be secret is never shown.</summary>
public sealed class PageIdentityValidatorTests
{
    [Theory]
    [InlineData("page.viewport.width", """{"viewport":{"width":0}}""", "0 is out of range; 1 to 4,000 is allowed.")]
    [InlineData("page.viewport.height", """{"viewport":{"height":4001}}""", "4001 is out of range; 1 to 4,000")]
    [InlineData("page.viewport.scale", """{"viewport":{"scale":4.5}}""", "4.5 is out of range; 0.1 to 4 is allowed.")]
    [InlineData("page.viewport.scale", """{"viewport":{"scale":"2"}}""", "it must be a number.")]
    [InlineData(
        "page.viewport",
        """{"viewport":{"width":4000,"height":4000,"scale":1.5}}""",
        "4000 × 4000 with scale 1.5 has 36,000,000 pixels; at most 16,000,000 are allowed."
    )]
    [InlineData("page.device", """{"device":"iphone"}""", "it must be one of phone, phoneSmall, phoneLarge, tablet")]
    [InlineData("page.locale", """{"locale":"german"}""", "'german' is not a locale; a language with an optional")]
    [InlineData("page.locale", """{"locale":"de-DE\r\nX: y"}""", "is not a locale")]
    [InlineData("page.timezone", """{"timezone":"Mars/Olympus"}""", "'Mars/Olympus' is not a known time zone")]
    [InlineData("page.timezone", """{"timezone":"../etc/passwd"}""", "is not a known time zone")]
    [InlineData("page.userAgent", """{"userAgent":""}""", "The user agent has 0 characters; 1 to 512 are allowed.")]
    [InlineData("page.userAgent", """{"userAgent":"a\nb"}""", "has characters other than printable ASCII")]
    public void Read_FaultyEmulation_NamesTheValueAndWhatIsAllowed(string field, string page, string message)
    {
        var fault = Assert.Single(Read(page));
        Assert.Equal(field, fault.Field);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("page.headers", """{"headers":"X-Key: hunter2"}""", "it must be an object")]
    [InlineData("page.headers", """{"headers":["hunter2"]}""", "it must be an object")]
    [InlineData("page.headers.X-Key", """{"headers":{"X-Key":["hunter2"]}}""", "It must be a text, or {")]
    [InlineData("page.headers.X-Key", """{"headers":{"X-Key":null}}""", "It must be a text, or {")]
    [InlineData(
        "page.headers.X-Key",
        """{"headers":{"X-Key":"hunter2\r\nHost: b"}}""",
        "The header X-Key has line breaks"
    )]
    [InlineData("page.headers.X-Key", """{"headers":{"X-Key":"hunter2ü"}}""", "characters outside ASCII")]
    [InlineData(
        "page.headers.x-key",
        """{"headers":{"X-Key":"a","x-key":"hunter2"}}""",
        "x-key is given more than once"
    )]
    [InlineData("page.headers.X Key", """{"headers":{"X Key":"hunter2"}}""", "'X Key' is not the name of a header")]
    [InlineData("page.headers.Host", """{"headers":{"Host":"hunter2"}}""", "The header Host is not allowed")]
    [InlineData(
        "page.headers.content-length",
        """{"headers":{"content-length":"1"}}""",
        "content-length is not allowed"
    )]
    [InlineData(
        "page.headers.Proxy-Authorization",
        """{"headers":{"Proxy-Authorization":"hunter2"}}""",
        "is not allowed"
    )]
    [InlineData("page.headers.Sec-Fetch-Site", """{"headers":{"Sec-Fetch-Site":"none"}}""", "is not allowed")]
    [InlineData(
        "page.headers.Cookie",
        """{"headers":{"Cookie":"a=hunter2"}}""",
        "Cookie is not allowed; use page.cookies"
    )]
    [InlineData(
        "page.headers.Authorization",
        """{"headers":{"Authorization":"hunter2"},"basicAuth":{"username":"a","password":"b"}}""",
        "beside page.basicAuth; give only one"
    )]
    [InlineData("page.cookies", """{"cookies":"sid=hunter2"}""", "it must be a list")]
    [InlineData("page.cookies[0]", """{"cookies":["sid=hunter2"]}""", "it must be an object")]
    [InlineData("page.cookies[0].value", """{"cookies":[{"name":"sid"}]}""", "The cookie sid has no value")]
    [InlineData(
        "page.cookies[0].value",
        """{"cookies":[{"name":"sid","value":"hunter2;"}]}""",
        "The cookie sid has semicolons"
    )]
    [InlineData(
        "page.cookies[0].name",
        """{"cookies":[{"name":"s;d","value":"hunter2"}]}""",
        "not the name of a cookie"
    )]
    [InlineData("page.cookies[0].path", """{"cookies":[{"name":"a","value":"b","path":"x"}]}""", "It is not a path")]
    [InlineData("page.basicAuth", """{"basicAuth":"alice:hunter2"}""", "it must be an object")]
    [InlineData("page.basicAuth.password", """{"basicAuth":{"username":"alice"}}""", "The password has no value")]
    [InlineData(
        "page.basicAuth.username",
        """{"basicAuth":{"username":"hunter2:x","password":"b"}}""",
        "The user name has a colon"
    )]
    [InlineData(
        "page.headers.X-Key",
        """{"headers":{"X-Key":{"secret":"NOT_SET_17017"}}}""",
        "set the environment variable CRAWL_SECRET_NOT_SET_17017"
    )]
    public void Read_FaultyCredential_IsNotShown(string field, string page, string message)
    {
        var fault = Assert.Single(Read(page));
        Assert.Equal(field, fault.Field);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SecretThatCannotBeSent_IsRefusedWithoutShowingIt()
    {
        var name = $"T{Guid.NewGuid():N}".ToUpperInvariant();
        Environment.SetEnvironmentVariable($"CRAWL_SECRET_{name}", "hunter2\n");
        var fault = Assert.Single(
            Read("""{"headers":{"X-Key":{"secret":"NAME"}}}""".Replace("NAME", name, StringComparison.Ordinal))
        );
        Environment.SetEnvironmentVariable($"CRAWL_SECRET_{name}", null);
        Assert.StartsWith($"The secret '{name}' has line breaks", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EverythingAtOnce_IsValid() =>
        Assert.Empty(
            Read(
                """
                {"viewport":{"width":390,"height":844,"scale":2.5},"device":"phone","locale":"zh-Hant-TW",
                 "timezone":"America/Argentina/Buenos_Aires","userAgent":"Agent/1 (x)","headers":{"X-Key":"a","Authorization":"Bearer b"},
                 "cookies":[{"name":"sid","value":"a b=\"c\"","path":"/a"}]}
                """
            )
        );

    [Fact]
    public void Validate_WithoutBrowser_RefusesOnlyWhatNeedsOne()
    {
        var page = new PageOptions
        {
            Viewport = new PageViewport(),
            Device = DevicePreset.Phone,
            Timezone = "Europe/Berlin",
            Locale = "de-DE",
            UserAgent = "Agent/1",
            Headers = new Dictionary<string, SecretText> { ["X-Key"] = "a" },
            Cookies = [new PageCookie { Name = "a", Value = "b" }],
            BasicAuth = new BasicAuth { Username = "a", Password = "b" },
        };
        Assert.Equal(
            ["page.viewport", "page.device", "page.timezone"],
            PageOptionsValidator.Validate(page, RenderMode.Never).Select(f => f.Field)
        );
    }

    [Fact]
    public void Validate_CredentialsForManyOrigins_AreRefused()
    {
        var page = new PageOptions { Headers = new Dictionary<string, SecretText> { ["X-Key"] = "a" } };
        var crawl = new CrawlRequest
        {
            Urls = [.. Enumerable.Range(1, 21).Select(i => $"https://a{i}.example/")],
            Page = page,
        };
        Assert.Equal("urls", Assert.Single(CrawlRequestValidator.Validate(crawl)).Field);
        Assert.Empty(CrawlRequestValidator.Validate(crawl with { Page = new PageOptions() }));
    }

    [Fact]
    public void ToString_Request_ShowsNoCredential()
    {
        var page = new PageOptions
        {
            Headers = new Dictionary<string, SecretText> { ["X-Key"] = "hunter2" },
            Cookies = [new PageCookie { Name = "a", Value = "hunter2" }],
            BasicAuth = new BasicAuth { Username = "hunter2", Password = "hunter2" },
        };
        var texts = $"{new CrawlRequest { Page = page }} {page.Cookies[0]} {string.Join(',', page.Headers)}";
        Assert.DoesNotContain("hunter2", texts, StringComparison.Ordinal);
    }

    private static IReadOnlyList<RequestFault> Read(string page) =>
        RequestReader.ReadPage(Encoding.UTF8.GetBytes($$"""{"url":"https://a.example/","page":{{page}}}""")).Faults;
}
