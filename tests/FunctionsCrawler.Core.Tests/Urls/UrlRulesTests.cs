using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Urls;

public sealed class UrlRulesTests
{
    [Theory]
    [InlineData("https://a.example/app/#/guide", "https://a.example/app/#/guide")]
    [InlineData("https://a.example/app/#!guide", "https://a.example/app/#!guide")]
    [InlineData("https://A.example/app#!/api?x=1", "https://a.example/app#!/api?x=1")]
    [InlineData("https://a.example/app/#/", "https://a.example/app/")]
    [InlineData("https://a.example/app/#!", "https://a.example/app/")]
    [InlineData("https://a.example/app/#!/", "https://a.example/app/")]
    [InlineData("https://a.example/app/#top", "https://a.example/app/")]
    [InlineData("https://a.example/app/#:~:text=word", "https://a.example/app/")]
    public void HashRoutes_Fragment_IsKeptIfItIsARoute(string text, string expected) =>
        AssertNormal(expected, text, UrlRules.HashRoutes);

    [Fact]
    public void None_Route_IsRemoved() =>
        AssertNormal("https://a.example/", "https://a.example/#/guide", UrlRules.None);

    [Theory]
    [InlineData("/a;jsessionid=1F?b=1", "/a?b=1")]
    [InlineData("/a;v=1;JSESSIONID=1F/b", "/a;v=1/b")]
    [InlineData("/a?PHPSESSID=x&b=1&ASPSESSIONIDABC=y", "/a?b=1")]
    [InlineData("/a?cfid=1&cftoken=2", "/a")]
    [InlineData("/a?session=1&utm_source=x", "/a?session=1&utm_source=x")]
    public void DropSessionIds_PathAndQuery_LoseOnlyThese(string path, string expected) =>
        AssertNormal(
            "https://a.example" + expected,
            "https://a.example" + path,
            new UrlRules { DropSessionIds = true }
        );

    [Theory]
    [InlineData("/a?b=1&c", "/a")]
    [InlineData("/?b", "/")]
    [InlineData("/a", "/a")]
    public void DropQuery_Query_IsRemoved(string path, string expected) =>
        AssertNormal("https://a.example" + expected, "https://a.example" + path, new UrlRules { DropQuery = true });

    [Theory]
    [InlineData("/a/index.html", "/a/")]
    [InlineData("/a/Default.aspx?x=1", "/a/?x=1")]
    [InlineData("/index.php", "/")]
    [InlineData("/a/index.html.html", "/a/index.html.html")]
    [InlineData("/a/myindex.html", "/a/myindex.html")]
    public void DropIndexFiles_Path_IsTheFolder(string path, string expected) =>
        AssertNormal(
            "https://a.example" + expected,
            "https://a.example" + path,
            new UrlRules { DropIndexFiles = true }
        );

    [Theory]
    [InlineData((int)SlashRule.Remove, "/a/", "/a")]
    [InlineData((int)SlashRule.Remove, "/a//?b=/", "/a?b=/")]
    [InlineData((int)SlashRule.Remove, "/", "/")]
    [InlineData((int)SlashRule.Add, "/a", "/a/")]
    [InlineData((int)SlashRule.Add, "/v1.2/a?b", "/v1.2/a/?b")]
    [InlineData((int)SlashRule.Add, "/a.html", "/a.html")]
    [InlineData((int)SlashRule.Add, "/", "/")]
    public void TrailingSlash_Path_IsAsTheRuleSays(int rule, string path, string expected) =>
        AssertNormal(
            "https://a.example" + expected,
            "https://a.example" + path,
            new UrlRules { TrailingSlash = (SlashRule)rule }
        );

    private static void AssertNormal(string expected, string text, UrlRules rules)
    {
        Assert.True(UrlNormalizer.TryNormalize(text, rules, out var normalized, out var fault), fault);
        Assert.Equal(expected, normalized);
        Assert.True(UrlNormalizer.TryNormalize(normalized, rules, out var again, out _));
        Assert.Equal(normalized, again);
    }
}
