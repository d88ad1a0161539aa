using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Core.Tests.Activities;

public class CountingTests
{
    [Fact]
    public void BusyTime_OverlappingIntervals_LengthOfTheUnion()
    {
        var busy = new BusyTime();
        Assert.Equal(TimeSpan.Zero, busy.Total);
        foreach (var (start, end) in new[] { (50, 60), (0, 10), (5, 12), (6, 7), (12, 13), (55, 55) })
            busy.Add(DateTimeOffset.UnixEpoch.AddSeconds(start), DateTimeOffset.UnixEpoch.AddSeconds(end));
        Assert.Equal(TimeSpan.FromSeconds(23), busy.Total);
    }

    [Fact]
    public void PageCounts_Errors_FailedOrSkipped()
    {
        var counts = PageCounts.Of([Page(null), .. Enum.GetValues<ErrorCode>().Select(code => Page(code))]);
        Assert.Equal((1, 1, 1, 1), (counts.Succeeded, counts.Robots, counts.Scope, counts.Binary));
        Assert.Equal(Enum.GetValues<ErrorCode>().Length - 3, counts.Failed);
        Assert.Equal(counts.Failed + 1, counts.TowardsLimit);
        Assert.Equal(counts.TowardsLimit + 3, counts.Total);
        Assert.Equal(2 * counts.Total, (counts + counts).Total);
    }

    [Fact]
    public void ChunkHeaders_Pages_OneEntryPerRecordAndEachLinkOnce()
    {
        var header = ChunkHeaders.Of([
            Scraped(Page(null) with { FinalUrl = "http://h/", Bytes = 3 }, "http://h/1", "http://h/2", "http://h/1"),
            Scraped(Page(ErrorCode.Timeout) with { Bytes = 4 }),
            Scraped(
                Page(null) with
                {
                    FinalUrl = "http://h/else",
                    RenderedBy = RenderedBy.Browser,
                },
                "http://h/2",
                "http://h/3"
            ),
        ]);
        Assert.Equal(
            [
                new("http://h/", null, null),
                new("http://h/", null, ErrorCode.Timeout),
                new("http://h/", "http://h/else", null),
            ],
            header.Entries
        );
        Assert.Equal([new("http://h/1", 0), new("http://h/2", 0), new("http://h/3", 2)], header.Links);
        Assert.Equal((7L, 1, 2), (header.Bytes, header.Rendered, header.Pages.Succeeded));
    }

    private static PageRecord Page(ErrorCode? code) =>
        new() { Url = "http://h/", Error = code is { } c ? new PageError(c, "why") : null };

    private static ScrapedPage Scraped(PageRecord record, params string[] links) =>
        new(record) { Outlinks = [.. links.Select(url => new Outlink(url))] };
}
