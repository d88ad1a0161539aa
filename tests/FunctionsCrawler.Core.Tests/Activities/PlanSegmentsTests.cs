using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Scraping;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Activities;

/// <summary>Waves whose backlog and visited set are segments: crashes, concurrent planners, plans of version 0.1.</summary>
public sealed class PlanSegmentsTests
{
    private const string Id = "segments";
    private const int Pages = 2500;

    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(CrawlOrder.BreadthFirst)]
    [InlineData(CrawlOrder.DepthFirst)]
    [InlineData(CrawlOrder.BestFirst)]
    public async Task Crawl_AnyOrder_PlansEachPageOnceAndTheSameInEveryRun(CrawlOrder order)
    {
        var other = new MemoryBlobStore();
        var first = await CrawlAsync(_store, order);
        var second = await CrawlAsync(other, order);

        Assert.Equal(first, second);
        Assert.Equal(Pages, first.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Pages, first.Count);
    }

    [Theory]
    [InlineData(CrawlOrder.BreadthFirst)]
    [InlineData(CrawlOrder.BestFirst)]
    public async Task Plan_CrashBeforeTheCommit_TheNextAttemptIgnoresTheSegmentsOfTheFirst(CrawlOrder order)
    {
        var expected = await CrawlAsync(new MemoryBlobStore(), order);
        var crashes = 0;
        var crashing = new InterceptedStore(_store)
        {
            // Each wave is planned three times, the first two times without a commit.
            Before = (operation, name) =>
                operation is "put" && name.EndsWith("plan.json", StringComparison.Ordinal) && ++crashes % 3 != 0
                    ? throw new IOException("crash")
                    : Task.CompletedTask,
        };

        Assert.Equal(expected, await CrawlAsync(crashing, order));
        var crawl = new CrawlBlobs(_store, Id);
        var named = new HashSet<string>(StringComparer.Ordinal);
        for (var wave = 0; await crawl.GetPlanAsync(wave, Cancellation) is { } plan; wave++)
            named.UnionWith([.. plan.Segments, .. (plan.BacklogSegments ?? []).Select(s => s.Blob)]);
        Assert.All(named, name => Assert.Contains(name, _store.Names));
        Assert.Contains(_store.Names, n => n.Contains("visited-", StringComparison.Ordinal) && !named.Contains(n));
    }

    [Theory]
    [InlineData(CrawlOrder.BreadthFirst)]
    [InlineData(CrawlOrder.BestFirst)]
    public async Task Plan_AfterAPlanOfVersion01_TakesItsBacklogAndWhatWasLeftOut(CrawlOrder order)
    {
        var crawl = await AcceptAsync(_store, order);
        FrontierUrl[] waiting = [.. Enumerable.Range(1, 60).Select(i => new FrontierUrl(Url(i), 1, Url(0)))];
        var backlog = "crawls/segments/waves/0000/backlog-x.ndjson.gz";
        var content = JsonBlobs.WriteLines(
            write => Array.ForEach(waiting, url => write(url, CrawlJson.Default.FrontierUrl)),
            seal: false
        );
        await _store.PutAsync(backlog, content, PutCondition.None, Cancellation);
        UInt128[] hashes = [UrlHash.Of(Url(0)), .. waiting.Select(u => UrlHash.Of(u.Url))];
        var old = new WavePlan
        {
            Depth = 0,
            LaneChunks = [],
            Planned = 0,
            Waiting = waiting.Length,
            Inputs = "crawls/segments/waves/0000/inputs-x/",
            Backlog = backlog,
            Segments = [await _store.PutHashesAsync("crawls/segments/waves/0000/visited-x", hashes, Cancellation)],
            Roots = [Url(0)],
            Pages = new PageCounts { Succeeded = 1 },
            OutOfScope = 0,
            TooDeep = 0,
            LeftOut = 1,
            LeftOutHashes = await _store.PutHashesAsync("crawls/segments/waves/0000/left-out-x", [7], Cancellation),
            Duplicates = 0,
            StartedAt = TimeProvider.System.GetUtcNow(),
        };
        await _store.PutJsonAsync(
            crawl.Layout.Plan(0),
            old,
            CrawlJson.Default.WavePlan,
            PutCondition.None,
            Cancellation
        );

        var plan = await PlanAsync(_store, 1);

        Assert.Equal((60, 1), (plan.Planned + plan.Waiting, plan.LeftOut));
        Assert.Null(plan.Backlog);
        Assert.Equal([old.LeftOutHashes], plan.LeftOutSegments);
        Assert.Equal(old.Segments, plan.Segments);
        var taken = await UrlsAsync(_store, plan);
        var sorted =
            order == CrawlOrder.BestFirst
                ? waiting.OrderByDescending(u => u.Url.Contains('7'))
                : waiting.AsEnumerable();
        Assert.Equal(
            sorted.Take(taken.Count).Select(u => u.Url).Order(StringComparer.Ordinal),
            taken.Order(StringComparer.Ordinal)
        );
        Assert.Empty(await new CrawlBlobCheck(crawl).CheckWavesAsync(Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Plan_BacklogSegmentDamaged_NamesItSoThatItsWaveIsPlannedAgain()
    {
        var crawl = await AcceptAsync(_store, CrawlOrder.DepthFirst);
        WavePlan plan;
        for (var wave = 0; (plan = await PlanAsync(_store, wave)).BacklogSegments is null; wave++)
            await VisitAsync(_store, wave, plan);
        var blob = plan.BacklogSegments[0].Blob;
        await VisitAsync(_store, crawl.Layout.WaveOf(blob)!.Value, plan);
        await _store.PutAsync(blob, new byte[100], PutCondition.None, Cancellation);

        var check = await new CrawlBlobCheck(crawl).CheckWavesAsync(Cancellation).ToListAsync(Cancellation);
        var wave2 = crawl.Layout.WaveOf(blob)!.Value + 1;
        var damage = await Assert.ThrowsAsync<DamagedBlobException>(() => PlanAsync(_store, wave2));

        Assert.Equal([blob], check.Select(d => d.Name));
        Assert.Equal(blob, damage.Name);
    }

    private static async Task<List<string>> CrawlAsync(IBlobStore store, CrawlOrder order)
    {
        await AcceptAsync(store, order);
        var urls = new List<string>();
        for (var wave = 0; ; wave++)
        {
            var plan = await PlanAsync(store, wave);
            if (plan.LaneChunks.Count == 0)
                return urls;
            urls.AddRange(await UrlsAsync(store, plan));
            await VisitAsync(store, wave, plan);
        }
    }

    private static async Task<CrawlBlobs> AcceptAsync(IBlobStore store, CrawlOrder order)
    {
        var crawl = new CrawlBlobs(store, Id);
        var request = new CrawlRequest
        {
            Urls = [Url(0)],
            Mode = CrawlMode.Recursive,
            MaxDepth = 100,
            MaxPages = 10_000,
            Order = order,
            Keywords = ["7"],
        };
        await crawl.AcceptAsync(new StoredRequest(request, DateTimeOffset.UnixEpoch), Cancellation);
        return crawl;
    }

    private static async Task<WavePlan> PlanAsync(IBlobStore store, int wave)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var planner = new PlanWaveActivity(store, new SoleOwnership(), TimeProvider.System);
                await planner.RunAsync(new PlanWaveInput(Id, wave), Cancellation);
                return await new CrawlBlobs(store, Id).RequirePlanAsync(wave, Cancellation);
            }
            catch (IOException) when (attempt < 5)
            {
                // The crash of the test.
            }
        }
    }

    private static async Task<List<string>> UrlsAsync(IBlobStore store, WavePlan plan)
    {
        var urls = new List<string>();
        for (var chunk = 0; chunk < plan.LaneChunks.Sum(); chunk++)
            urls.AddRange(
                (await new CrawlBlobs(store, Id).GetInputAsync(plan, chunk, Cancellation)).Urls.Select(u => u.Url)
            );
        return urls;
    }

    // Each page links to five new ones, to one that is known, and to another site.
    private static async Task VisitAsync(IBlobStore store, int wave, WavePlan plan)
    {
        var crawl = new CrawlBlobs(store, Id);
        for (var chunk = 0; chunk < plan.LaneChunks.Sum(); chunk++)
        {
            var input = await crawl.GetInputAsync(plan, chunk, Cancellation);
            ScrapedPage[] pages =
            [
                .. input.Urls.Select(u => new ScrapedPage(new PageRecord { Url = u.Url, Depth = u.Depth })
                {
                    Outlinks = [.. LinksOf(int.Parse(u.Url[9..], null)).Select(link => new Outlink(link))],
                }),
            ];
            var header = ChunkHeaders.Of(pages, plan.Depth);
            await crawl.CommitChunkAsync(wave, chunk, header, [.. pages.Select(p => p.Record)], Cancellation);
        }
    }

    private static IEnumerable<string> LinksOf(int page) =>
        [
            .. Enumerable.Range((5 * page) + 1, 5).Where(p => p < Pages).Select(Url),
            Url(page / 2),
            $"http://other/{page % 3}",
        ];

    private static string Url(int page) => $"http://h/{page}";
}
