using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Urls;

public sealed class UrlRegexTests
{
    [Theory]
    [InlineData("re:^/docs/v[0-9]+/", "https://a.example/docs/v12/x", true)]
    [InlineData("path:docs$", "https://a.example/x/docs?y", true)]
    [InlineData("path:^/x/docs$", "https://a.example/x/docs?y", true)]
    [InlineData("path:docs", "https://docs.example/x?docs", false)]
    [InlineData("re:^/docs/v[0-9]+/", "https://a.example/x/docs/v12/", false)]
    [InlineData("re:/docs/", "https://a.example/x/docs/y", true)]
    [InlineData("re:^https://(a|b)\\.example/", "https://b.example/x", true)]
    [InlineData("re:^https://(a|b)\\.example/", "https://c.example/?https://b.example/", false)]
    [InlineData("re:\\?print=", "https://a.example/?print=1", true)]
    [InlineData("re:PRINT", "https://a.example/print", false)]
    [InlineData("/docs/*", "https://a.example/docs/x", true)]
    public void IsMatch_UrlOrPath_AsWritten(string text, string url, bool expected)
    {
        Assert.True(UrlPattern.TryParse(text, out var pattern, out var fault), fault);
        Assert.Equal(expected, pattern.IsMatch(new Uri(url)));
    }

    [Theory]
    [InlineData("re:", "has 0 characters; 1 to 1024 are allowed")]
    [InlineData("re:(", "The regular expression \"(\" is not valid")]
    [InlineData("re:(?=a)b", "uses look-around, a back-reference or an atomic group")]
    [InlineData("re:(a)\\1", "uses look-around, a back-reference or an atomic group")]
    [InlineData("re:((a{100}){100}){100}", "multiply to more than 1000")]
    [InlineData("re:a{1,99999999999999999999}", "multiply to more than 1000")]
    [InlineData("a*", "The glob \"a*\" can match no URL")]
    public void TryParse_Invalid_SaysWhy(string text, string reason)
    {
        Assert.False(UrlPattern.TryParse(text, out _, out var fault));
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_TooLong_IsRefused() =>
        Assert.False(UrlPattern.TryParse("re:" + new string('a', UrlRegex.MaxLength + 1), out _, out _));

    // Each takes exponential or quadratic time, or an automaton of millions of states, in engines that are not careful.
    [Theory]
    [InlineData("re:^(a|aa)+$")]
    [InlineData("re:(a*)*b")]
    [InlineData("re:(.*a){20}")]
    [InlineData("re:a.{999}b")]
    [InlineData("re:(a?){500}a{2}")]
    public void IsMatch_HostileExpression_TakesLittleTime(string text)
    {
        Assert.True(UrlPattern.TryParse(text, out var pattern, out var fault), fault);
        var url = new Uri("https://a.example/" + new string('a', 4000));
        var started = TimeProvider.System.GetTimestamp();

        for (var i = 0; i < 10; i++)
            pattern.IsMatch(url);

        // Generous: it takes milliseconds.
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 30);
    }
}
