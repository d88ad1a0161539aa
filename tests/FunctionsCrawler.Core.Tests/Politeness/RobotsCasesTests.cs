using System.Text;
using FunctionsCrawler.Politeness;

namespace FunctionsCrawler.Core.Tests.Politeness;

/// <summary>RFC 9309, rule by rule, and what it leaves open as Google's parser has it (THIRD-PARTY-NOTICES.md).</summary>
public sealed class RobotsCasesTests
{
    public static TheoryData<string, string, string, string, bool> Cases => RobotsCases.All();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Allows_CaseOfTheTable_ByItsRule(string rule, string robots, string agent, string path, bool expected) =>
        Assert.True(RobotsRules.Parse(robots, agent).Allows(At(path)) == expected, rule);

    // Section 2.2.2. Google's parser compares URLs as they are and leaves this to its caller.
    [Theory]
    [InlineData("/map/鷺", "/map/鷺")]
    [InlineData("/map/%E9%B7%BA", "/map/鷺")]
    [InlineData("/map/%6E%65%73%54", "/map/nesT")]
    public void Allows_UrlThatIsNotEncoded_IsEncodedToo(string allowed, string path) =>
        Assert.True(RobotsRules.Parse($"user-agent: Otter\ndisallow: /\nallow: {allowed}\n", "Otter").Allows(At(path)));

    // Section 2.2.1: letters, hyphens and underscores.
    [Theory]
    [InlineData("Otter", true)]
    [InlineData("Otter-North", true)]
    [InlineData("River_Otter", true)]
    [InlineData("", false)]
    [InlineData("鷺", false)]
    [InlineData("Otter*", false)]
    [InlineData(" Otter ", false)]
    [InlineData("Otter/3.0", false)]
    [InlineData("Otter North", false)]
    public void ProductTokenOf_Value_IsTheWholeOfIt(string value, bool isToken) =>
        Assert.Equal(isToken, value.Length > 0 && RobotsLine.ProductTokenOf(value).Length == value.Length);

    // Section 2.2: a line ends with CR, LF or both, the last one also with the file.
    [Theory]
    [InlineData("User-Agent: otter\nAllow: /pond/reeds\nUser-Agent: heron\n\n\nDisallow: /\n")]
    [InlineData("User-Agent: otter\r\nAllow: /pond/reeds\r\nUser-Agent: heron\r\n\r\n\r\nDisallow: /\r\n")]
    [InlineData("User-Agent: otter\rAllow: /pond/reeds\rUser-Agent: heron\r\r\rDisallow: /\r")]
    [InlineData("User-Agent: otter\nAllow: /pond/reeds\nUser-Agent: heron\n\n\nDisallow: /")]
    [InlineData("User-Agent: otter\nAllow: /pond/reeds\r\nUser-Agent: heron\n\r\n\nDisallow: /")]
    public void Split_EndsOfLines_OfAnyKind(string robots)
    {
        var lines = RobotsLine.Split(robots).Select(RobotsLine.Parse).ToList();

        Assert.Equal(4, lines.Count(line => line is not null));
        Assert.Equal(6, lines.FindLastIndex(line => line is not null) + 1);
    }

    // A byte order mark, whole or cut, belongs to no name; as Google. Anything else there does.
    [Theory]
    [InlineData("EFBBBF", "", 2)]
    [InlineData("EFBB", "", 2)]
    [InlineData("EF", "", 2)]
    [InlineData("EF22BF", "", 1)]
    [InlineData("", "EFBBBF", 1)]
    public void Split_ByteOrderMark_IsSkippedAtTheStartOnly(string before, string between, int directives)
    {
        byte[] file =
        [
            .. Convert.FromHexString(before),
            .. "User-Agent: otter\n"u8,
            .. Convert.FromHexString(between),
            .. "Allow: /pond\n"u8,
        ];

        var lines = RobotsLine.Split(Encoding.UTF8.GetString(file)).Select(RobotsLine.Parse);

        Assert.Equal(directives, lines.Count(line => line is not null));
    }

    // Section 2.2.4: of no group, first or last in the file.
    [Theory]
    [InlineData("User-Agent: otter\nAllow: /pond\nUser-Agent: heron\n\n\nSitemap: https://birds.example/map.xml\n")]
    [InlineData("Sitemap: https://birds.example/map.xml\nUser-Agent: otter\nAllow: /pond\nUser-Agent: heron\n\n\n")]
    public void Sitemaps_OfNoGroup_AreForEveryone(string robots) =>
        Assert.Equal(["https://birds.example/map.xml"], RobotsRules.Parse(robots, "crane").Sitemaps);

    // Section 2.2.2: path and query, without the fragment. What is compared is seen by a pattern that fits exactly.
    [Theory]
    [InlineData("", "/")]
    [InlineData("http://www.birds.example", "/")]
    [InlineData("http://www.birds.example/", "/")]
    [InlineData("http://www.birds.example/fen", "/fen")]
    [InlineData("http://www.birds.example/fen/", "/fen/")]
    [InlineData("http://www.birds.example/fen/1?to=http://fish.example/", "/fen/1?to=http://fish.example/")]
    [InlineData("http://www.birds.example/fen/1?x=2&y=3#top", "/fen/1?x=2&y=3")]
    [InlineData("http://birds.example", "/")]
    [InlineData("http://birds.example/", "/")]
    [InlineData("http://birds.example/fen", "/fen")]
    [InlineData("http://birds.example/fen/", "/fen/")]
    [InlineData("http://birds.example/fen/1?x=2&y=3#top", "/fen/1?x=2&y=3")]
    [InlineData("http://owl", "/")]
    [InlineData("http://owl/", "/")]
    [InlineData("/fen", "/fen")]
    [InlineData("http://owl/fen", "/fen")]
    [InlineData("http://birds.example?x", "/?x")]
    [InlineData("http://birds.example/fen;x#top", "/fen;x")]
    [InlineData("http://owl/fen/1", "/fen/1")]
    public void Allows_Url_ByItsPathAndQuery(string url, string compared) =>
        Assert.False(RobotsRules.Parse($"user-agent: *\ndisallow: {compared}$", "Otter").Allows(At(url)));

    // Section 2.2.2: other octets than those of URLs are encoded, and encoded ones have capital digits.
    [Theory]
    [InlineData("http://www.birds.example", "http://www.birds.example")]
    [InlineData("/fen/pond/1", "/fen/pond/1")]
    [InlineData("ñ", "%C3%B1")]
    [InlineData("%bc", "%BC")]
    public void Encode_Pattern_HasOneSpelling(string text, string expected) =>
        Assert.Equal(expected, RobotsPattern.Encode(text));

    private static Uri At(string url) =>
        new(url.StartsWith("http", StringComparison.Ordinal) ? url : "http://birds.example" + url);
}
