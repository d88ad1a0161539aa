using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Core.Tests.Frontier;

public sealed class RobotsRulesTests
{
    // RFC 9309 section 5.1.
    private const string Simple = """
        User-Agent: *
        Disallow: *.gif$
        Disallow: /example/
        Allow: /publications/

        User-Agent: foobot
        Disallow:/
        Allow:/example/page.html
        Allow:/example/allowed.gif

        User-Agent: barbot
        User-Agent: bazbot
        Disallow: /example/page.html

        User-Agent: quxbot

        """;

    [Theory]
    [InlineData("otherbot", "/publications/a", true)]
    [InlineData("otherbot", "/publications/a.gif", true)]
    [InlineData("otherbot", "/example/page.html", false)]
    [InlineData("otherbot", "/a.gif", false)]
    [InlineData("otherbot", "/a.gif?b", true)]
    [InlineData("otherbot", "/", true)]
    [InlineData("foobot", "/", false)]
    [InlineData("foobot", "/publications/a", false)]
    [InlineData("foobot", "/example/page.html", true)]
    [InlineData("foobot", "/example/allowed.gif", true)]
    [InlineData("barbot", "/example/page.html", false)]
    [InlineData("bazbot", "/example/page.html", false)]
    [InlineData("bazbot", "/a.gif", true)]
    [InlineData("quxbot", "/example/page.html", true)]
    public void Allows_Rfc9309Section51_EachCrawlerByItsGroup(string agent, string path, bool expected) =>
        Assert.Equal(expected, RobotsRules.Parse(Simple, agent).Allows(At(path)));

    [Theory]
    [InlineData("/example/page/", true)]
    [InlineData("/example/page/disallowed.gif", false)]
    public void Allows_Rfc9309Section52_LongestMatch(string path, bool expected) =>
        Assert.Equal(
            expected,
            Rules("Allow: /example/page/", "Disallow: /example/page/disallowed.gif").Allows(At(path))
        );

    // Sections 2.2.2 (paths, encoded on both sides) and 2.2.3 (special characters).
    [Theory]
    [InlineData("/foo/bar?baz=quz", "/foo/bar?baz=quz")]
    [InlineData("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https://foo.bar")]
    [InlineData("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https%3a%2f%2ffoo.bar")]
    [InlineData("/foo/bar/ツ", "/foo/bar/%E3%83%84")]
    [InlineData("/foo/bar/%E3%83%84", "/foo/bar/ツ")]
    [InlineData("/foo/bar/%62%61%7A", "/foo/bar/baz")]
    [InlineData("/foo/bar/baz", "/foo/bar/%62%61%7A")]
    [InlineData("/this/path/exactly$", "/this/path/exactly")]
    [InlineData("/this/*/exactly", "/this/is/it/exactly")]
    [InlineData("/this/*/exactly", "/this//exactly")]
    [InlineData("/path/file-with-a-%2A.html", "/path/file-with-a-*.html")]
    [InlineData("/path/file-with-a-%2a.html", "/path/file-with-a-%2A.html")]
    [InlineData("/path/foo-%24", "/path/foo-$")]
    [InlineData("/path/foo-%24", "/path/foo-%24")]
    // Beyond the tables.
    [InlineData("/a b|c", "/a%20b%7Cc")]
    [InlineData("/100%", "/100%25")]
    [InlineData("/a$b", "/a$b")]
    [InlineData("/a$*b", "/a$-b")]
    [InlineData("/~a", "/%7ea")]
    [InlineData("*", "/")]
    [InlineData("/**a***$", "/bab")]
    [InlineData("/*a*a*a$", "/aaa")]
    [InlineData("/*ab$", "/abab")]
    [InlineData("/a*a$", "/aba")]
    public void Allows_PathThatMatches_IsRefused(string pattern, string path) =>
        Assert.False(Rules("Disallow: " + pattern).Allows(At(path)));

    [Theory]
    [InlineData("/a/b", "/a%2Fb")]
    [InlineData("/a%2Fb", "/a/b")]
    [InlineData("/this/path/exactly$", "/this/path/exactly/")]
    [InlineData("/this/*/exactly", "/this/exactly")]
    [InlineData("/path/file-with-a-%2A.html", "/path/file-with-a-b.html")]
    [InlineData("/path/foo-%24", "/path/foo-")]
    [InlineData("/*a*a*a$", "/aa")]
    [InlineData("/a*a$", "/a")]
    [InlineData("/A", "/a")]
    [InlineData("a", "/a")]
    [InlineData("http://foo.bar/", "/")]
    public void Allows_PathThatDoesNotMatch_IsAllowed(string pattern, string path) =>
        Assert.True(Rules("Disallow: " + pattern).Allows(At(path)));

