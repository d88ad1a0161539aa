using System.Diagnostics;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Core.Tests.Frontier;

public class WavePlannerTests
{
    private static readonly SortedSet<string> NoDelays = [];

    [Fact]
    public async Task Take_SeveralDepths_TakesLowestWithinBudgetAndKeepsOrderOfTheRest()
    {
        FrontierUrl[] frontier = [Url("a", 1), Url("b.png", 1), Url("c", 1), Url("d", 1), Url("e", 2)];
        await AssertTakenAsync(["a", "b.png", "c"], frontier, budget: 2);
        await AssertTakenAsync(["a", "b.png", "c", "d"], frontier, budget: 9);
        await AssertTakenAsync([], frontier, budget: 0);
        await AssertTakenAsync([], frontier, budget: -1);
        await AssertTakenAsync([], [], budget: 1);
    }

    [Fact]
    public void TakePilots_HostWithMoreThanAChunk_LeavesItsFirstUrlAndPutsTheOthersBackInOrder()
    {
        List<FrontierUrl> few = [.. Enumerable.Range(0, WavePlanner.MaxChunkUrls).Select(i => Url($"f{i}", 1, "few"))];
        List<FrontierUrl> many = [.. Enumerable.Range(0, few.Count + 1).Select(i => Url($"m{i}", 1, "many"))];

        var (taken, putBack) = WavePlanner.TakePilots([.. many, .. few]);

        Assert.Equal([many[0], .. few], taken);
        Assert.Equal(many[1..], putBack);
    }

    public static TheoryData<int, int, int?, int> Settings =>
        new()
        {
            { 1, 1, null, 1 },
            { 5, 5, null, 1 },
            { 7, 5, null, 3 },
            { 7, 5, 1, 3 },
            { 8, 1, 3, 4 },
            { 50, 20, 7, 20 },
            { 500, 1, 2, 40 },
            { 4, 1, 500, 2 },
        };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Deal_AnySetting_RespectsConcurrencyAndChunkLimits(
        int concurrency,
        int pagesPerBrowser,
        int? perHost,
        int hosts
    )
    {
        var request = new CrawlRequest
        {
            Concurrency = concurrency,
            PagesPerBrowser = pagesPerBrowser,
            PerHostConcurrency = perHost,
        };
        var random = new Random(concurrency + hosts);
        var urls = Enumerable
            .Range(0, 900)
            .Select(i => Url($"{i}", 1, $"h{random.Next(hosts)}", random.Next(40) == 0 ? 1 : 0))
            .ToList();
        var lanes = WavePlanner.Deal(urls, request, NoDelays);
        var chunks = lanes.SelectMany(l => l).ToList();

        Assert.Equal(
            urls.OrderBy(u => u.Url, StringComparer.Ordinal),
            chunks.SelectMany(c => c.Urls).OrderBy(u => u.Url, StringComparer.Ordinal)
        );
        Assert.All(chunks, c => Assert.InRange(c.Urls.Count, 1, 25));
        Assert.All(chunks.Where(c => c.Urls.Any(u => u.MemoryHandBacks > 0)), c => Assert.Single(c.Urls));
        Assert.All(lanes, lane => Assert.Single(lane.Select(c => c.Pages).Distinct()));
        Assert.All(chunks, c => Assert.InRange(c.Pages, 1, pagesPerBrowser));
        Assert.InRange(lanes.Sum(l => l[0].Pages), 1, concurrency);
        if (lanes.Count == (concurrency + pagesPerBrowser - 1) / pagesPerBrowser)
            Assert.Equal(concurrency, lanes.Sum(l => l[0].Pages));
        foreach (var host in urls.Select(HostOf).Distinct(StringComparer.Ordinal))
        {
            var inFlight = lanes.Sum(lane =>
                lane.Where(c => c.Urls.Any(u => IsOf(host, u))).Max(c => (int?)c.PagesPerHost) ?? 0
            );
            Assert.InRange(inFlight, 1, perHost ?? concurrency);
        }
        // The URLs of a host are contiguous in a chunk.
        Assert.All(
            chunks,
            c =>
            {
                var runs = c.Urls.Select(HostOf).Where((h, i) => i == 0 || !IsOf(h, c.Urls[i - 1])).ToList();
                Assert.Equal(runs.Distinct(StringComparer.Ordinal), runs);
            }
        );
        Assert.Equal(Formatted(lanes), Formatted(WavePlanner.Deal([.. urls], request, NoDelays)));
        Assert.Equal(lanes.Select(l => l.Count).OrderDescending(), lanes.Select(l => l.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200_000)]
    public void Deal_ManyUrls_IsFast(int hosts)
    {
        var request = new CrawlRequest { Concurrency = 500, PagesPerBrowser = 1 };
        var urls = Enumerable.Range(0, 200_000).Select(i => Url($"{i}", 1, $"h{i % hosts}")).ToList();
        var watch = Stopwatch.StartNew();
        Assert.Equal(200_000, WavePlanner.Deal(urls, request, NoDelays).Sum(l => l.Sum(c => c.Urls.Count)));
        // Generous, but far below the time for sorting 500 lanes 200,000 times.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public async Task Take_MoreUrlsOfOneDepthThanAWaveMayHave_TakesTheFirst()
    {
        var urls = Enumerable.Range(0, WavePlanner.MaxWaveUrls + 1).Select(i => Url($"{i}", 1)).ToList();
        var (taken, waiting) = await FrontierQueueTests.TakeAsync(urls, int.MaxValue, new CrawlRequest());
        Assert.Equal(urls[..WavePlanner.MaxWaveUrls], taken);
        Assert.Equal(urls[WavePlanner.MaxWaveUrls..], waiting);

        // The scope of the crawl depends on all start pages.
        var starts = urls.Select(u => u with { Depth = 0 }).ToList();
        (taken, _) = await FrontierQueueTests.TakeAsync(starts, int.MaxValue, new CrawlRequest());
        Assert.Equal(starts, taken);
    }

    private static async Task AssertTakenAsync(string[] expected, FrontierUrl[] frontier, int budget)
    {
        var (taken, waiting) = await FrontierQueueTests.TakeAsync(frontier, budget, new CrawlRequest());
        Assert.Equal(expected.Select(e => $"http://h/{e}"), taken.Select(u => u.Url));
        Assert.Equal(frontier.AsEnumerable(), taken.Concat(waiting));
    }

    private static FrontierUrl Url(string path, int depth, string host = "h", int handBacks = 0) =>
        new($"http://{host}/{path}", depth, null, handBacks);

    private static string HostOf(FrontierUrl url) => new Uri(url.Url).Host;

    private static bool IsOf(string host, FrontierUrl url) =>
        string.Equals(HostOf(url), host, StringComparison.Ordinal);

    private static IEnumerable<string> Formatted(IReadOnlyList<IReadOnlyList<PlannedChunk>> lanes) =>
        lanes.SelectMany(
            (lane, i) =>
                lane.Select(c => $"{i} {c.Pages} {c.PagesPerHost} {string.Join(' ', c.Urls.Select(u => u.Url))}")
        );
}
