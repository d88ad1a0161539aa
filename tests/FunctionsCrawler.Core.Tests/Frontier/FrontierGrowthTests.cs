using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Frontier;

public class FrontierGrowthTests
{
    private static readonly CrawlRequest Request = new() { Urls = ["http://h/0"], MaxDepth = 2 };

    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Seed_UrlsGivenTwice_AreTakenOnceAndCounted()
    {
        var frontier = New(Request with { Urls = ["http://h/0", "http://H:80/0#x", "http://h/1"] });
        frontier.Seed();
        Assert.Equal(["http://h/0", "http://h/1"], (await UrlsAsync(frontier)).Select(u => u.Url));
        Assert.Equal(["http://h/0", "http://h/1"], frontier.Roots);
        Assert.Equal(1, frontier.Duplicates);
    }

    [Fact]
    public async Task Urls_HandBacksBacklogAndLinks_AreSortedByDepthThenSource()
    {
        var handedBack = new FrontierUrl("http://h/late", 1, null);
        var frontier = await GrowAsync(
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
        var urls = await UrlsAsync(frontier);
        Assert.Equal(
            ["late 1", "big 1", "drained 1", "shed 1", "old1 1", "old2 2", "z 2", "y 2", "x 2"],
            urls.Select(u => $"{u.Url[9..]} {u.Depth}")
        );
        Assert.Equal(["http://h/big"], urls.Where(u => u.MemoryHandBacks == 1).Select(u => u.Url));
        // The parent is the first page that has the link.
        Assert.Equal(
            ["http://h/a", "http://h/b", "http://h/c"],
            urls.Where(u => u.Parent is not null).Select(u => u.Parent)
        );
    }

    [Fact]
    public async Task Add_LinksOutOfScopeOrTooDeep_AreCountedOnce()
    {
        (string, int)[] links = [("http://other/1", 0), ("http://other/2", 0), ("http://h/deep", 0), ("no url", 0)];
        var frontier = await GrowAsync(
            Request,
            Plan(depth: 2),
            [],
            Header(["http://h/a"], links),
            Header(["http://h/b"], links)
        );
        Assert.Empty(await UrlsAsync(frontier));
        Assert.Equal((2, 1), (frontier.OutOfScope, frontier.TooDeep));

        await frontier.FlushAsync(Cancellation);
        var again = New(Request);
        Continue(
            again,
            Plan(depth: 2) with
            {
                OutOfScope = 2,
                TooDeep = 1,
                Duplicates = 5,
                Segments = frontier.Visited.Names,
            }
        );
        await AddAsync(again, Header(["http://h/c"], links));
        Assert.Equal((2, 1, 5), (again.OutOfScope, again.TooDeep, again.Duplicates));
    }

    [Fact]
    public async Task AddRoots_StartPageRedirected_AddsTargetToScopeOfAllChunks()
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
        var frontier = await GrowAsync(
            Request,
            Plan(depth: 0) with
            {
                Roots = ["http://h/0"],
            },
            [],
            linking,
            redirected
        );
        Assert.Equal(["http://h/0", "http://www.h/0"], frontier.Roots);
        Assert.Equal(["http://www.h/3"], (await UrlsAsync(frontier)).Select(u => u.Url));

        var deeper = await GrowAsync(Request, Plan(depth: 1) with { Roots = ["http://h/0"] }, [], linking, redirected);
        Assert.Equal(["http://h/0"], deeper.Roots);
    }

    [Fact]
    public async Task Add_Batch_FollowsNoLinks()
    {
        var frontier = await GrowAsync(
            Request with
            {
                Mode = CrawlMode.Batch,
            },
            Plan(depth: 0),
            [],
            Header(["http://h/0"], [("http://h/1", 0), ("http://other/", 0)])
        );
        Assert.Empty(await UrlsAsync(frontier));
        Assert.Equal(0, frontier.OutOfScope);
        Assert.Equal(1, frontier.Pages.Succeeded);
    }

    [Fact]
    public async Task Add_MoreLinksThanMaxWaiting_LeavesTheRestOutUnvisitedAndNotTooDeep()
    {
        var frontier = await FullAsync();
        Assert.Equal(["http://h/waits", "http://h/1", "http://h/2"], (await UrlsAsync(frontier)).Select(u => u.Url));
        Assert.Equal((3, 0), (frontier.LeftOut, frontier.TooDeep));
        Assert.All(
            ["http://h/3", "http://h/4", "http://h/5"],
            url => Assert.False(frontier.Visited.Contains(UrlHash.Of(url)))
        );

        // Found again while still too many wait, they count once.
        await AddAsync(frontier, Header(["http://h/x"], [("http://h/3", 0), ("http://h/4", 0)]));
        Assert.Equal(3, frontier.LeftOut);
    }

