using System.Collections.Concurrent;
using System.Text;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Core.Tests.Orchestration;

public class ReplayTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(CrawlMode.Recursive)]
    [InlineData(CrawlMode.Batch)]
    public async Task Orchestrations_CompleteCrawlOnSeveralLanes_ReplayTheSame(CrawlMode mode)
    {
        await using var site = await CrawlSite.StartAsync(60);
        var request = CrawlRig.Request(site) with { Mode = mode, Concurrency = 4, PagesPerBrowser = 1 };
        if (mode == CrawlMode.Batch)
            request = request with { Urls = [.. Enumerable.Range(0, 110).Select(i => site.Url($"/p/{i % 70}"))] };
        var random = new Random(1);
        site.Delay = (_, token) => Task.Delay(random.Next(6), token);
        var store = new MemoryBlobStore();
        await CrawlRig.AcceptAsync(store, request);
        await using var worker = CrawlRig.Worker(store);

        var (output, histories) = await ReplayContext.RecordAsync(ActivitiesOf(worker));

        Assert.Equal(CrawlState.Completed, output.State);
        Assert.Equal(60, output.Pages.Succeeded);
        AssertReplays(histories);
    }

    [Fact]
    public async Task Orchestrations_FailingChunks_ReplayTheSameAndRecordTheFailure()
    {
        await using var site = await CrawlSite.StartAsync(40);
        var request = CrawlRig.Request(site) with { Concurrency = 4, PagesPerBrowser = 1 };
        var store = new MemoryBlobStore();
        await CrawlRig.AcceptAsync(store, request);
        await using var worker = CrawlRig.Worker(store);
        var run = ActivitiesOf(worker);

        var (output, histories) = await ReplayContext.RecordAsync(
            (name, input) =>
                input is CrawlChunkInput { Wave: > 1, Chunk: 1 }
                    ? throw new IOException("no \"room\" <ü> " + new string('ä', 3000))
                    : run(name, input)
        );

        Assert.Equal(CrawlState.Completed, output.State);
        Assert.True(output.Pages.Failed > 0);
        AssertReplays(histories);
    }

    [Fact]
    public async Task Orchestrations_CancelledCrawl_ReplayTheSame()
    {
        await using var site = await CrawlSite.StartAsync(60);
        var store = new MemoryBlobStore();
        await CrawlRig.AcceptAsync(store, CrawlRig.Request(site) with { Concurrency = 4, PagesPerBrowser = 1 });
        await using var worker = CrawlRig.Worker(store);
        var run = ActivitiesOf(worker);

        var (output, histories) = await ReplayContext.RecordAsync(
            async (name, input) =>
            {
                if (input is CrawlChunkInput { Wave: 3, Chunk: 1 })
                    await new CrawlBlobs(store, CrawlRig.Id).CancelAsync(Cancellation);
                return await run(name, input);
            }
        );

        Assert.Equal(CrawlState.Cancelled, output.State);
        AssertReplays(histories);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public async Task Orchestrations_CallsCrawlSeveralChunks_EachChunkIsCrawledOnce(int most)
    {
        int[] lanes = [40, 23, 7, 1];
        var crawled = new ConcurrentBag<int>();
        var calls = 0;

        var (output, histories) = await ReplayContext.RecordAsync(
            (_, input) =>
                Task.FromResult<object>(
                    input switch
                    {
                        PlanWaveInput { Wave: 0 } => new PlanWaveOutput(
                            PlanState.Crawl,
                            1,
                            lanes,
                            lanes.Sum(),
                            new PageCounts()
                        ),
                        PlanWaveInput => new PlanWaveOutput(PlanState.Done, 1, [], 0, new PageCounts()),
                        CrawlChunkInput chunk => Crawled(chunk),
                        _ => new FinishCrawlOutput(CrawlState.Completed, new PageCounts()),
                    }
                )
        );

        Assert.Equal(CrawlState.Completed, output.State);
        Assert.Equal(Enumerable.Range(0, lanes.Sum()), crawled.Order());
        Assert.Equal(lanes.Sum(lane => (lane + most - 1) / most), calls);
        AssertReplays(histories);

        object Crawled(CrawlChunkInput input)
        {
            Interlocked.Increment(ref calls);
            List<int> chunks = [input.Chunk, .. (input.Then ?? []).Take(most - 1)];
            chunks.ForEach(crawled.Add);
            var pages = new PageCounts { Succeeded = chunks.Count };
            return new CrawlChunkOutput(pages, 0, false, Chunks: chunks.Count == 1 ? null : chunks.Count);
        }
    }

    [Fact]
    public async Task Orchestrations_ThousandsOfChunksOnHundredsOfLanes_PayloadsAndSegmentsWithinLimits()
    {
        // Hosts of very different sizes, each on few lanes, produce lanes of very different lengths.
        var request = new CrawlRequest
        {
            Concurrency = 500,
            PagesPerBrowser = 1,
            PerHostConcurrency = 2,
        };
        var urls = Enumerable
            .Range(0, 300)
            .SelectMany(host => Enumerable.Range(0, 1700 * 300 / (300 + (host * 8))).Select(i => (host, i)))
            .Select(u => new FrontierUrl($"http://h{u.host}.example/{u.i}", 1, null))
            .ToList();
        var lanes = WavePlanner.Deal(urls, request, new SortedSet<string>()).Select(l => l.Count).ToList();
        Assert.InRange(lanes.Sum(), 4000, 10_000);
        Assert.True(lanes.Count > 200);
        var crawled = new ConcurrentBag<int>();

        var (_, histories) = await ReplayContext.RecordAsync(
            (_, input) =>
                Task.FromResult<object>(
                    input switch
                    {
                        PlanWaveInput { Wave: 0 } => new PlanWaveOutput(
                            PlanState.Crawl,
                            1,
                            lanes,
                            urls.Count,
                            new PageCounts { Succeeded = 9_000_000, Failed = 1_000_000 }
                        ),
                        PlanWaveInput => new PlanWaveOutput(PlanState.Done, 1, [], 0, new PageCounts()),
                        CrawlChunkInput chunk => Crawled(chunk),
                        _ => new FinishCrawlOutput(CrawlState.Completed, new PageCounts()),
                    }
                )
        );

        Assert.Equal(Enumerable.Range(0, lanes.Sum()), crawled.Order());
        AssertReplays(histories);
        Assert.All(
            histories.Where(h => h.Instance is not "root"),
            segment => Assert.InRange(segment.Events.Count(e => e.Kind is "activity"), 1, 200)
        );

        object Crawled(CrawlChunkInput chunk)
        {
            crawled.Add(chunk.Chunk);
            return new CrawlChunkOutput(new PageCounts { Succeeded = 25 }, 0, false);
        }
    }

    public static TheoryData<string> Faults => ["chance", "shared state", "foreign await"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Replay_NondeterministicOrchestration_Throws(string fault)
    {
        var arrivals = new ConcurrentQueue<int>();
        var histories = new ConcurrentQueue<OrchestrationHistory>();
        var faulty = new OrchestrationDefinition<CrawlInput, FinishCrawlOutput?>("Faulty", RunAsync);
        await ReplayContext.RecordAsync(
            faulty,
            "faulty",
            new CrawlInput("x", 0, new CrawlProgress()),
            async (_, input) =>
            {
                var chunk = ((CrawlChunkInput)input).Chunk;
                await Task.Delay(10 * (4 - chunk));
                arrivals.Enqueue(chunk);
                return new CrawlChunkOutput(new PageCounts(), 0, false);
            },
            histories
        );
        Assert.Throws<DivergedException>(histories.Single().Replay);

        async Task<FinishCrawlOutput?> RunAsync(IOrchestrationContext context, CrawlInput input)
        {
            if (fault is "chance")
                await CrawlAsync(Guid.NewGuid().ToString("N")[..8], 0);
            if (fault is "foreign await")
            {
                await Task.Delay(5);
                await CrawlAsync("a", 0);
            }
            if (fault is "shared state")
            {
                await Task.WhenAll(Enumerable.Range(0, 4).Select(i => CrawlAsync("a", i)));
                // The order of arrival is not part of the history.
                foreach (var chunk in arrivals.ToArray())
                    await CrawlAsync("b", chunk);
            }
            return null;

            Task CrawlAsync(string id, int chunk) =>
                context.CallActivityAsync(CrawlActivities.CrawlChunk, new CrawlChunkInput(id, 0, chunk));
        }
    }

    internal static void AssertReplays(IReadOnlyList<OrchestrationHistory> histories)
    {
        foreach (var history in histories)
        {
            history.Replay();
            Assert.All(
                history.Events,
                e =>
                    Assert.True(
                        e.Kind is "failed"
                            || Encoding.UTF8.GetByteCount(e.Payload) <= (e.Kind is "progress" ? 4096 : 1024),
                        $"{e.Kind} {e.Name} has {e.Payload.Length} characters: {e.Payload}"
                    )
            );
        }
    }

    private static Func<string, object, Task<object>> ActivitiesOf(WorkerRig worker) =>
        async (_, input) =>
            input switch
            {
                PlanWaveInput plan => await worker.Get<PlanWaveActivity>().RunAsync(plan, Cancellation),
                CrawlChunkInput chunk => await worker.Get<CrawlChunkActivity>().RunAsync(chunk, Cancellation),
                FailChunkInput fail => await worker.Get<FailChunkActivity>().RunAsync(fail, Cancellation),
                FinishCrawlInput end => await worker.Get<FinishCrawlActivity>().RunAsync(end, Cancellation),
                NotifyWebhookInput notice => await worker.Get<NotifyWebhookActivity>().RunAsync(notice, Cancellation),
                _ => throw new NotSupportedException($"{input}"),
            };
}
