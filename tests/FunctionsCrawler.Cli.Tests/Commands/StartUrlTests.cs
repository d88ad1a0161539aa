using FunctionsCrawler.Cli.Commands;

namespace FunctionsCrawler.Cli.Tests.Commands;

public sealed class StartUrlTests
{
    [Theory]
    [InlineData("example.com", "https://example.com")]
    [InlineData("example.com/docs", "https://example.com/docs")]
    [InlineData("docs.example.co.uk:8443/a?b#c", "https://docs.example.co.uk:8443/a?b#c")]
    [InlineData("bücher.example", "https://bücher.example")]
    [InlineData("localhost", "http://localhost")]
    [InlineData("localhost:8080", "http://localhost:8080")]
    [InlineData("127.0.0.1:9/x", "http://127.0.0.1:9/x")]
    [InlineData("[::1]:8080/", "http://[::1]:8080/")]
    public void WithScheme_HostWithoutScheme_AddsOne(string text, string url) =>
        Assert.Equal(url, StartUrl.WithScheme(text));

    [Theory]
    [InlineData("https://example.com/")]
    [InlineData("ftp://example.com/")]
    [InlineData("docs/page")]
    [InlineData("demo")]
    [InlineData("@urls")]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("exa mple.com")]
    [InlineData("example.com\n")]
    [InlineData("mailto:a@example.com")]
    public void WithScheme_SchemeOrNoHost_IsNull(string text) => Assert.Null(StartUrl.WithScheme(text));
}
