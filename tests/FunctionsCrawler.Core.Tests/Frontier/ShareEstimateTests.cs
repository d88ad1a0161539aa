using FsCheck;
using FsCheck.Fluent;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Core.Tests.Frontier;

public sealed class ShareEstimateTests
{
    [Fact]
    public void Of_Batch_IsTheWholeCrawl()
    {
        var share = ShareEstimate.Of(null, new PageCounts(), 40, 0, 0, new CrawlRequest { Mode = CrawlMode.Batch });

        Assert.Equal([0, 2500, 10_000, 10_000], new[] { 0, 10, 40, 50 }.Select(share.At));
    }

    [Fact]
    public void Of_PageLimit_EndsTheEstimate()
    {
        var request = new CrawlRequest { MaxDepth = 1000, MaxPages = 100 };

        Assert.Equal(100, ShareEstimate.Of(null, new PageCounts(), 1, 0, 0, request).To);
        Assert.Equal(10_000, ShareEstimate.Of(null, new PageCounts { Succeeded = 60 }, 40, 5000, 3, request).To);
    }

    // Each wave: how many URLs it has, how many wait, and how many of them were handed back without a record.
    [Fact]
    public void At_AnyGrowthOfTheFrontier_NeverFalls() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(
                Gen.Choose(1, 500).Three().ListOf().Select(l => l.ToList()).ToArbitrary(),
                waves =>
                {
                    var request = new CrawlRequest { MaxDepth = 5, MaxPages = 2000 };
                    WavePlan? previous = null;
                    var (records, shown) = (0, 0);
                    for (var depth = 0; depth < waves.Count; depth++)
                    {
                        var (planned, waiting, handedBack) = waves[depth];
                        var pages = new PageCounts { Succeeded = records };
                        var share = ShareEstimate.Of(previous, pages, planned, waiting, depth, request);
                        for (var end = records + Math.Max(0, planned - handedBack); records < end; records++)
                            shown = AssertRises(shown, share.At(records));
                        shown = AssertRises(shown, share.At(records));
                        previous = Plan(share);
                    }
                }
            )
        );

    private static int AssertRises(int before, int now)
    {
        Assert.InRange(now, before, WaveShare.Whole);
        return now;
    }

    private static WavePlan Plan(WaveShare share) =>
        new()
        {
            Depth = 0,
            LaneChunks = [1],
            Planned = share.Planned,
            Waiting = 0,
            Inputs = "",
            Segments = [],
            Roots = [],
            Pages = new PageCounts(),
            OutOfScope = 0,
            TooDeep = 0,
            Duplicates = 0,
            Share = share,
        };
}
