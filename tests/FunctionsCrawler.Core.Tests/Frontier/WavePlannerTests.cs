using System.Diagnostics;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Core.Tests.Frontier;

public class WavePlannerTests
{
    private static readonly SortedSet<string> NoDelays = [];

    [Fact]
    public void Take_SeveralDepths_TakesTheLeastWithinTheBudgetAndLeavesTheRestInOrder()
    {
        FrontierUrl[] frontier = [Url("a", 1), Url("b.png", 1), Url("c", 1), Url("d", 1), Url("e", 2)];
        AssertTaken(["a", "b.png", "c"], frontier, budget: 2);
        AssertTaken(["a", "b.png", "c", "d"], frontier, budget: 9);
        AssertTaken([], frontier, budget: 0);
        AssertTaken([], frontier, budget: -1);
        AssertTaken([], [], budget: 1);
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
    public void Deal_AnySetting_KeepsItsPromises(int concurrency, int pagesPerBrowser, int? perHost, int hosts)
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
            var atOnce = lanes.Sum(lane =>
                lane.Where(c => c.Urls.Any(u => IsOf(host, u))).Max(c => (int?)c.PagesPerHost) ?? 0
            );
            Assert.InRange(atOnce, 1, perHost ?? concurrency);
        }
        // The URLs of a host stand together in a chunk.
        Assert.All(
            chunks,
            c =>
            {
                var runs = c.Urls.Select(HostOf).Where((h, i) => i == 0 || !IsOf(h, c.Urls[i - 1])).ToList();
                Assert.Equal(runs.Distinct(StringComparer.Ordinal), runs);
            }
        );
        Assert.Equal(Written(lanes), Written(WavePlanner.Deal([.. urls], request, NoDelays)));
        Assert.Equal(lanes.Select(l => l.Count).OrderDescending(), lanes.Select(l => l.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200_000)]
    public void Deal_ManyUrls_TakesLittleTime(int hosts)
    {
        var request = new CrawlRequest { Concurrency = 500, PagesPerBrowser = 1 };
        var urls = Enumerable.Range(0, 200_000).Select(i => Url($"{i}", 1, $"h{i % hosts}")).ToList();
        var watch = Stopwatch.StartNew();
        Assert.Equal(200_000, WavePlanner.Deal(urls, request, NoDelays).Sum(l => l.Sum(c => c.Urls.Count)));
        // Far above what it takes, far below 200,000 sorts of 500 lanes.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    private static void AssertTaken(string[] expected, FrontierUrl[] frontier, int budget)
    {
        var (taken, waiting) = WavePlanner.Take(frontier, budget);
        Assert.Equal(expected.Select(e => $"http://h/{e}"), taken.Select(u => u.Url));
        Assert.Equal(frontier.AsEnumerable(), taken.Concat(waiting));
    }

    private static FrontierUrl Url(string path, int depth, string host = "h", int handBacks = 0) =>
        new($"http://{host}/{path}", depth, null, handBacks);

    private static string HostOf(FrontierUrl url) => new Uri(url.Url).Host;

    private static bool IsOf(string host, FrontierUrl url) =>
        string.Equals(HostOf(url), host, StringComparison.Ordinal);

    private static IEnumerable<string> Written(IReadOnlyList<IReadOnlyList<PlannedChunk>> lanes) =>
        lanes.SelectMany(
            (lane, i) =>
                lane.Select(c => $"{i} {c.Pages} {c.PagesPerHost} {string.Join(' ', c.Urls.Select(u => u.Url))}")
        );
}
