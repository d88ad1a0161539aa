using FunctionsCrawler.Fetching;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Core.Tests.Frontier;

public class FrontierGrowthTests
{
    private static readonly CrawlRequest Request = new() { Urls = ["http://h/0"], MaxDepth = 2 };

    [Fact]
    public void Seed_UrlsGivenTwice_AreTakenOnceAndCounted()
    {
        var frontier = new FrontierGrowth(Request with { Urls = ["http://h/0", "http://H:80/0#x", "http://h/1"] });
        frontier.Seed();
        Assert.Equal(["http://h/0", "http://h/1"], frontier.Urls.Select(u => u.Url));
        Assert.Equal(["http://h/0", "http://h/1"], frontier.Roots);
        Assert.Equal(1, frontier.Duplicates);
    }

    [Fact]
    public void Urls_HandBacksBacklogAndLinks_ComeByDepthThenInThatOrder()
    {
        var handedBack = new FrontierUrl("http://h/late", 1, null);
        var frontier = Grow(
            Request,
            Plan(depth: 1),
            [new FrontierUrl("http://h/old2", 2, null), new FrontierUrl("http://h/old1", 1, null)],
            Header(["http://h/a", "http://h/b"], [("http://h/z", 0), ("http://h/y", 1)]),
            Header(["http://h/c"], [("http://h/z", 0), ("http://h/x", 0)]) with
            {
                Unfinished =
                [
                    new UnfinishedUrl(handedBack, HandBackReason.Deadline),
                    new UnfinishedUrl(handedBack with { Url = "http://h/big" }, HandBackReason.Memory),
                    new UnfinishedUrl(handedBack with { Url = "http://h/drained" }, HandBackReason.Drain),
                    new UnfinishedUrl(handedBack with { Url = "http://h/shed" }, HandBackReason.MemoryUntouched),
                ],
            }
        );
        Assert.Equal(
            ["late 1", "big 1", "drained 1", "shed 1", "old1 1", "old2 2", "z 2", "y 2", "x 2"],
            frontier.Urls.Select(u => $"{u.Url[9..]} {u.Depth}")
        );
        Assert.Equal(["http://h/big"], frontier.Urls.Where(u => u.MemoryHandBacks == 1).Select(u => u.Url));
        // The parent is the first page that has the link.
        Assert.Equal(
            ["http://h/a", "http://h/b", "http://h/c"],
            frontier.Urls.Where(u => u.Parent is not null).Select(u => u.Parent)
        );
    }

    [Fact]
    public void Add_LinksOutOfScopeOrTooDeep_AreCountedOnce()
    {
        (string, int)[] links = [("http://other/1", 0), ("http://other/2", 0), ("http://h/deep", 0), ("no url", 0)];
        var frontier = Grow(Request, Plan(depth: 2), [], Header(["http://h/a"], links), Header(["http://h/b"], links));
        Assert.Empty(frontier.Urls);
        Assert.Equal((2, 1), (frontier.OutOfScope, frontier.TooDeep));

        var again = new FrontierGrowth(Request);
        again.GoOn(
            Plan(depth: 2) with
            {
                OutOfScope = 2,
                TooDeep = 1,
                Duplicates = 5,
            },
            [
                [.. frontier.Visited.Added.Order()],
            ],
            []
        );
        again.Add(Header(["http://h/c"], links));
        Assert.Equal((2, 1, 5), (again.OutOfScope, again.TooDeep, again.Duplicates));
    }

    [Fact]
    public void AddRoots_StartPageRedirectedElsewhere_OpensThatScopeForAllChunks()
    {
        var redirected = new ChunkHeader
        {
            Pages = new PageCounts { Succeeded = 1 },
            Entries =
            [
                new ChunkEntry("http://h/0", "http://www.h/0", null),
                new ChunkEntry("http://h/1", "http://bad/", ErrorCode.Http4xx),
            ],
            Links = [],
        };
        var linking = Header(["http://h/2"], [("http://www.h/3", 0), ("http://bad/4", 0)]);
        var frontier = Grow(Request, Plan(depth: 0) with { Roots = ["http://h/0"] }, [], linking, redirected);
        Assert.Equal(["http://h/0", "http://www.h/0"], frontier.Roots);
        Assert.Equal(["http://www.h/3"], frontier.Urls.Select(u => u.Url));

        var deeper = Grow(Request, Plan(depth: 1) with { Roots = ["http://h/0"] }, [], linking, redirected);
        Assert.Equal(["http://h/0"], deeper.Roots);
    }

    [Fact]
    public void Add_Batch_FollowsNoLinks()
    {
        var frontier = Grow(
            Request with
            {
                Mode = CrawlMode.Batch,
            },
            Plan(depth: 0),
            [],
            Header(["http://h/0"], [("http://h/1", 0), ("http://other/", 0)])
        );
        Assert.Empty(frontier.Urls);
        Assert.Equal(0, frontier.OutOfScope);
        Assert.Equal(1, frontier.Pages.Succeeded);
    }

    [Fact]
    public void Add_MoreLinksThanMayWait_CountsTheRestAsLeftToTheLimit()
    {
        var frontier = new FrontierGrowth(Request, maxWaiting: 3);
        frontier.GoOn(Plan(depth: 0), [], [new FrontierUrl("http://h/waits", 1, null)]);
        var header = Header(["http://h/0"], [.. Enumerable.Range(1, 5).Select(i => ($"http://h/{i}", 0))]);
        frontier.AddRoots(header);
        frontier.Add(header);
        Assert.Equal(["http://h/waits", "http://h/1", "http://h/2"], frontier.Urls.Select(u => u.Url));
        Assert.Equal(3, frontier.TooDeep);
    }

    [Fact]
    public void Pages_RecordsOfAllWaves_AreSummed()
    {
        var plan = Plan(depth: 1) with
        {
            Pages = new PageCounts { Succeeded = 3, Binary = 2 },
        };
        var frontier = Grow(Request, plan, [], Header(["http://h/a", "http://h/b"], []), Header(["http://h/c"], []));
        Assert.Equal(
            (6, 2, 8, 6),
            (frontier.Pages.Succeeded, frontier.Pages.Skipped, frontier.Pages.Total, frontier.Pages.TowardsLimit)
        );
    }

    private static FrontierGrowth Grow(
        CrawlRequest request,
        WavePlan plan,
        FrontierUrl[] backlog,
        params ChunkHeader[] headers
    )
    {
        var frontier = new FrontierGrowth(request);
        frontier.GoOn(plan, [], backlog);
        Array.ForEach(headers, frontier.AddRoots);
        Array.ForEach(headers, frontier.Add);
        return frontier;
    }

    private static ChunkHeader Header(string[] pages, (string Url, int Page)[] links) =>
        new()
        {
            Pages = new PageCounts { Succeeded = pages.Length },
            Entries = [.. pages.Select(p => new ChunkEntry(p, null, null))],
            Links = [.. links.Select(l => new ChunkLink(l.Url, l.Page))],
        };

    private static WavePlan Plan(int depth) =>
        new()
        {
            Depth = depth,
            LaneChunks = [1],
            Planned = 1,
            Waiting = 0,
            Inputs = "inputs/",
            Backlog = null,
            Segments = [],
            Roots = ["http://h/0"],
            Pages = new PageCounts(),
            OutOfScope = 0,
            TooDeep = 0,
            Duplicates = 0,
        };
}
