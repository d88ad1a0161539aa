using FunctionsCrawler.Contracts;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Frontier;

public class CrawlScopeTests
{
    [Theory]
    [InlineData(ScopeKind.Origin, "https://a.example/x", "https://a.example/y?z", true)]
    [InlineData(ScopeKind.Origin, "https://a.example/x", "http://a.example/y", false)]
    [InlineData(ScopeKind.Origin, "https://a.example/x", "https://a.example:8443/y", false)]
    [InlineData(ScopeKind.Origin, "https://a.example/x", "https://b.example/y", false)]
    [InlineData(ScopeKind.Host, "https://a.example/x", "http://a.example:81/y", true)]
    [InlineData(ScopeKind.Host, "https://a.example/x", "https://b.a.example/y", false)]
    [InlineData(ScopeKind.Host, "https://www.a.example/x", "https://a.example/y", false)]
    [InlineData(ScopeKind.Host, "http://[::1]/", "https://[::1]:81/y", true)]
    [InlineData(ScopeKind.Domain, "https://www.a.example/x", "http://a.example/y", true)]
    [InlineData(ScopeKind.Domain, "https://www.a.example/x", "https://c.b.a.example/y", true)]
    [InlineData(ScopeKind.Domain, "https://www.a.example/x", "https://xa.example/y", false)]
    [InlineData(ScopeKind.Domain, "https://docs.a.example/x", "https://v2.docs.a.example/y", true)]
    [InlineData(ScopeKind.Domain, "https://docs.a.example/x", "https://a.example/y", false)]
    [InlineData(ScopeKind.Domain, "https://www.com/", "https://other.com/", false)]
    [InlineData(ScopeKind.Domain, "https://www.com/", "https://a.www.com/", true)]
    [InlineData(ScopeKind.Domain, "https://com/", "https://other.com/", false)]
    [InlineData(ScopeKind.Domain, "http://localhost/", "http://localhost:81/", true)]
    [InlineData(ScopeKind.Domain, "http://localhost/", "http://a.localhost/", false)]
    [InlineData(ScopeKind.Domain, "http://10.0.0.1/", "http://10.0.0.1:81/", true)]
    [InlineData(ScopeKind.Domain, "http://10.0.0.1/", "http://9.0.0.1/", false)]
    [InlineData(ScopeKind.Domain, "http://[fd00::1.2.3.4]/", "http://[fe00::1.2.3.4]/", false)]
    [InlineData(ScopeKind.Prefix, "https://a.example/docs/x.html", "https://a.example/docs/y/z", true)]
    [InlineData(ScopeKind.Prefix, "https://a.example/docs/", "https://a.example/docs/?q", true)]
    [InlineData(ScopeKind.Prefix, "https://a.example/docs/", "https://a.example/docs", false)]
    [InlineData(ScopeKind.Prefix, "https://a.example/docs/", "https://a.example/docs2/x", false)]
    [InlineData(ScopeKind.Prefix, "https://a.example/docs/", "https://a.example/en/docs/x", false)]
    [InlineData(ScopeKind.Prefix, "https://a.example/docs/", "https://a.example/x?/docs/", false)]
    [InlineData(ScopeKind.Prefix, "https://a.example/docs/", "http://a.example/docs/x", false)]
    [InlineData(ScopeKind.Prefix, "https://a.example/docs", "https://a.example/x", true)]
    [InlineData(ScopeKind.Path, "https://a.example/docs", "http://a.example:81/docs/y/z", true)]
    [InlineData(ScopeKind.Path, "https://a.example/docs/", "https://a.example/docs?q", true)]
    [InlineData(ScopeKind.Path, "https://a.example/docs", "https://a.example/docs-old", false)]
    [InlineData(ScopeKind.Path, "https://a.example/docs", "https://a.example/", false)]
    [InlineData(ScopeKind.Path, "https://a.example/docs", "https://b.example/docs/x", false)]
    [InlineData(ScopeKind.Path, "https://a.example", "https://a.example/x", true)]
    [InlineData(ScopeKind.Any, "https://a.example/x", "http://b.test/", true)]
    [InlineData(ScopeKind.Any, "https://a.example/x", "ftp://b.test/", false)]
    public void Scope_Link_IsComparedWithRoot(ScopeKind kind, string root, string link, bool expected) =>
        Assert.Equal(expected, new CrawlScope([root], kind, [], []).Contains(new Uri(link)));

    [Fact]
    public void Scope_SeveralRoots_ContainsTheLinksOfEach()
    {
        var scope = new CrawlScope(["https://a.example/", "https://b.example/"], ScopeKind.Host, [], []);
        Assert.True(scope.Contains(new Uri("https://a.example/x")));
        Assert.True(scope.Contains(new Uri("https://b.example/x")));
        Assert.False(scope.Contains(new Uri("https://c.example/x")));
    }

    [Theory]
    [InlineData("https://a.example/docs/x", true)]
    [InlineData("https://a.example/api/x", true)]
    [InlineData("https://a.example/blog/x", false)]
    [InlineData("https://a.example/docs/old/x", false)]
    [InlineData("https://b.example/docs/x", false)]
    public void Scope_Globs_RestrictIt(string link, bool expected)
    {
        var scope = new CrawlScope(
            ["https://a.example/"],
            ScopeKind.Host,
            [Glob("**/docs/**"), Glob("/api/**")],
            [Glob("/docs/old/**"), Glob("**.png")]
        );
        Assert.Equal(expected, scope.Contains(new Uri(link)));
    }

    [Fact]
    public void Scope_StartPage_IsInScopeRegardlessOfGlobs()
    {
        var scope = new CrawlScope(["https://a.example/"], ScopeKind.Host, [Glob("**/docs/**")], [Glob("**")]);
        Assert.True(scope.Contains(new Uri("https://a.example/")));
        Assert.False(scope.Contains(new Uri("https://a.example/docs/x")));
    }

    private static UrlGlob Glob(string text)
    {
        Assert.True(UrlGlob.TryParse(text, out var glob, out var fault), fault);
        return glob;
    }
}
