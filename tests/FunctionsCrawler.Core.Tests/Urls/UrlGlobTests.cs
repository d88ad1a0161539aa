using System.Diagnostics;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Urls;

public class UrlGlobTests
{
    [Theory]
    [InlineData("https://a.example/docs/**", "https://a.example/docs/", true)]
    [InlineData("https://a.example/docs/**", "https://a.example/docs/x/y?z", true)]
    [InlineData("https://a.example/docs/**", "https://a.example/docs", false)]
    [InlineData("https://a.example/docs/**", "https://a.example/Docs/", false)]
    [InlineData("https://a.example/docs/*", "https://a.example/docs/x", true)]
    [InlineData("https://a.example/docs/*", "https://a.example/docs/x/y", false)]
    [InlineData("https://*.example/", "https://a.b.example/", true)]
    [InlineData("https://*.example/", "https://a.b.example/c.example/", false)]
    [InlineData("**/docs/**", "https://a.example/en/docs/x", true)]
    [InlineData("**/docs/**", "https://a.example/en/docs", false)]
    [InlineData("***.html", "https://a.example/x/y.html", true)]
    [InlineData("http*://a.example/", "https://a.example/", true)]
    [InlineData("/docs/**", "https://a.example/docs/x", true)]
    [InlineData("/docs/**", "https://a.example/en/docs/x", false)]
    [InlineData("/docs/*?page=*", "https://a.example/docs/x?page=2", true)]
    [InlineData("/docs/x?", "https://a.example/docs/xy", false)]
    [InlineData("/**?**", "https://a.example/docs", false)]
    [InlineData("/a.b(c)+[d]", "https://a.example/a.b(c)+[d]", true)]
    [InlineData("/a.b", "https://a.example/axb", false)]
    [InlineData("/a", "https://a.example/a/", false)]
    public void IsMatch_Url_MatchesTheWholeUrl(string glob, string url, bool expected) =>
        Assert.Equal(expected, Parse(glob).IsMatch(new Uri(url)));

    [Theory]
    [InlineData("", "has 0 characters")]
    [InlineData("example.com/**", "must begin with **, /, http:// or https://")]
    [InlineData("docs/*", "must begin with **, /, http:// or https://")]
    [InlineData("ftp://**", "must begin with **, /, http:// or https://")]
    [InlineData("/a b", "percent-encoded")]
    [InlineData("/é", "percent-encoded")]
    [InlineData("/a#b", "without their fragment")]
    public void TryParse_CanMatchNoUrl_IsAFault(string glob, string expected)
    {
        Assert.False(UrlGlob.TryParse(glob, out _, out var fault));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_TooLong_IsAFault()
    {
        Assert.True(UrlGlob.TryParse("/".PadRight(UrlGlob.MaxLength, 'a'), out _, out _));
        Assert.False(UrlGlob.TryParse("/".PadRight(UrlGlob.MaxLength + 1, 'a'), out _, out _));
    }

    [Fact]
    public void IsMatch_AnyGlobAndUrl_AgreesWithAReferenceMatcher()
    {
        // Pieces of a glob, each with its text in the URL. Long runs make the states cross words of 64 bits.
        var run = new string('a', 61);
        (string Glob, string Path)[] pieces =
        [
            ("a", "a"),
            ("b", "b"),
            (".", "."),
            ("/", "/"),
            ("?", "?"),
            (run, run),
            ("*", ""),
            ("*", "ab"),
            ("*", run),
            ("**", "/a/b"),
            ("**", "b"),
            ("*", "/"),
            (".", "a"),
        ];
        var cases = Gen.Elements(pieces)
            .ArrayOf()
            .Select(chosen =>
                (
                    Glob: "/" + string.Concat(chosen.Select(piece => piece.Glob)),
                    Url: new Uri("http://h/" + string.Concat(chosen.Select(piece => piece.Path)))
                )
            );
        var matched = 0;
        Prop.ForAll(
                cases.Where(c => c.Glob.Length <= UrlGlob.MaxLength).ToArbitrary(),
                c =>
                {
                    var isMatch = Parse(c.Glob).IsMatch(c.Url);
                    matched += isMatch ? 1 : 0;
                    return isMatch == ReferenceMatch(c.Glob, c.Url.PathAndQuery);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(30));
        Assert.InRange(matched, 100, 900);
    }

    [Fact]
    public void IsMatch_GlobLongerThan64Characters_MatchesOnlyTheSameText()
    {
        var path = "/" + new string('a', 500);
        Assert.True(Parse(path).IsMatch(new Uri("http://h" + path)));
        Assert.True(Parse(path + "*").IsMatch(new Uri("http://h" + path + "b")));
        Assert.False(Parse(path).IsMatch(new Uri("http://h" + path + "a")));
        Assert.False(Parse(path + "a").IsMatch(new Uri("http://h" + path)));
    }

    [Theory]
    [InlineData("*a")]
    [InlineData("**a")]
    [InlineData("**a*")]
    public void IsMatch_GlobThatWouldBacktrack_TakesLessThanASecond(string unit)
    {
        var glob = Parse("/" + string.Concat(Enumerable.Repeat(unit, UrlGlob.MaxLength / unit.Length - 1)) + "b");
        var url = new Uri("http://a/".PadRight(UrlNormalizer.MaxLength, 'a'));
        var watch = Stopwatch.StartNew();
        Assert.False(glob.IsMatch(url));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    /// <summary>
    /// A simple matcher by dynamic programming: it iterates over the tokens of the glob, whereas <see cref="UrlGlob"/>
    /// iterates over the characters of the URL.
    /// </summary>
    private static bool ReferenceMatch(string glob, string text)
    {
        var isReached = new bool[text.Length + 1];
        isReached[0] = true;
        foreach (var token in Regex.Matches(glob, @"\*+|.", RegexOptions.NonBacktracking).Select(match => match.Value))
        {
            var next = new bool[isReached.Length];
            for (var i = 0; i < next.Length; i++)
                next[i] = token switch
                {
                    "*" => isReached[i] || (i > 0 && next[i - 1] && text[i - 1] != '/'),
                    ['*', ..] => isReached[i] || (i > 0 && next[i - 1]),
                    _ => i > 0 && isReached[i - 1] && text[i - 1] == token[0],
                };
            isReached = next;
        }
        return isReached[^1];
    }

    private static UrlGlob Parse(string text)
    {
        Assert.True(UrlGlob.TryParse(text, out var glob, out var fault), fault);
        return glob;
    }
}
