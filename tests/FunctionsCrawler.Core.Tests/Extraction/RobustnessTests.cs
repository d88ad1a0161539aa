using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Hostile;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class RobustnessTests
{
    [Theory]
    [InlineData("div")]
    [InlineData("span")]
    [InlineData("b")]
    [InlineData("blockquote")]
    [InlineData("ul><li")]
    [InlineData("dl><dd")]
    [InlineData("table><tr><td")]
    [InlineData("a href=/x><table><tr><td")]
    [InlineData("code")]
    [InlineData("h1")]
    public void Nesting_TenThousandDeep_KeepsTheText(string tags)
    {
        var html = string.Concat(Enumerable.Repeat($"<{tags}>", 10_000)) + "innermost";
        ExtractedPage? page = null;
        // The smallest stack that a host is likely to use. An overflow would crash the test process.
        var thread = new Thread(
            () =>
            {
                page = HtmlExtractor.Extract(html, RoundTrip.PageUrl);
                HtmlExtractor.Extract(html, RoundTrip.PageUrl, FullExtraction.WithCss);
                HtmlExtractor.Extract(html, RoundTrip.PageUrl, FullExtraction.WithXPath);
            },
            512 * 1024
        );
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(60)));
        Assert.Contains("innermost", page!.Markdown, StringComparison.Ordinal);
        Assert.InRange(page.Markdown.Length, 9, 100_000);
    }

    [Theory]
    [InlineData("<p>a</p>")]
    [InlineData("a<br>")]
    [InlineData("<b>a</b> <i>b</i>")]
    [InlineData("<li>a")]
    [InlineData("<a href=x>a</a>")]
    [InlineData("<tr><td>a<td>b")]
    [InlineData("_")]
    [InlineData("&amp;")]
    [InlineData("[")]
    public void Page_TenTimesTheSize_TakesAboutTenTimesAsLong(string piece)
    {
        var (small, large) = (Repeat(piece, 10_000), Repeat(piece, 100_000));
        HtmlExtractor.Extract(small, RoundTrip.PageUrl);
        var (one, ten) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        // Quadratic time would be a factor of 100. A busy machine only adds time, so take the best of several measurements.
        for (var attempt = 0; attempt < 20 && !IsLinear(); attempt++)
        {
            one = Min(one, Measure(small));
            ten = Min(ten, Measure(large));
        }
        Assert.True(IsLinear(), $"{one.TotalMilliseconds} ms became {ten.TotalMilliseconds} ms.");

        bool IsLinear() =>
            ten.TotalMilliseconds <= Math.Max(one.TotalMilliseconds * 40, 500) && ten < TimeSpan.MaxValue;
    }

    [Theory]
    [InlineData("<table><tr><td colspan=1000000000>a<td rowspan=1000000000>b</table>")]
    [InlineData("<table><tr><td colspan=-1>a<td rowspan=0>b<td colspan=99999999999999999999>c</table>")]
    [InlineData("<ol start=99999999999><li>a<li value=2147483647>b<li>c</ol>")]
    [InlineData("<frameset><frame src=x></frameset>")]
    [InlineData("<a href='http://\ud800'>\udfff\0</a><img src='http://[' alt=a><base href='::'>")]
    [InlineData("<script type='application/ld+json'>{\"a\":\"\ud800\"}</script>")]
    [InlineData("</p></br></td><![CDATA[x]]><?x ?><!doctype")]
    [InlineData("<math><annotation-xml encoding='text/html'><p>a</math><svg><foreignObject><p>b")]
    public void Markup_Absurd_DoesNotThrow(string html) =>
        Assert.All(
            [new ExtractionPlan(PageFormats.Standard), FullExtraction.WithCss, FullExtraction.WithXPath],
            plan => Assert.InRange(HtmlExtractor.Extract(html, RoundTrip.PageUrl, plan).Markdown.Length, 0, 100_000)
        );

    private static TimeSpan Measure(string html)
    {
        var start = TimeProvider.System.GetTimestamp();
        HtmlExtractor.Extract(html, RoundTrip.PageUrl);
        return TimeProvider.System.GetElapsedTime(start);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static string Repeat(string piece, int count) =>
        new StringBuilder(piece.Length * count).Insert(0, piece, count).ToString();
}