    [Fact]
    public void Allows_RobotsTxt_Always()
    {
        Assert.True(RobotsRules.DisallowAll.Allows(At("/robots.txt")));
        Assert.False(RobotsRules.DisallowAll.Allows(At("/robots.txt2")));
        Assert.False(RobotsRules.DisallowAll.Allows(At("/a/robots.txt")));
        Assert.True(RobotsRules.AllowAll.Allows(At("/a")));
    }

    [Theory]
    [InlineData("FunctionsCrawler/1.0")]
    [InlineData("functionscrawler")]
    [InlineData("FUNCTIONSCRAWLER (all versions)")]
    public void Parse_AgentThatIsOurs_InAnyCaseAndVersion(string agent) =>
        Assert.False(Parse($"User-agent: *\nAllow: /\nUser-agent: {agent}\nDisallow: /").Allows(At("/")));

    [Theory]
    [InlineData("Functions")]
    [InlineData("FunctionsCrawler-News")]
    [InlineData("Mozilla/5.0 (compatible; FunctionsCrawler)")]
    [InlineData("*bot")]
    public void Parse_AgentThatIsNot_IsNotOurs(string agent) =>
        Assert.True(Parse($"User-agent: {agent}\nDisallow: /").Allows(At("/")));

    [Theory]
    [InlineData("disallow")]
    [InlineData("DISSALLOW")]
    [InlineData("dissalow")]
    [InlineData("Disalow")]
    [InlineData("diasllow")]
    [InlineData("disallaw")]
    [InlineData("  disallow\t")]
    public void Parse_NamesMistyped_AreUnderstood(string name)
    {
        foreach (var agent in (string[])["useragent: *", "user agent: *", "User-Agent *", "user-agents: * (all)"])
            Assert.False(Parse($"{agent}\n{name}: / # all").Allows(At("/")));
        Assert.False(Parse($"user-agent: *\n{name}   /").Allows(At("/")));
        Assert.True(Parse($"user-agent: *\n{name} / /a").Allows(At("/")));
    }

    [Theory]
    [InlineData("2", 2.0)]
    [InlineData("0.5", 0.5)]
    [InlineData("1.5 # seconds", 1.5)]
    [InlineData("3600000", 60.0)]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("NaN", null)]
    [InlineData("Infinity", null)]
    [InlineData("1e3", null)]
    [InlineData("1,5", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    public void CrawlDelay_Value_IsReadAsSeconds(string value, double? seconds) =>
        Assert.Equal(seconds, Rules("Crawl-delay: " + value).CrawlDelay?.TotalSeconds);

    [Theory]
    [InlineData("User-agent: *\nCrawl-delay: 9\nUser-agent: FunctionsCrawler\nDisallow: /a", null)]
    [InlineData("User-agent: FunctionsCrawler\nCrawl-delay: 9\nUser-agent: *\nCrawl-delay: 1", 9.0)]
    [InlineData("User-agent: FunctionsCrawler\nCrawl-delay: 2\nAllow: /\nUser-agent: *\nCrawl-delay: 9", 2.0)]
    [InlineData(
        "User-agent: FunctionsCrawler\nCrawl-delay: 9\nAllow: /\nUser-agent: FunctionsCrawler\nCrawl-delay: 2",
        9.0
    )]
    [InlineData("Crawl-delay: 9\nUser-agent: *\nDisallow: /a", null)]
    public void CrawlDelay_Groups_OursAloneCount(string robots, double? seconds) =>
        Assert.Equal(seconds, Parse(robots).CrawlDelay?.TotalSeconds);

    [Fact]
    public void Sitemaps_AnywhereInTheFile_EachOnce() =>
        Assert.Equal(
            ["https://foo.bar/a.xml", "/b.xml"],
            Parse(
                "Sitemap: https://foo.bar/a.xml\nUser-agent: x\nSite-map: /b.xml#c\nDisallow: /\nsitemap: https://foo.bar/a.xml"
            ).Sitemaps
        );

    [Fact]
    public void Parse_LineOfTooManyOctets_IsCutBetweenCharacters()
    {
        // Each ツ has three octets; that the cut falls into the last one leaves the line without it.
        var fitting = (RobotsLine.MaxOctets - "disallow: /".Length) / 3;
        var line = "disallow: /" + new string('ツ', fitting + 5);

        var cut = RobotsLine.Split(line).Single();

        Assert.Equal("disallow: /".Length + fitting, cut.Length);
    }

    private static RobotsRules Rules(params string[] lines) => Parse("User-agent: *\n" + string.Join('\n', lines));

    private static RobotsRules Parse(string robots) => RobotsRules.Parse(robots, "FunctionsCrawler");

    private static Uri At(string path) => new("http://foo.bar" + path);
}
