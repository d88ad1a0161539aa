using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Urls;

public sealed class SourceNamesTests
{
    [Theory]
    [InlineData("https://example.com/path", "https://example.com/path/")]
    [InlineData("https://example.com", "https://example.com/")]
    [InlineData("https://example.com/path", "https://example.com/path#part")]
    [InlineData("https://example.com/path", "https://example.com/path?utm_source=a&utm_campaign=b")]
    [InlineData("https://example.com/path", "https://example.com/path?fbclid=1&gclid=2&ref=3&source=4")]
    [InlineData("https://example.com/path?a=1", "https://example.com/path?ref=x&a=1#y")]
    [InlineData("https://example.com/path?a=1&b=2", "https://example.com/path?b=2&a=1")]
    [InlineData("https://example.com/path", "https://example.com:443/path")]
    [InlineData("http://example.com/path", "http://example.com:80/path")]
    [InlineData("https://example.com/page", "HTTPS://EXAMPLE.COM:443/page/")]
    public void IdOf_OtherSpelling_IsTheSame(string one, string other) =>
        Assert.Equal(SourceNames.IdOf(one), SourceNames.IdOf(other));

    [Theory]
    [InlineData("https://example.com/path", "https://example.com/Path")]
    [InlineData("https://example.com/path", "https://example.com:8080/path")]
    [InlineData("https://example.com/path?page=1", "https://example.com/path?page=2")]
    [InlineData("https://example.com/path", "http://example.com/path")]
    [InlineData("https://example.com/path", "https://docs.example.com/path")]
    public void IdOf_OtherSource_IsAnother(string one, string other) =>
        Assert.NotEqual(SourceNames.IdOf(one), SourceNames.IdOf(other));

    [Fact]
    public void IdOf_Url_IsTheStartOfItsHash() =>
        // printf %s https://example.com/page | sha256sum
        Assert.Equal("3641c5f2274c5471", SourceNames.IdOf("https://example.com/page/"));

    [Theory]
    [InlineData("https://example.com/", "example.com")]
    [InlineData("https://www.example.com/docs/guide/", "example.com/docs/guide")]
    [InlineData("https://example.com:8443/docs/index.html?x=1#y", "example.com:8443/docs")]
    [InlineData("https://example.com/llms.txt", "example.com")]
    [InlineData("https://example.com/docs/sitemap.xml", "example.com/docs")]
    [InlineData("https://example.com/caf%C3%A9/a%2Fb", "example.com/café/a%2Fb")]
    [InlineData("https://example.com/a%00b%E2%80%AEc", "example.com/a%00b%E2%80%AEc")]
    [InlineData("https://github.com/owner/repo", "owner/repo")]
    [InlineData("https://github.com/owner/repo.git", "owner/repo")]
    [InlineData("https://github.com/owner/repo/tree/main/docs", "owner/repo")]
    [InlineData("https://raw.githubusercontent.com/owner/repo/main/README.md", "owner/repo")]
    [InlineData("https://github.com/owner", "github.com/owner")]
    [InlineData("not-a-url", "not-a-url")]
    public void NameOf_Url_IsForPeople(string url, string name) => Assert.Equal(name, SourceNames.NameOf(url));

    [Fact]
    public void NameOf_LongPath_IsCut()
    {
        var name = SourceNames.NameOf("https://example.com/" + new string('a', 300));

        Assert.Equal(80, name.Length);
        Assert.EndsWith("a…", name, StringComparison.Ordinal);
    }

    [Fact]
    public void NameOf_SeveralUrls_CountsTheOthers() =>
        Assert.Equal(
            "a.example and 2 more",
            SourceNames.NameOf(["https://a.example/", "https://b.example/", "https://c.example/"])
        );
}