    [Fact]
    public async Task Add_LeftOutUrlFoundAgainWhenFewerWait_IsTakenAndNoLongerLeftOut()
    {
        var full = await FullAsync();
        var later = New(Request, maxWaiting: 3);
        Continue(later, await StoredAsync(full, depth: 1));
        await AddAsync(later, Header(["http://h/waits"], [("http://h/1", 0), ("http://h/4", 0)]));
        Assert.Equal(["http://h/4"], (await UrlsAsync(later)).Select(u => u.Url));
        Assert.Equal(2, later.LeftOut);
        Assert.True(later.Visited.Contains(UrlHash.Of("http://h/4")));
    }

    [Fact]
    public async Task Add_LeftOutUrlFoundAgainTooDeep_IsCountedOnce()
    {
        var full = await FullAsync();
        var later = New(Request, maxWaiting: 3);
        Continue(later, await StoredAsync(full, depth: 2));
        await AddAsync(later, Header(["http://h/waits"], [("http://h/4", 0)]));
        Assert.Equal((3, 0), (later.LeftOut, later.TooDeep));
    }

    [Fact]
    public async Task Pages_RecordsOfAllWaves_AreSummed()
    {
        var plan = Plan(depth: 1) with
        {
            Pages = new PageCounts { Succeeded = 3, Binary = 2 },
        };
        var frontier = await GrowAsync(
            Request,
            plan,
            [],
            Header(["http://h/a", "http://h/b"], []),
            Header(["http://h/c"], [])
        );
        Assert.Equal(
            (6, 2, 8, 6),
            (frontier.Pages.Succeeded, frontier.Pages.Skipped, frontier.Pages.Total, frontier.Pages.TowardsLimit)
        );
    }

    // Three may wait, and six are known of.
    private async Task<FrontierGrowth> FullAsync()
    {
        var frontier = New(Request, maxWaiting: 3);
        Continue(frontier, Plan(depth: 0), new FrontierUrl("http://h/waits", 1, null));
        var header = Header(["http://h/0"], [.. Enumerable.Range(1, 5).Select(i => ($"http://h/{i}", 0))]);
        frontier.AddRoots(header);
        await AddAsync(frontier, header);
        return frontier;
    }

    private async Task<FrontierGrowth> GrowAsync(
        CrawlRequest request,
        WavePlan plan,
        FrontierUrl[] backlog,
        params ChunkHeader[] headers
    )
    {
        var frontier = New(request);
        Continue(frontier, plan, backlog);
        Array.ForEach(headers, frontier.AddRoots);
        await AddAsync(frontier, headers);
        return frontier;
    }

    private FrontierGrowth New(CrawlRequest request, int maxWaiting = FrontierGrowth.DefaultMaxWaiting) =>
        new(
            request,
            _store,
            new AttemptBlobs(new CrawlLayout("crawl"), 1, Guid.CreateVersion7().ToString("N")),
            maxWaiting
        );

    private static void Continue(FrontierGrowth frontier, WavePlan plan, params FrontierUrl[] backlog)
    {
        frontier.Continue(plan, plan);
        Array.ForEach(backlog, frontier.Backlog.Add);
    }

    private static async Task AddAsync(FrontierGrowth frontier, params ChunkHeader[] headers)
    {
        Array.ForEach(headers, frontier.Add);
        await frontier.SettleAsync(isEnd: true, Cancellation);
    }

    // The plan that would be committed after a growth, without its backlog.
    private static async Task<WavePlan> StoredAsync(FrontierGrowth frontier, int depth)
    {
        await frontier.FlushAsync(Cancellation);
        return Plan(depth) with
        {
            Segments = frontier.Visited.Names,
            LeftOut = frontier.LeftOut,
            LeftOutSegments = frontier.LeftOutBlobs,
        };
    }

    private static async Task<List<FrontierUrl>> UrlsAsync(FrontierGrowth frontier)
    {
        using var queue = frontier.Backlog.ToQueue();
        return await FrontierQueueTests.TakeAllAsync(queue);
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
