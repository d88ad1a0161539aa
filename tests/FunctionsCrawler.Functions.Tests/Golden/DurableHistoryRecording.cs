using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Golden;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Functions.Tests.Golden;

/// <summary>Records complete crawls on a Durable engine, turn by turn. Skipped unless GOLDEN_RECORD names a folder.</summary>
public sealed class DurableHistoryRecording
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Histories_OfThisVersion_AreRecorded()
    {
        var folder = GoldenData.RequireRecordFolder("histories");
        await RecordAsync(folder, "several-waves", r => r with { Concurrency = 6, PagesPerBrowser = 2 });
        await RecordAsync(folder, "batch", r => r with { Mode = CrawlMode.Batch });
        await RecordAsync(
            folder,
            "failing-chunk",
            r => r with { MaxDepth = 1 },
            (_, operation, name) =>
                operation is "get" && name.Contains("/0001/inputs-", StringComparison.Ordinal)
                    ? throw new IOException("the disk says no")
                    : Task.CompletedTask
        );
        await RecordAsync(
            folder,
            "failing-plan",
            r => r,
            (_, operation, name) =>
                operation is "put" && name.EndsWith("/0001/plan.json", StringComparison.Ordinal)
                    ? throw new InvalidOperationException("no plan today")
                    : Task.CompletedTask
        );
        await RecordAsync(
            folder,
            "cancelled",
            r => r,
            (crawl, operation, name) =>
                operation is "get" && name.Contains("/0002/inputs-", StringComparison.Ordinal)
                    ? crawl.CancelAsync(Cancellation)
                    : Task.CompletedTask
        );
    }

    private static async Task RecordAsync(
        string folder,
        string name,
        Func<CrawlRequest, CrawlRequest> change,
        Func<CrawlBlobs, string, string, Task>? before = null
    )
    {
        await using var site = await CrawlSite.StartAsync(20);
        var store = new MemoryBlobStore();
        var crawl = new CrawlBlobs(store, CrawlRig.Id);
        var watched = new InterceptedStore(store);
        if (before is not null)
            watched.Before = (operation, blob) => before(crawl, operation, blob);
        var recorder = new TurnRecorder();
        await using (var rig = await DurableRig.StartAsync(watched, recorder))
        {
            await rig.Crawls.AcceptAsync(CrawlRig.Id, change(CrawlRig.Request(site)), Cancellation);
            await rig.Client.WaitForInstanceCompletionAsync(CrawlRig.Id, Cancellation);
        }
        var text = TurnFile.Write(recorder.Turns);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.ndjson"), text, Cancellation);
    }
}
