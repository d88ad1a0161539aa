using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Core.Tests.Frontier;

public sealed class FrontierQueueTests
{
    private readonly MemoryBlobStore _store = new();
    private int _names;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Takes a wave from URLs that all were found by the last one.</summary>
    internal static async Task<(IReadOnlyList<FrontierUrl> Taken, IReadOnlyList<FrontierUrl> Waiting)> TakeAsync(
        IReadOnlyList<FrontierUrl> urls,
        int budget,
        CrawlRequest request
    )
    {
        using var queue = new FrontierQueue([new MemoryRun(urls, areHandedBack: false, request)]);
        var taken = await WavePlanner.TakeAsync(queue, budget, request, Cancellation);
        return (taken, await TakeAllAsync(queue));
    }

    internal static async Task<List<FrontierUrl>> TakeAllAsync(FrontierQueue queue)
    {
        var urls = new List<FrontierUrl>();
        while (await queue.PeekAsync(Cancellation) is { } url)
        {
            urls.Add(url);
            queue.Take();
        }
        Assert.Equal(0, queue.Count);
        return urls;
    }

    [Theory]
    [InlineData(CrawlOrder.BreadthFirst, 1)]
    [InlineData(CrawlOrder.BreadthFirst, 2)]
    [InlineData(CrawlOrder.DepthFirst, 3)]
    [InlineData(CrawlOrder.DepthFirst, 4)]
    [InlineData(CrawlOrder.BestFirst, 5)]
    [InlineData(CrawlOrder.BestFirst, 6)]
    public async Task Waves_OfSegments_AreThoseOfASortedList(CrawlOrder order, int seed)
    {
        var random = new Random(seed);
        var request = new CrawlRequest
        {
            Order = order,
            Keywords = ["1", "22"],
            RankBy = [RankCriterion.Keywords, RankCriterion.Freshness],
        };
        var simple = new List<FrontierUrl>();
        IReadOnlyList<BacklogSegment> segments = [];
        var number = 0;
        for (var wave = 0; wave < 60; wave++)
        {
            // URLs that are handed back were taken before, so they are not in the backlog.
            var handedBack = Urls(random.Next(4)).ToList();
            var found = Urls(random.Next(4) == 0 ? random.Next(3000) : random.Next(100)).ToList();
            simple = SortSimply(handedBack, [.. simple, .. found], request);
            var backlog = new Backlog(_store, NextName, request);
            backlog.AddSegments(segments);
            handedBack.ForEach(backlog.AddHandedBack);
            found.ForEach(backlog.Add);

            using var queue = backlog.ToQueue();
            Assert.Equal(simple.Count, queue.Count);
            var take = random.Next(3) == 0 ? random.Next(2000) : random.Next(120);
            for (var i = 0; i < Math.Min(take, simple.Count); i++)
            {
                Assert.Equal(simple[i], await queue.PeekAsync(Cancellation));
                queue.Take();
            }
            simple = [.. simple.Skip(take)];
            segments = await backlog.WriteAsync(queue, [], Cancellation);
            Assert.Equal(simple.Count, segments.Sum(s => s.Left));
            Assert.InRange(segments.Count, 0, 16);
        }

        IEnumerable<FrontierUrl> Urls(int count) =>
            Enumerable
                .Range(0, count)
                .Select(_ => new FrontierUrl(
                    $"http://h/{number++}",
                    random.Next(number < 20 ? 0 : 1, 4),
                    null,
                    LastMod: random.Next(2) == 0 ? null : DateTimeOffset.UnixEpoch.AddDays(random.Next(3))
                ));
    }

    [Fact]
    public async Task Spill_ManyUrls_StaysInOrderAndReadsOnlyWhatIsTaken()
    {
        var request = new CrawlRequest();
        var backlog = new Backlog(_store, NextName, request);
        var urls = Enumerable
            .Range(0, 100_000)
            .Select(i => new FrontierUrl($"http://h/{i}", 1 + (i % 2), null))
            .ToList();
        foreach (var url in urls)
        {
            backlog.Add(url);
            await backlog.SpillIfLargeAsync(Cancellation);
        }
        Assert.Equal(4, _store.Names.Count);

        var reads = new List<string>();
        var watched = new InterceptedStore(_store)
        {
            Before = (operation, name) =>
            {
                if (operation is "get")
                    reads.Add(name);
                return Task.CompletedTask;
            },
        };
        using var queue = backlog.ToQueue();
        Assert.Equal(100_000, queue.Count);
        var taken = await WavePlanner.TakeAsync(queue, int.MaxValue, request, Cancellation);
        Assert.Equal(urls.Where(u => u.Depth == 1), taken);
        Assert.Equal(100_000 - taken.Count, queue.Count);
        var segments = await backlog.WriteAsync(queue, [], Cancellation);
        Assert.Equal(50_000, segments.Sum(s => s.Left));
        Assert.All(segments, s => Assert.Equal([2L], s.First));

        var next = new Backlog(watched, NextName, request);
        next.AddSegments(segments);
        using var later = next.ToQueue();
        Assert.Equal(urls.First(u => u.Depth == 2), await later.PeekAsync(Cancellation));
        Assert.Single(reads);
        Assert.Equal(urls.Where(u => u.Depth == 2), await TakeAllAsync(later));
    }

    [Fact]
    public async Task Segment_Damaged_ThrowsWithItsName()
    {
        var request = new CrawlRequest();
        var segment = await BacklogSegment.PutAsync(
            _store,
            NextName(),
            [new FrontierUrl("http://h/1", 1, null), new FrontierUrl("http://h/2", 1, null)],
            [1],
            Cancellation
        );
        await segment.CheckAsync(_store, Cancellation);
        var longer = segment with { Count = 3 };
        Assert.Contains(
            "2 of 3",
            (await Assert.ThrowsAsync<DamagedBlobException>(() => longer.CheckAsync(_store, Cancellation))).Message,
            StringComparison.Ordinal
        );
        var content = (await _store.GetAsync(segment.Blob, Cancellation))!.Value.ToArray();
        content[^12] ^= 1;
        await _store.PutAsync(segment.Blob, content, PutCondition.None, Cancellation);
        using var queue = new FrontierQueue([new StoredRun(_store, segment, request)]);
        var damage = await Assert.ThrowsAsync<DamagedBlobException>(async () => await queue.PeekAsync(Cancellation));
        Assert.Equal(segment.Blob, damage.Name);
    }

    // What planning did when the backlog was a list in memory.
    private static List<FrontierUrl> SortSimply(
        List<FrontierUrl> handedBack,
        List<FrontierUrl> found,
        CrawlRequest request
    )
    {
        if (request.Order == CrawlOrder.BreadthFirst)
            return [.. handedBack.Concat(found).OrderBy(u => u.Depth)];
        var rest = found.Where(u => u.Depth > 0);
        return
        [
            .. handedBack.Concat(found).Where(u => u.Depth == 0),
            .. handedBack.Where(u => u.Depth > 0),
            .. request.Order == CrawlOrder.DepthFirst
                ? rest.OrderByDescending(u => u.Depth)
                : rest.OrderByDescending(u => request.Keywords.Count(k => u.Url.Contains(k, StringComparison.Ordinal)))
                    .ThenByDescending(u => u.LastMod?.UtcTicks ?? long.MinValue),
        ];
    }

    private string NextName() => $"crawls/c/waves/0000/backlog-x.{_names++:D4}";
}
