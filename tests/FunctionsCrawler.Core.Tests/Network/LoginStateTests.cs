using System.Text;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Logins;
using Microsoft.Extensions.Options;

namespace FunctionsCrawler.Core.Tests.Network;

/// <summary>The file of a storage state: what is read, what is refused, and how it is written.</summary>
public sealed class LoginStateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("login-");

    private string At(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_FileOfPlaywright_HasItsCookiesAndStorage()
    {
        var state = Read(
            """
            {
              "cookies": [
                { "name": "sid", "value": "a=b", "domain": ".example.com", "path": "/docs", "expires": 1900000000.5,
                  "httpOnly": true, "secure": true, "sameSite": "None", "_crHasCrossSiteAncestor": false },
                { "name": "lang", "value": "", "domain": "www.EXAMPLE.com", "path": "/", "expires": -1,
                  "httpOnly": false, "secure": false, "sameSite": "Strict" }
              ],
              "origins": [
                { "origin": "https://www.example.com", "localStorage": [ { "name": "", "value": "1" }, { "name": "t", "value": "ü\n" } ],
                  "indexedDB": [ { "name": "db" } ] },
                { "origin": "https://empty.example", "localStorage": [] },
                { "origin": "chrome-extension://abc", "localStorage": [ { "name": "a", "value": "b" } ] }
              ]
            }
            """
        );

        Assert.Equal(
            [
                new OriginCookie("sid", "a=b", "/docs")
                {
                    Host = "example.com",
                    IncludesSubdomains = true,
                    IsSecure = true,
                    IsHttpOnly = true,
                    SameSite = CookieSameSite.None,
                    Expires = 1_900_000_000.5,
                },
                new OriginCookie("lang", "", "/") { Host = "www.example.com", SameSite = CookieSameSite.Strict },
            ],
            state.Cookies
        );
        var origin = Assert.Single(state.Origins);
        Assert.Equal("https://www.example.com", $"{origin}");
        Assert.Equal([KeyValuePair.Create("", "1"), KeyValuePair.Create("t", "ü\n")], origin.Items);
    }

    [Theory]
    [InlineData("""{"name":"","value":"x","domain":"a.example"}""")]
    [InlineData("""{"name":"p","value":"x","domain":"a.example","secure":true,"partitionKey":"https://b.example"}""")]
    public void Read_CookieWithoutNameOrOfAPartition_IsLeftOut(string cookie) =>
        Assert.Empty(Read($$"""{"cookies":[{{cookie}}]}""").Cookies);

    [Theory]
    [InlineData("", "it is not JSON; the error is in line 1, at byte 1")]
    [InlineData("{\n  \"cookies\": [hunter2", "it is not JSON; the error is in line 2, at byte 15")]
    [InlineData("[]", "it must be an object with cookies and origins")]
    [InlineData("{}", "it has neither cookies nor origins")]
    [InlineData("""{"cookies":{}}""", "cookies must be a list")]
    [InlineData("""{"cookies":["hunter2"]}""", "cookies[0] must be an object")]
    [InlineData("""{"cookies":[{"value":"hunter2","domain":"a"}]}""", "cookies[0].name is missing")]
    [InlineData("""{"cookies":[{"name":"a","domain":"a"}]}""", "cookies[0].value is missing")]
    [InlineData("""{"cookies":[{"name":"a","value":"hunter2"}]}""", "cookies[0].domain is missing")]
    [InlineData("""{"cookies":[{"name":"a","value":7,"domain":"a"}]}""", "cookies[0].value must be a text")]
    [InlineData(
        """{"cookies":[{"name":"a","value":"hunter2;","domain":"a"}]}""",
        "cookies[0].value must not have semicolons"
    )]
    [InlineData(
        """{"cookies":[{"name":"a","value":"hunter2\r\nX: y","domain":"a"}]}""",
        "cookies[0].value must not have"
    )]
    [InlineData(
        """{"cookies":[{"name":"a","value":"\ud800","domain":"a"}]}""",
        "cookies[0].value has half of a surrogate"
    )]
    [InlineData("""{"cookies":[{"name":"hunter2=","value":"","domain":"a"}]}""", "cookies[0].name must not have =")]
    [InlineData(
        """{"cookies":[{"name":"a","value":"","domain":"hunter2/x"}]}""",
        "cookies[0].domain must be a host name"
    )]
    [InlineData(
        """{"cookies":[{"name":"a","value":"","domain":"u:hunter2@b"}]}""",
        "cookies[0].domain must be a host name"
    )]
    [InlineData("""{"cookies":[{"name":"a","value":"","domain":"."}]}""", "cookies[0].domain must be a host name")]
    [InlineData(
        """{"cookies":[{"name":"a","value":"","domain":"a","path":"hunter2"}]}""",
        "cookies[0].path must begin with a slash"
    )]
    [InlineData(
        """{"cookies":[{"name":"a","value":"","domain":"a","expires":"hunter2"}]}""",
        "cookies[0].expires must be a number"
    )]
    [InlineData(
        """{"cookies":[{"name":"a","value":"","domain":"a","expires":1e999}]}""",
        "cookies[0].expires must be a number"
    )]
    [InlineData(
        """{"cookies":[{"name":"a","value":"","domain":"a","secure":1}]}""",
        "cookies[0].secure must be true or false"
    )]
    [InlineData(
        """{"cookies":[{"name":"a","value":"","domain":"a","sameSite":"hunter2"}]}""",
        "cookies[0].sameSite must be Strict, Lax or None"
    )]
    [InlineData("""{"cookies":[{"name":"__Host-a","value":"","domain":"a"}]}""", "cookies[0].secure must be true")]
    [InlineData("""{"origins":7}""", "origins must be a list")]
    [InlineData("""{"origins":[7]}""", "origins[0] must be an object")]
    [InlineData("""{"origins":[{"origin":"hunter2"}]}""", "origins[0].origin must be an origin")]
    [InlineData(
        """{"origins":[{"origin":"https://a.example/hunter2","localStorage":[{"name":"a","value":"b"}]}]}""",
        "origins[0].origin must be an origin, without user, path and query"
    )]
    [InlineData(
        """{"origins":[{"origin":"https://a.example","localStorage":{}}]}""",
        "origins[0].localStorage must be a list"
    )]
    [InlineData(
        """{"origins":[{"origin":"https://a.example","localStorage":[{"name":"hunter2"}]}]}""",
        "origins[0].localStorage[0].value is missing"
    )]
    public void Read_Malformed_NamesFileAndElementButNoValue(string json, string fault)
    {
        File.WriteAllText(At("state.json"), json);

        Assert.False(LoginStateFile.TryRead(At("state.json"), out _, out var message));
        Assert.StartsWith(
            $"the storage state '{At("state.json")}' is invalid: {fault}",
            message,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LargeCookie_IsRefused()
    {
        var json = $$"""{"cookies":[{"name":"a","value":"{{new string('x', 4096)}}","domain":"a"}]}""";
        Assert.False(LoginStateJson.TryRead(Encoding.UTF8.GetBytes(json), out _, out var fault));
        Assert.Equal("cookies[0] has more than 4096 bytes in its name and value", fault);
    }

    [Fact]
    public void Read_LargeFile_IsRefusedUnread()
    {
        using (var file = File.Create(At("large.json")))
            file.SetLength(LoginStateFile.MaxBytes + 1);

        Assert.False(LoginStateFile.TryRead(At("large.json"), out _, out var fault));
        Assert.Contains("has more than 4194304 bytes", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_InvalidFile_AreRefusedWithItsName()
    {
        File.WriteAllText(At("state.json"), """{"cookies":[{"name":"a"}]}""");

        var invalid = Assert.Throws<OptionsValidationException>(() =>
            new Crawler(new CrawlerOptions { StorageState = At("state.json") })
        );
        Assert.Contains(
            "state.json' is invalid: cookies[0].value is missing",
            invalid.Message,
            StringComparison.Ordinal
        );
        var missing = Assert.Throws<OptionsValidationException>(() =>
            new Crawler(new CrawlerOptions { StorageState = At("missing.json") })
        );
        Assert.Contains("missing.json' cannot be read", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_FileThatIsGoneLater_IsReadOnce()
    {
        File.WriteAllText(At("state.json"), """{"cookies":[{"name":"a","value":"b","domain":"a.example"}]}""");
        var options = new CrawlerOptions { StorageState = At("state.json") };
        await using var crawler = new Crawler(options);
        File.Delete(At("state.json"));
        Assert.Single(options.Login!.Cookies);
    }

    [Fact]
    public async Task Write_State_IsReadAsItWas()
    {
        var state = new LoginState(
            [
                new OriginCookie("sid", "ü\"<", "/a")
                {
                    Host = "example.com",
                    IncludesSubdomains = true,
                    IsSecure = true,
                    IsHttpOnly = true,
                    SameSite = CookieSameSite.Strict,
                    Expires = 1_900_000_000.25,
                },
            ],
            [new OriginStorage(new Uri("https://example.com:8443/"), [KeyValuePair.Create("k", "v\0\u2028")])]
        );
        await LoginStateFile.WriteAsync(At("state.json"), LoginStateJson.Write(state), default);

        Assert.True(LoginStateFile.TryRead(At("state.json"), out var read, out var fault), fault);
        Assert.Equal(state.Cookies, read.Cookies);
        Assert.Equal(state.Origins.Single().Origin, read.Origins.Single().Origin);
        Assert.Equal(state.Origins.Single().Items, read.Origins.Single().Items);
    }

    [Fact]
    public async Task Write_ExistingFile_IsReplacedAndPrivate()
    {
        File.WriteAllText(At("state.json"), "before");
        await LoginStateFile.WriteAsync(At("state.json"), "after"u8.ToArray(), default);

        Assert.Equal("after", File.ReadAllText(At("state.json")));
        Assert.Single(_folder.EnumerateFiles());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("state.json")));
    }

    [Fact]
    public async Task Write_CancelledOrImpossible_ChangesNothing()
    {
        File.WriteAllText(At("state.json"), "before");
        Directory.CreateDirectory(At("folder"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            LoginStateFile.WriteAsync(At("state.json"), "after"u8.ToArray(), new CancellationToken(canceled: true))
        );
        await Assert.ThrowsAnyAsync<Exception>(() =>
            LoginStateFile.WriteAsync(At("folder"), "after"u8.ToArray(), default)
        );

        Assert.Equal("before", File.ReadAllText(At("state.json")));
        Assert.Equal(["folder", "state.json"], _folder.EnumerateFileSystemInfos().Select(f => f.Name).Order());
    }

    private static LoginState Read(string json)
    {
        Assert.True(LoginStateJson.TryRead(Encoding.UTF8.GetBytes(json), out var state, out var fault), fault);
        return state;
    }
}
