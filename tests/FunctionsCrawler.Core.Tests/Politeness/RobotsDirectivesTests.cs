using FunctionsCrawler.Extraction;
using FunctionsCrawler.Politeness;

namespace FunctionsCrawler.Core.Tests.Politeness;

public sealed class RobotsDirectivesTests
{
    private const string ProductToken = "FunctionsCrawler";

    [Theory]
    [InlineData("noindex", true, false)]
    [InlineData(" NOFOLLOW ", false, true)]
    [InlineData("none", true, true)]
    [InlineData("noindex, nofollow", true, true)]
    [InlineData("all", false, false)]
    [InlineData("all, noindex", true, false)]
    [InlineData("nosnippet, noarchive", false, false)]
    [InlineData("", false, false)]
    [InlineData("googlebot: none", false, false)]
    [InlineData("googlebot: noindex, nofollow", false, false)]
    [InlineData("noindex, googlebot: nofollow", true, false)]
    [InlineData("googlebot: noindex, functionscrawler: nofollow", false, true)]
    [InlineData("FunctionsCrawler/1.0: noindex, nofollow, otherbot: all", true, true)]
    [InlineData("*: noindex", true, false)]
    [InlineData("unavailable_after: 25 Jun 2010 15:00:00 PST", false, false)]
    [InlineData("unavailable_after: Friday, 25-Jun-10 15:00:00 GMT, nofollow", false, true)]
    [InlineData("max-snippet: 20, noindex", true, false)]
    public void FromHeaders_Value_IsParsed(string value, bool noIndex, bool noFollow) =>
        Assert.Equal(new RobotsDirectives(noIndex, noFollow), RobotsDirectives.FromHeaders([value], ProductToken));

    [Fact]
    public void FromHeaders_Several_AreCombinedAndNamesApplyPerHeader()
    {
        Assert.Equal(RobotsDirectives.None, RobotsDirectives.FromHeaders([], ProductToken));
        Assert.Equal(
            new RobotsDirectives(NoIndex: true, NoFollow: true),
            RobotsDirectives.FromHeaders(["noindex", "all", "otherbot: all", "nofollow"], ProductToken)
        );
    }

    [Theory]
    [InlineData("<meta name=robots content=noindex>", true, false)]
    [InlineData("<meta name=ROBOTS content=' NoFollow '>", false, true)]
    [InlineData("<meta name=robots content=all><meta name=robots content=none>", true, true)]
    [InlineData("<meta name=robots content='noindex,nofollow'>", true, true)]
    [InlineData("<meta name=robots content=noindex><meta name=functionscrawler content=nofollow>", true, true)]
    [InlineData("<meta name=FunctionsCrawler content=noindex>", true, false)]
    [InlineData("<meta name=googlebot content=none>", false, false)]
    [InlineData("<meta name=description content=none>", false, false)]
    [InlineData("<meta name=robots content='max-snippet:-1, max-image-preview:large'>", false, false)]
    [InlineData("<p>a<meta name=robots content=nofollow>", false, true)]
    [InlineData("<meta name=robots>", false, false)]
    public void FromMeta_Page_IsParsed(string html, bool noIndex, bool noFollow) =>
        Assert.Equal(
            new RobotsDirectives(noIndex, noFollow),
            RobotsDirectives.FromMeta(HtmlExtractor.Extract(html, new Uri("https://foo.bar/")).NamedMeta, ProductToken)
        );
}
