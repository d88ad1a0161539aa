using FunctionsCrawler.Extraction;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Core.Tests.Orchestration;

public class CountingTests
{
    [Fact]
    public void BusyTime_Intervals_CountsWhatIsCoveredOnce()
    {
        var busy = new BusyTime();
        Assert.Equal(TimeSpan.Zero, busy.Total);
        foreach (var (start, end) in new[] { (50, 60), (0, 10), (5, 12), (6, 7), (12, 13), (55, 55) })
            busy.Add(DateTimeOffset.UnixEpoch.AddSeconds(start), DateTimeOffset.UnixEpoch.AddSeconds(end));
        Assert.Equal(TimeSpan.FromSeconds(23), busy.Total);
    }

    [Fact]
    public void PageCounts_Errors_AreFailedUnlessTheyAreSkips()
    {
        var counts = PageCounts.Of([Page(null), .. Enum.GetValues<ErrorCode>().Select(code => Page(code))]);
        Assert.Equal((1, 1, 1, 1), (counts.Succeeded, counts.Robots, counts.Scope, counts.Binary));
        Assert.Equal(Enum.GetValues<ErrorCode>().Length - 3, counts.Failed);
        Assert.Equal(counts.Failed + 1, counts.TowardsLimit);
        Assert.Equal(counts.TowardsLimit + 3, counts.Total);
        Assert.Equal(2 * counts.Total, (counts + counts).Total);
    }

    [Fact]
    public void ChunkHeaders_Records_AreBrieflyStatedWithEachLinkOnce()
    {
        var header = ChunkHeaders.Of([
            Page(null) with
            {
                FinalUrl = "http://h/",
                Bytes = 3,
                Links = [Link("http://h/1"), Link("http://h/2"), Link("http://h/1")],
            },
            Page(ErrorCode.Timeout) with
            {
                Bytes = 4,
            },
            Page(null) with
            {
                FinalUrl = "http://h/else",
                RenderedBy = RenderedBy.Browser,
                Links = [Link("http://h/2"), Link("http://h/3")],
            },
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

    private static PageLink Link(string url) => new(url, "text", true);
}
