using FunctionsCrawler.Network.Proxies;

namespace FunctionsCrawler.Core.Tests.Network;

public class UpstreamProxyTests
{
    [Theory]
    [InlineData("http://proxy.example:3128", "http://proxy.example:3128", null, "")]
    [InlineData(" HTTP://10.0.0.1:80/ ", "http://10.0.0.1:80", null, "")]
    [InlineData("https://user:secret@proxy.example:443", "https://proxy.example:443", "user", "secret")]
    [InlineData("socks5://us%40er:p%2Cw%3Ax@[::1]:1080", "socks5://[::1]:1080", "us@er", "p,w:x")]
    [InlineData("http://user:p@ss:word@proxy.example:8080", "http://proxy.example:8080", "user", "p@ss:word")]
    [InlineData("http://user@proxy.example:8080", "http://proxy.example:8080", "user", "")]
    public void TryParseAll_Valid_SeparatesCredentials(string text, string name, string? user, string password)
    {
        Assert.True(UpstreamProxy.TryParseAll([text], out var proxies, out var fault), fault);

        var proxy = Assert.Single(proxies);
        Assert.Equal((name, user, password), (proxy.Name, proxy.User, proxy.Password));
        Assert.Equal(name, proxy.ToString());
    }

    [Theory]
    [InlineData("proxy:secret@host:80", "has no scheme")]
    [InlineData("", "has no scheme")]
    [InlineData("ftp://u:secret@host:80", "has a scheme that is not supported")]
    [InlineData("socks5h://u:secret@host:80", "has a scheme that is not supported")]
    [InlineData("http://u:secret@host", "has no port")]
    [InlineData("http://u:secret@[::1]", "has no port")]
    [InlineData("http://host:80:u:secret", "has a port that is not a number from 1 to 65535")]
    [InlineData("http://u:secret@host:0", "has a port that is not a number from 1 to 65535")]
    [InlineData("http://u:secret@host:65536", "has a port that is not a number from 1 to 65535")]
    [InlineData("http://u:secret@ho st:80", "has a host that is neither a name nor an address")]
    [InlineData("http://u:secret@:80", "has a host that is neither a name nor an address")]
    [InlineData("http://:secret@host:80", "has an empty user name")]
    [InlineData(
        "http://u:secret@a:80 http://v:other@b:80",
        "has white space or :// before the host, which must be encoded there"
    )]
    [InlineData(
        "http://u:secret@a:80,http://v:other@b:80",
        "has white space or :// before the host, which must be encoded there"
    )]
    [InlineData("http://a%3Ab:secret@host:80", "has a user name with a colon")]
    public void TryParseAll_Invalid_NamesTheReasonWithoutTheValue(string text, string reason)
    {
        Assert.False(UpstreamProxy.TryParseAll(["http://first:1", text], out var proxies, out var fault));

        Assert.Empty(proxies);
        Assert.StartsWith($"proxy 2 of 2 {reason}; use http://host:port", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParseAll_SocksPasswordTooLong_IsRefused()
    {
        Assert.False(UpstreamProxy.TryParseAll([$"socks5://u:{new string('x', 256)}@host:1"], out _, out var fault));

        Assert.StartsWith(
            "the proxy has a user name or password of more than 255 bytes;",
            fault,
            StringComparison.Ordinal
        );
    }
}
