using FunctionsCrawler.Archives;

namespace FunctionsCrawler.Core.Tests.Archives;

public sealed class ArchivedUrlTests
{
    [Theory]
    [InlineData("https://a.example/x?y=1#z", "https://a.example/x?y=1")]
    [InlineData("https://user:secret@a.example:8443/x", "https://a.example:8443/x")]
    [InlineData("http://a.example/a b", "http://a.example/a%20b")]
    [InlineData("http://[::1]:81/a b", "http://[::1]:81/a%20b")]
    [InlineData("https://bücher.example/", "https://xn--bcher-kva.example/")]
    [InlineData("https://a.example/a|b", "https://a.example/a|b")]
    [InlineData("data:text/plain,x", null)]
    [InlineData("blob:https://a.example/1", null)]
    [InlineData("not a URL", null)]
    public void Of_Url_IsAsSentWithoutSecrets(string url, string? expected) =>
        Assert.Equal(expected, ArchivedUrl.Of(url));

    // The values are what wabac.js (ReplayWeb.page) and surt (pywb) compute.
    [Theory]
    [InlineData("https://www.Example.com/Path/?b=2&a=1", "com,example)/path/?a=1&b=2")]
    [InlineData("http://www2.example.com", "com,example)/")]
    [InlineData("http://example.com:8080/x", "com,example:8080)/x")]
    [InlineData("https://example.com?q=1", "com,example)/?q=1")]
    [InlineData("https://wwworld.example.com/", "com,example,wwworld)/")]
    public void KeyOf_Url_IsItsSurt(string url, string expected) => Assert.Equal(expected, ArchivedUrl.KeyOf(url));
}
