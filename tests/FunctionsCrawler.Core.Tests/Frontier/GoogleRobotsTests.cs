using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Core.Tests.Frontier;

/// <summary>Google's published cases (https://github.com/google/robotstxt, robots_test.cc), each by its name there.</summary>
public sealed class GoogleRobotsTests
{
    public static TheoryData<string, string, string, string, bool> Cases => GoogleRobotsCases.All();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Allows_PublishedCase_AnswersAlike(string id, string robots, string agent, string url, bool expected) =>
        Assert.True(RobotsRules.Parse(robots, agent).Allows(At(url)) == expected, id);

    // Three assertions of ID_Encoding hold only where URLs are not normalised, which that parser leaves to its caller. RFC
    // 9309 section 2.2.2 wants both sides normalised before they are compared, and its own table has these very paths.
    [Theory]
    [InlineData("/foo/bar/ツ", "/foo/bar/ツ")]
    [InlineData("/foo/bar/%E3%83%84", "/foo/bar/ツ")]
    [InlineData("/foo/bar/%62%61%7A", "/foo/bar/baz")]
    public void Allows_ID_Encoding_UrlIsNormalisedToo(string allowed, string url) =>
        Assert.True(
            RobotsRules.Parse($"User-agent: FooBot\nDisallow: /\nAllow: {allowed}\n", "FooBot").Allows(At(url))
        );

    [Theory]
    [InlineData("Foobot", true)]
    [InlineData("Foobot-Bar", true)]
    [InlineData("Foo_Bar", true)]
    [InlineData("", false)]
    [InlineData("ツ", false)]
    [InlineData("Foobot*", false)]
    [InlineData(" Foobot ", false)]
    [InlineData("Foobot/2.1", false)]
    [InlineData("Foobot Bar", false)]
    public void ProductToken_ID_VerifyValidUserAgentsToObey(string value, bool isToken) =>
        Assert.Equal(isToken, value.Length > 0 && RobotsLine.ProductTokenOf(value).Length == value.Length);

    [Theory]
    [InlineData("User-Agent: foo\nAllow: /some/path\nUser-Agent: bar\n\n\nDisallow: /\n")]
    [InlineData("User-Agent: foo\r\nAllow: /some/path\r\nUser-Agent: bar\r\n\r\n\r\nDisallow: /\r\n")]
    [InlineData("User-Agent: foo\rAllow: /some/path\rUser-Agent: bar\r\r\rDisallow: /\r")]
    [InlineData("User-Agent: foo\nAllow: /some/path\nUser-Agent: bar\n\n\nDisallow: /")]
    [InlineData("User-Agent: foo\nAllow: /some/path\r\nUser-Agent: bar\n\r\n\nDisallow: /")]
    public void Split_ID_LinesNumbersAreCountedCorrectly(string robots)
    {
        var lines = RobotsLine.Split(robots).Select(RobotsLine.Parse).ToList();

        Assert.Equal(4, lines.Count(line => line is not null));
        Assert.Equal(6, lines.FindLastIndex(line => line is not null) + 1);
    }

    // The bytes before and behind the first line, as a decoder of UTF-8 hands them on.
    [Theory]
    [InlineData("EFBBBF", "", 2)]
    [InlineData("EFBB", "", 2)]
    [InlineData("EF", "", 2)]
    [InlineData("EF11BF", "", 1)]
    [InlineData("", "EFBBBF", 1)]
    public void Split_ID_UTF8ByteOrderMarkIsSkipped(string before, string between, int directives)
    {
        byte[] file =
        [
            .. Convert.FromHexString(before),
            .. "User-Agent: foo\n"u8,
            .. Convert.FromHexString(between),
            .. "Allow: /AnyValue\n"u8,
        ];

        var lines = RobotsLine.Split(System.Text.Encoding.UTF8.GetString(file)).Select(RobotsLine.Parse);

        Assert.Equal(directives, lines.Count(line => line is not null));
    }

    [Theory]
    [InlineData("User-Agent: foo\nAllow: /some/path\nUser-Agent: bar\n\n\nSitemap: http://foo.bar/sitemap.xml\n")]
    [InlineData("Sitemap: http://foo.bar/sitemap.xml\nUser-Agent: foo\nAllow: /some/path\nUser-Agent: bar\n\n\n")]
    public void Sitemaps_ID_NonStandardLineExample_Sitemap(string robots) =>
        Assert.Equal(["http://foo.bar/sitemap.xml"], RobotsRules.Parse(robots, "qux").Sitemaps);

    // A URL without a scheme is there one that begins with its host. What is compared is seen by a pattern that fits exactly.
    [Theory]
    [InlineData("", "/")]
    [InlineData("http://www.example.com", "/")]
    [InlineData("http://www.example.com/", "/")]
    [InlineData("http://www.example.com/a", "/a")]
    [InlineData("http://www.example.com/a/", "/a/")]
    [InlineData("http://www.example.com/a/b?c=http://d.e/", "/a/b?c=http://d.e/")]
    [InlineData("http://www.example.com/a/b?c=d&e=f#fragment", "/a/b?c=d&e=f")]
    [InlineData("http://example.com", "/")]
    [InlineData("http://example.com/", "/")]
    [InlineData("http://example.com/a", "/a")]
    [InlineData("http://example.com/a/", "/a/")]
    [InlineData("http://example.com/a/b?c=d&e=f#fragment", "/a/b?c=d&e=f")]
    [InlineData("http://a", "/")]
    [InlineData("http://a/", "/")]
    [InlineData("/a", "/a")]
    [InlineData("http://a/b", "/b")]
    [InlineData("http://example.com?a", "/?a")]
    [InlineData("http://example.com/a;b#c", "/a;b")]
    [InlineData("http://a/b/c", "/b/c")]
    public void Allows_TestGetPathParamsQuery(string url, string compared) =>
        Assert.False(RobotsRules.Parse($"user-agent: *\ndisallow: {compared}$", "FooBot").Allows(At(url)));

    [Theory]
    [InlineData("http://www.example.com", "http://www.example.com")]
    [InlineData("/a/b/c", "/a/b/c")]
    [InlineData("á", "%C3%A1")]
    [InlineData("%aa", "%AA")]
    public void Encode_TestMaybeEscapePattern(string text, string expected) =>
        Assert.Equal(expected, RobotsPattern.Encode(text));

    private static Uri At(string url) =>
        new(url.StartsWith("http", StringComparison.Ordinal) ? url : "http://foo.bar" + url);
}
