using FunctionsCrawler.Cli.Soak;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Tests.Soak;

public sealed class SoakPagesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(33)]
    [InlineData(100)]
    public void Pages_AnyRangeOfNumbers_HasTheShareOfHostilePages(int percent)
    {
        var pages = new SoakPages(percent, seed: 5);
        foreach (var first in new[] { 0, 17, 999 })
        {
            var hostile = Enumerable.Range(first, 50).Count(n => IsHostile(pages.PathOf(n)));
            Assert.InRange(hostile, (percent / 2.0) - 1, (percent / 2.0) + 1);
        }
    }

    [Fact]
    public void Pages_LongRange_ContainsEveryTrap()
    {
        var pages = new SoakPages(20, seed: 5);

        var paths = Enumerable.Range(0, 1000).Select(n => pages.PathOf(n)).Where(IsHostile).Select(Rest).Distinct();

        Assert.Empty(Traps.Names.Except(paths));
    }

    [Fact]
    public void Lists_OneBehindAnother_LinkToEachPageOnce()
    {
        var pages = new SoakPages(20, seed: 5);

        var first = pages.LinksOf(10, 8, behind: 4).ToList();

        Assert.Equal([.. Enumerable.Range(10, 4).Select(pages.PathOf), SoakPages.ListPath(14, 4, 0)], first);
        Assert.Equal(Enumerable.Range(14, 4).Select(pages.PathOf), pages.LinksOf(14, 4, behind: 0));
    }

    [Fact]
    public void Plan_SameSeed_IsTheSameAndValid()
    {
        var (one, two, other) = (Requests(1), Requests(1), Requests(2));

        Assert.Equal(one.Select(Print), two.Select(Print));
        Assert.NotEqual(one.Select(Print), other.Select(Print));
        Assert.All(one, request => Assert.Empty(CrawlRequestValidator.Validate(request)));
        // The options vary between crawls.
        Assert.True(one.DistinctBy(r => r.Render).Count() > 1 && one.DistinctBy(r => r.PagesPerBrowser).Count() > 1);
        Assert.True(one.DistinctBy(r => r.Mode).Count() > 1 && one.DistinctBy(r => r.MaxDepth).Count() > 1);

        static string Print(CrawlRequest r) =>
            $"{r.Mode} {r.MaxDepth} {r.Render} {r.PagesPerBrowser} {string.Join(' ', r.Urls)}";
    }

    private static List<CrawlRequest> Requests(int seed)
    {
        var options = new SoakOptions { HostilePercent = 20, Seed = seed };
        var plan = new SoakPlan(options, new Uri("http://127.0.0.1:1/"), new SoakPages(20, seed));
        return [.. Enumerable.Range(1, 40).Select(plan.Next)];
    }

    private static bool IsHostile(string path) => SoakPages.IsHostile("http://127.0.0.1:1" + path);

    private static string Rest(string path) => SoakPages.TryParse(path, out _, out var rest) ? rest : "";
}
