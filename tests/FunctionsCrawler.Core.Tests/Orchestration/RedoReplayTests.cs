using System.Collections.Concurrent;
using System.Text.Json;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Core.Tests.Orchestration;

/// <summary>Orchestrations that do waves again because of damaged blobs.</summary>
public sealed class RedoReplayTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Orchestrations_DamagedBlobs_ReplayTheSameAndDoWavesAgain()
    {
        await using var site = await CrawlSite.StartAsync(40);
        var store = new MemoryBlobStore();
        await CrawlRig.AcceptAsync(store, CrawlRig.Request(site) with { Concurrency = 4, PagesPerBrowser = 1 });
        await using var worker = CrawlRig.Worker(store);
        var layout = new CrawlBlobs(store, CrawlRig.Id).Layout;
        var damaged = new ConcurrentDictionary<string, bool>();

        var (output, histories) = await ReplayContext.RecordAsync(
            async (name, input) =>
            {
                var blob = input switch
                {
                    CrawlChunkInput { Wave: 2, Chunk: 0 } => layout.Plan(2),
                    PlanWaveInput { Wave: 4 } => layout.Chunk(3, 1),
                    FinishCrawlInput => layout.Chunk(1, 0),
                    _ => null,
                };
                if (blob is not null && damaged.TryAdd(blob, true))
                    await store.PutAsync(blob, Array.Empty<byte>(), PutCondition.None, Cancellation);
                var json = (JsonElement)
                    typeof(PayloadJson).GetMethod("Write")!.MakeGenericMethod(input.GetType()).Invoke(null, [input])!;
                var result = await worker.Get<ActivityRunner>().RunAsync(name, json, Cancellation);
                return name switch
                {
                    "PlanWave" => PayloadJson.Read<PlanWaveOutput>(result),
                    "FinishCrawl" => PayloadJson.Read<FinishCrawlOutput>(result),
                    _ => PayloadJson.Read<CrawlChunkOutput>(result),
                };
            }
        );

        Assert.Equal((CrawlState.Completed, 40), (output.State, output.Pages.Succeeded));
        Assert.Equal(3, damaged.Count);
        ReplayTests.AssertReplays(histories);
        // A repeated wave has other sub-orchestrations, because the first ones have ended.
        var instances = histories.Select(h => h.Instance).Where(i => i != "root").ToList();
        Assert.Equal(instances.Distinct(), instances);
        Assert.Contains("crawl:0002:000:01", instances);
        Assert.Contains("crawl:0001:000:03", instances);
    }
}
