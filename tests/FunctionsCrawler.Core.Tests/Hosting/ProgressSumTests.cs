using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Hosting;

public class ProgressSumTests
{
    private readonly List<CrawlProgress> _published = [];
    private readonly ProgressSum _sum;

    public ProgressSumTests() => _sum = new ProgressSum("crawl", new CrawlProgress(), _published.Add);

    [Fact]
    public void Set_SegmentsRun_TheirRecordsAreAdded()
    {
        _sum.Set(null, Whole(done: 10, queued: 90, 0, 1));
        _sum.Set("crawl:0002:000", Segment(3));
        _sum.Set("crawl:0002:001", Segment(4));
        _sum.Set("crawl:0002:000", Segment(5));

        Assert.Equal([10, 13, 17, 19], _published.Select(p => p.Pages.Succeeded));
        Assert.Equal([90, 87, 83, 81], _published.Select(p => p.Queued));
        Assert.All(_published, p => Assert.Equal(2, p.Wave));
    }

    [Fact]
    public void Set_SegmentEnds_IsCountedOnce()
    {
        _sum.Set(null, Whole(done: 0, queued: 50, 0, 1));
        _sum.Set("crawl:0002:000", Segment(20));
        _sum.Set("crawl:0002:001", Segment(5));
        // Both have ended, but the main orchestration counts them one by one.
        _sum.Set(null, Whole(done: 20, queued: 30, 1));
        _sum.Set(null, Whole(done: 25, queued: 25));

        Assert.Equal([0, 20, 25, 25, 25], _published.Select(p => p.Pages.Succeeded));
    }

    [Fact]
    public void Set_WaveIsResumed_NothingIsPublishedUntilTheProgressBeforeIsReached()
    {
        var sum = new ProgressSum("crawl", Segment(30), _published.Add);
        sum.Set(null, Whole(done: 10, queued: 40, 0));
        sum.Set("crawl:0002:000", Segment(10));
        sum.Set("crawl:0002:000", Segment(20));
        sum.Set("crawl:0002:000", Segment(25));

        Assert.Equal([30, 35], _published.Select(p => p.Pages.Succeeded));
    }

    private static CrawlProgress Whole(int done, int queued, params int[] running) =>
        Segment(done) with
        {
            Queued = queued,
            Segments = running,
        };

    private static CrawlProgress Segment(int done) =>
        new()
        {
            Wave = 2,
            Pages = new PageCounts { Succeeded = done },
        };
}
