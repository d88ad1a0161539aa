using FunctionsCrawler.Politeness;

namespace FunctionsCrawler.Core.Tests.Politeness;

public sealed class RobotsRulesTests
{
    // The cases of RFC 9309 section 5.1: several groups, one with two names, one without rules.
    private const string Simple = """
        User-Agent: *
        Disallow: *.gif$
        Disallow: /nests/
        Allow: /reports/

        User-Agent: otter
        Disallow:/
        Allow:/nests/egg.html
        Allow:/nests/open.gif

        User-Agent: heron
        User-Agent: stork
        Disallow: /nests/egg.html

        User-Agent: swan

        """;

    [Theory]
    [InlineData("crane", "/reports/a", true)]
    [InlineData("crane", "/reports/a.gif", true)]
    [InlineData("crane", "/nests/egg.html", false)]
    [InlineData("crane", "/a.gif", false)]
    [InlineData("crane", "/a.gif?b", true)]
    [InlineData("crane", "/", true)]
    [InlineData("otter", "/", false)]
    [InlineData("otter", "/reports/a", false)]
    [InlineData("otter", "/nests/egg.html", true)]
    [InlineData("otter", "/nests/open.gif", true)]
    [InlineData("heron", "/nests/egg.html", false)]
    [InlineData("stork", "/nests/egg.html", false)]
    [InlineData("stork", "/a.gif", true)]
    [InlineData("swan", "/nests/egg.html", true)]
    public void Allows_SeveralGroups_EachCrawlerByItsOwn(string agent, string path, bool expected) =>
        Assert.Equal(expected, RobotsRules.Parse(Simple, agent).Allows(At(path)));

    [Theory]
    [InlineData("/nests/egg/", true)]
    [InlineData("/nests/egg/closed.gif", false)]
    public void Allows_TwoThatMatch_ByTheLonger(string path, bool expected) =>
        Assert.Equal(expected, Rules("Allow: /nests/egg/", "Disallow: /nests/egg/closed.gif").Allows(At(path)));

    // The tables of sections 2.2.2 (paths, percent-encoded on either side) and 2.2.3 (special characters).
    [Theory]
    [InlineData("/map/fen?at=dawn", "/map/fen?at=dawn")]
    [InlineData("/map/fen?at=https://birds.example", "/map/fen?at=https://birds.example")]
    [InlineData("/map/fen?at=https%3A%2F%2Fbirds.example", "/map/fen?at=https%3a%2f%2fbirds.example")]
    [InlineData("/map/fen/鷺", "/map/fen/%E9%B7%BA")]
    [InlineData("/map/fen/%E9%B7%BA", "/map/fen/鷺")]
    [InlineData("/map/fen/%66%65%6E", "/map/fen/fen")]
    [InlineData("/map/fen/fen", "/map/fen/%66%65%6E")]
    [InlineData("/one/way/only$", "/one/way/only")]
    [InlineData("/one/*/only", "/one/or/two/only")]
    [InlineData("/one/*/only", "/one//only")]
    [InlineData("/map/star-%2A.html", "/map/star-*.html")]
    [InlineData("/map/star-%2a.html", "/map/star-%2A.html")]
    [InlineData("/map/cash-%24", "/map/cash-$")]
    [InlineData("/map/cash-%24", "/map/cash-%24")]
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
    public void Allows_PathMatchesDisallow_IsFalse(string pattern, string path) =>
        Assert.False(Rules("Disallow: " + pattern).Allows(At(path)));

    [Theory]
    [InlineData("/a/b", "/a%2Fb")]
    [InlineData("/a%2Fb", "/a/b")]
    [InlineData("/one/way/only$", "/one/way/only/")]
    [InlineData("/one/*/only", "/one/only")]
    [InlineData("/map/star-%2A.html", "/map/star-b.html")]
    [InlineData("/map/cash-%24", "/map/cash-")]
    [InlineData("/*a*a*a$", "/aa")]
    [InlineData("/a*a$", "/a")]
    [InlineData("/A", "/a")]
    [InlineData("a", "/a")]
    [InlineData("http://birds.example/", "/")]
    public void Allows_PathThatDoesNotMatch_IsAllowed(string pattern, string path) =>
        Assert.True(Rules("Disallow: " + pattern).Allows(At(path)));

    [Fact]
    public void Allows_RobotsTxt_IsAlwaysTrue()
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
    public void Parse_OwnUserAgent_MatchesAnyCaseAndVersion(string agent) =>
        Assert.False(Parse($"User-agent: *\nAllow: /\nUser-agent: {agent}\nDisallow: /").Allows(At("/")));

    [Theory]
    [InlineData("Functions")]
    [InlineData("FunctionsCrawler-News")]
    [InlineData("Mozilla/5.0 (compatible; FunctionsCrawler)")]
    [InlineData("*bot")]
    public void Parse_OtherUserAgent_DoesNotMatch(string agent) =>
        Assert.True(Parse($"User-agent: {agent}\nDisallow: /").Allows(At("/")));

    [Theory]
    [InlineData("disallow")]
    [InlineData("DISSALLOW")]
    [InlineData("dissalow")]
    [InlineData("Disalow")]
    [InlineData("diasllow")]
    [InlineData("disallaw")]
    [InlineData("  disallow\t")]
    public void Parse_MistypedNames_AreRecognised(string name)
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
    public void CrawlDelay_SeveralGroups_OnlyOwnGroupsCount(string robots, double? seconds) =>
        Assert.Equal(seconds, Parse(robots).CrawlDelay?.TotalSeconds);

    [Fact]
    public void Sitemaps_AnywhereInTheFile_AreReturnedOnceEach() =>
        Assert.Equal(
            ["https://birds.example/a.xml", "/b.xml"],
            Parse(
                "Sitemap: https://birds.example/a.xml\nUser-agent: x\nSite-map: /b.xml#c\nDisallow: /\nsitemap: https://birds.example/a.xml"
            ).Sitemaps
        );

    [Fact]
    public void Split_LineWithTooManyOctets_IsCutBetweenCharacters()
    {
        // Each 鷺 has three octets; that the cut falls into the last one leaves the line without it.
        var fitting = (RobotsLine.MaxOctets - "disallow: /".Length) / 3;
        var line = "disallow: /" + new string('鷺', fitting + 5);

        var cut = RobotsLine.Split(line).Single();

        Assert.Equal("disallow: /".Length + fitting, cut.Length);
    }

    private static RobotsRules Rules(params string[] lines) => Parse("User-agent: *\n" + string.Join('\n', lines));

    private static RobotsRules Parse(string robots) => RobotsRules.Parse(robots, "FunctionsCrawler");

    private static Uri At(string path) => new("http://birds.example" + path);
}
