using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FunctionsCrawler.Benchmarks.Sites;

namespace FunctionsCrawler.Cli.Tests.Benchmarks;

public partial class DocumentPagesTests
{
    [Fact]
    public void Html_Twice_IsTheSame() => Assert.Equal(new DocumentPages(50).Html(7), new DocumentPages(50).Html(7));

    [Fact]
    public void Html_AnyPage_Has40To100Kilobytes()
    {
        var site = new DocumentPages(200);

        Assert.All(
            Enumerable.Range(0, 200),
            number => Assert.InRange(Encoding.UTF8.GetByteCount(site.Html(number)), 40_000, 100_000)
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(205)]
    public void Links_FromTheFirstPage_ReachEachPageInTwoSteps(int count)
    {
        var site = new DocumentPages(count);
        HashSet<int> found = [0];

        found.UnionWith(Links(site.Html(0)));
        found.UnionWith([.. found.SelectMany(page => Links(site.Html(page)))]);

        Assert.Equal(Enumerable.Range(0, count), found.Order());
    }

    [Fact]
    public void Index_OfOnePage_Has1500Links() =>
        Assert.InRange(Links(new DocumentPages(3000).Index(0)).Count(), 1500, 1700);

    private static IEnumerable<int> Links(string html) =>
        Link()
            .Matches(html)
            .Select(link => int.Parse(link.Groups["page"].Value, CultureInfo.InvariantCulture))
            .Distinct();

    [GeneratedRegex("""href="/p/(?<page>\d+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
