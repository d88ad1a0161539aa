using System.Text.Json;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Core.Tests.Activities;

public class CommitOnceTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CrawlBlobs Crawl => new(_store, CrawlRig.Id);

    [Fact]
    public async Task PlanWave_TwiceConcurrently_CommitsOnePlanWhoseInputsAllExist()
    {
        await using var site = await CrawlSite.StartAsync(1);
        await CrawlRig.AcceptAsync(_store, CrawlRig.Request(site) with { Urls = [.. Urls(site, 60)] });
        var both = WithConcurrentWriters("plan.json");

        var outputs = await Task.WhenAll(PlanAsync(both), PlanAsync(both));
        var later = await PlanAsync(_store);

        Assert.All(outputs.Append(later), o => Assert.Equal(Text(outputs[0]), Text(o)));
        var plan = await Crawl.RequirePlanAsync(0, Cancellation);
        Assert.Equal(3, plan.LaneChunks.Sum());
        for (var chunk = 0; chunk < 3; chunk++)
            Assert.NotEmpty((await Crawl.GetInputAsync(plan, chunk, Cancellation)).Urls);
        Assert.All(plan.Segments, name => Assert.Contains(name, _store.Names));
        // The inputs of the planner that lost exist too, but no plan names them.
        Assert.Equal(6, _store.Names.Count(n => n.Contains("/inputs-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task CrawlChunk_TwiceConcurrentlyAndLater_CommitsOneBlobAndSameOutput()
    {
        await using var site = await CrawlSite.StartAsync(20);
        await CrawlRig.AcceptAsync(_store, CrawlRig.Request(site) with { Urls = [.. Urls(site, 20)] });
        await PlanAsync(_store);
        var requests = 0;
        // The second request gets another status, so that the two chunks have different results.
        site.Special["/p/3"] = context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref requests) == 1 ? 404 : 500;
            return Task.CompletedTask;
        };
        var both = WithConcurrentWriters(".ndjson.gz");

        var outputs = await Task.WhenAll(ChunkAsync(both), ChunkAsync(both));
        site.ClearLog();
        var later = await ChunkAsync(_store);

        Assert.Equal(2, requests);
        Assert.All(outputs.Append(later), o => Assert.Equal(outputs[0], o));
        Assert.Equal((19, 1), (later.Pages.Succeeded, later.Pages.Failed));
        Assert.Empty(site.Log);
        Assert.Equal(20, (await CrawlRig.RecordsAsync(_store)).Count);
    }

    [Fact]
    public async Task FailChunk_ConcurrentWithCrawlChunk_SameOutput()
    {
        await using var site = await CrawlSite.StartAsync(20);
        await CrawlRig.AcceptAsync(_store, CrawlRig.Request(site) with { Urls = [.. Urls(site, 20)] });
        await PlanAsync(_store);
        var both = WithConcurrentWriters(".ndjson.gz");

        var outputs = await Task.WhenAll(ChunkAsync(both), FailAsync(both));

        Assert.Equal(outputs[0], outputs[1]);
        Assert.Equal(20, outputs[0].Pages.Total);
        Assert.Equal(outputs[0], await FailAsync(_store));
        Assert.Equal(20, (await CrawlRig.RecordsAsync(_store)).Count);
    }

    [Fact]
    public async Task FinishCrawl_TwiceConcurrentlyAndLater_CommitsOneSummary()
    {
        await using var site = await CrawlSite.StartAsync(10);
        await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site));
        await _store.DeleteAsync(Crawl.Layout.Summary, Cancellation);
        var both = WithConcurrentWriters("summary.json");

        var outputs = await Task.WhenAll(
            FinishAsync(both, CrawlState.Completed),
            FinishAsync(both, CrawlState.Cancelled)
        );
        var later = await FinishAsync(_store, CrawlState.Failed);

        Assert.All(outputs.Append(later), o => Assert.Equal(outputs[0], o));
        Assert.Equal(outputs[0].State, (await Crawl.GetSummaryAsync(Cancellation))!.State);
    }

    // A store that delays writing the blob until two writers want to write it.
    private InterceptedStore WithConcurrentWriters(string suffix)
    {
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = 0;
        return new InterceptedStore(_store)
        {
            Before = async (operation, name) =>
            {
                if (operation is not "put" || !name.EndsWith(suffix, StringComparison.Ordinal))
                    return;
                if (Interlocked.Increment(ref writers) == 2)
                    second.SetResult();
                await second.Task.WaitAsync(TimeSpan.FromSeconds(60));
            },
        };
    }

    private static Task<PlanWaveOutput> PlanAsync(IBlobStore store) =>
        new PlanWaveActivity(store, new SoleOwnership(), TimeProvider.System).RunAsync(
            new PlanWaveInput(CrawlRig.Id, 0),
            Cancellation
        );

    private static async Task<CrawlChunkOutput> ChunkAsync(IBlobStore store)
    {
        await using var worker = CrawlRig.Worker(store);
        return await worker.Get<CrawlChunkActivity>().RunAsync(new CrawlChunkInput(CrawlRig.Id, 0, 0), Cancellation);
    }

    private static async Task<CrawlChunkOutput> FailAsync(IBlobStore store)
    {
        await using var worker = CrawlRig.Worker(store);
        var input = new FailChunkInput(CrawlRig.Id, 0, 0, "why");
        return await worker.Get<FailChunkActivity>().RunAsync(input, Cancellation);
    }

    private static Task<FinishCrawlOutput> FinishAsync(IBlobStore store, CrawlState state) =>
        new FinishCrawlActivity(store, new SoleOwnership(), TimeProvider.System).RunAsync(
            new FinishCrawlInput(CrawlRig.Id, 0, state),
            Cancellation
        );

    private static IEnumerable<string> Urls(CrawlSite site, int count) =>
        Enumerable.Range(0, count).Select(i => site.Url($"/p/{i}"));

    private static string Text(PlanWaveOutput output) =>
        JsonSerializer.Serialize(output, PayloadJsonContext.Default.PlanWaveOutput);
}
