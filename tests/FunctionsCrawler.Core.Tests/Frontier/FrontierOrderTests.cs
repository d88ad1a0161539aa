using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Core.Tests.Frontier;

public sealed class FrontierOrderTests
{
    private static readonly FrontierUrl[] Found =
    [
        Url("/api/deep/er", 1),
        Url("/blog/api", 2, "2026-01-01"),
        Url("/blog/old", 2, "2020-01-01"),
        Url("/blog/new", 1, "2026-02-02"),
        Url("/", 3),
    ];

    private static readonly FrontierUrl[] HandedBack = [Url("/again", 2), Url("/first", 0)];

    [Theory]
    [InlineData(CrawlOrder.BreadthFirst, "/first /api/deep/er /blog/new /again /blog/api /blog/old /")]
    [InlineData(CrawlOrder.DepthFirst, "/first /again / /blog/api /blog/old /api/deep/er /blog/new")]
    [InlineData(CrawlOrder.BestFirst, "/first /again /blog/api /api/deep/er / /blog/new /blog/old")]
    public async Task Sort_Order_StartPagesFirstThenThoseHandedBack(CrawlOrder order, string expected) =>
        Assert.Equal(expected, await SortedAsync(new CrawlRequest { Order = order, Keywords = ["API"] }));

    [Theory]
    [InlineData(RankCriterion.Freshness, "/first /again /blog/new /blog/api /blog/old /api/deep/er /")]
    [InlineData(RankCriterion.PathDepth, "/first /again / /blog/api /blog/old /blog/new /api/deep/er")]
    public async Task Sort_OneCriterion_EqualsStayAsFound(RankCriterion criterion, string expected) =>
        Assert.Equal(
            expected,
            await SortedAsync(new CrawlRequest { Order = CrawlOrder.BestFirst, RankBy = [criterion] })
        );

    [Fact]
    public async Task Take_BestFirst_WaveMixesDepthsAndEndsAfterOneChunkPerLane()
    {
        var request = new CrawlRequest
        {
            Order = CrawlOrder.BestFirst,
            Concurrency = 10,
            PagesPerBrowser = 5,
        };
        var few = Enumerable.Range(0, 60).Select(i => Url($"/{i}", i % 3 + 1)).ToList();
        var many = Enumerable.Range(0, 4000).Select(i => Url($"/{i}", 1)).ToList();

        var (taken, waiting) = await FrontierQueueTests.TakeAsync(few, 1000, request);

        Assert.Equal(few.Take(50), taken);
        Assert.Equal(few.Skip(50), waiting);
        Assert.Equal(7, (await FrontierQueueTests.TakeAsync(few, 7, request)).Taken.Count);
        // So that the number of waves grows with the logarithm of what waits.
        Assert.Equal(500, (await FrontierQueueTests.TakeAsync(many, 10_000, request)).Taken.Count);
    }

    [Fact]
    public async Task Take_DepthFirst_AllStartPagesAreOneWave()
    {
        var request = new CrawlRequest { Order = CrawlOrder.DepthFirst };
        List<FrontierUrl> urls = [.. Enumerable.Range(0, 80).Select(i => Url($"/{i}", 0)), Url("/x", 1)];

        Assert.Equal(80, (await FrontierQueueTests.TakeAsync(urls, 1000, request)).Taken.Count);
    }

    [Fact]
    public async Task Take_PdfIsContent_CountsTowardsTheLimit()
    {
        FrontierUrl[] urls = [Url("/a.pdf", 1), Url("/b.PDF?x", 1), Url("/c.zip", 1), Url("/d", 1)];

        Assert.Equal(4, (await FrontierQueueTests.TakeAsync(urls, 1, new CrawlRequest())).Taken.Count);
        Assert.Single(
            (await FrontierQueueTests.TakeAsync(urls, 1, new CrawlRequest { Types = [ContentKind.Pdf] })).Taken
        );
    }

    private static async Task<string> SortedAsync(CrawlRequest request)
    {
        using var queue = new FrontierQueue([
            new MemoryRun(FrontierOrder.Sort(HandedBack, areHandedBack: true, request), true, request),
            new MemoryRun(FrontierOrder.Sort(Found, areHandedBack: false, request), false, request),
        ]);
        return string.Join(
            ' ',
            (await FrontierQueueTests.TakeAllAsync(queue)).Select(u => new Uri(u.Url).PathAndQuery)
        );
    }

    private static FrontierUrl Url(string path, int depth, string? date = null) =>
        new(
            "https://a.example" + path,
            depth,
            null,
            LastMod: date is null ? null : DateTimeOffset.Parse(date + "T00:00:00Z", null)
        );
}
