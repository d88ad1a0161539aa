using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using Microsoft.DurableTask.Client;

namespace FunctionsCrawler.Functions.Tests;

/// <summary>A crawl on the Durable engine stores the same as on the embedded engine.</summary>
public sealed class DurableCrawlTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Crawl_SeveralWaves_SameAsOnTheEmbeddedEngine()
    {
        await using var site = await CrawlSite.StartAsync(40);
        var request = CrawlRig.Request(site) with { Concurrency = 6, PagesPerBrowser = 2 };
        var embedded = new MemoryBlobStore();
        await CrawlRig.CrawlAsync(embedded, request);
        await using var rig = await DurableRig.StartAsync(_store);

        Assert.Equal(Acceptance.Accepted, await rig.Crawls.AcceptAsync(CrawlRig.Id, request, Cancellation));
        var status = await rig.WaitUntilEndedAsync(CrawlRig.Id);

        Assert.Equal((CrawlStatusState.Completed, 40), (status.State, status.Progress.Succeeded));
        Assert.NotNull(await new CrawlBlobs(_store, CrawlRig.Id).GetPlanAsync(3, Cancellation));
        Assert.Equal(await CrawlRig.EssenceAsync(embedded), await CrawlRig.EssenceAsync(_store));
        Assert.Equal(await CrawlRig.SummaryAsync(embedded), await CrawlRig.SummaryAsync(_store));
        Assert.Equal(await CrawlRig.InputsAsync(embedded), await CrawlRig.InputsAsync(_store));
    }

    [Fact]
    public async Task Crawl_BatchMode_RunsTheBatchOrchestrator()
    {
        await using var site = await CrawlSite.StartAsync(30);
        await using var rig = await DurableRig.StartAsync(_store);
        var request = CrawlRig.Request(site) with
        {
            Mode = CrawlMode.Batch,
            Urls = [.. Enumerable.Range(0, 30).Select(n => site.Url($"/p/{n}"))],
        };

        await rig.Crawls.AcceptAsync(CrawlRig.Id, request, Cancellation);
        Assert.Equal(30, (await rig.WaitUntilEndedAsync(CrawlRig.Id)).Progress.Succeeded);

        var instance = await rig.Client.WaitForInstanceCompletionAsync(CrawlRig.Id, Cancellation);
        Assert.Equal(
            (Orchestrators.Batch, OrchestrationRuntimeStatus.Completed),
            (instance.Name, instance.RuntimeStatus)
        );
    }

    [Fact]
    public async Task Crawl_Running_ReportsProgressAndCanBeCancelled()
    {
        await using var site = await CrawlSite.StartAsync(60);
        var reached = new TaskCompletionSource();
        site.Delay = async (path, token) =>
        {
            if (path is not "/p/20")
                return;
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        };
        await using var rig = await DurableRig.StartAsync(_store);
        await rig.Crawls.AcceptAsync(CrawlRig.Id, CrawlRig.Request(site), Cancellation);
        await reached.Task;

        var running = (await rig.Crawls.FindAsync(CrawlRig.Id, Cancellation))!;
        Assert.Equal(CrawlStatusState.Running, running.State);
        Assert.True(running.Progress.Succeeded > 0);
        Assert.True(running.Progress.Wave > 0);
        // Accepting the same request again does not start a second crawl.
        await rig.Crawls.AcceptAsync(CrawlRig.Id, CrawlRig.Request(site), Cancellation);
        Assert.Equal(CommandResult.Done, await rig.Crawls.CancelAsync(CrawlRig.Id, Cancellation));

        Assert.Equal(CrawlStatusState.Cancelled, (await rig.WaitUntilEndedAsync(CrawlRig.Id)).State);
        Assert.Equal(site.Log.Count, site.Log.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Crawl_ChunkAlwaysFails_ErrorRecordsAndTheCrawlContinues()
    {
        await using var site = await CrawlSite.StartAsync(15);
        var reads = 0;
        var failing = new InterceptedStore(_store)
        {
            Before = (operation, name) =>
                operation is "get"
                && name.Contains("/0001/inputs-", StringComparison.Ordinal)
                && Interlocked.Increment(ref reads) <= 3
                    ? throw new IOException("the disk says no")
                    : Task.CompletedTask,
        };
        await using var rig = await DurableRig.StartAsync(failing);

        await rig.Crawls.AcceptAsync(CrawlRig.Id, CrawlRig.Request(site), Cancellation);
        await rig.WaitUntilEndedAsync(CrawlRig.Id);

        var failed = (await CrawlRig.RecordsAsync(_store)).Where(r => r.Error is not null).ToList();
        Assert.NotEmpty(failed);
        Assert.All(failed, r => Assert.Equal((1, ErrorCode.Internal), (r.Depth, r.Error!.Code)));
        Assert.All(failed, r => Assert.Contains("the disk says no", r.Error!.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Crawl_OrchestrationFails_EndsAsFailedWithItsRecords()
    {
        await using var site = await CrawlSite.StartAsync(10);
        var failing = new InterceptedStore(_store)
        {
            Before = (operation, name) =>
                operation is "put" && name.EndsWith("0001/plan.json", StringComparison.Ordinal)
                    ? throw new InvalidOperationException("no plan today")
                    : Task.CompletedTask,
        };
        await using var rig = await DurableRig.StartAsync(failing);
        await rig.Crawls.AcceptAsync(CrawlRig.Id, CrawlRig.Request(site), Cancellation);
        await rig.Client.WaitForInstanceCompletionAsync(CrawlRig.Id, Cancellation);
        Assert.False((await rig.Crawls.FindAsync(CrawlRig.Id, Cancellation))!.HasEnded);

        // The maintenance timer calls ResumeAsync, which ends the crawl.
        await rig.Crawls.ResumeAsync(Cancellation);

        var status = (await rig.Crawls.FindAsync(CrawlRig.Id, Cancellation))!;
        Assert.Equal((CrawlStatusState.Failed, 1), (status.State, status.Progress.Succeeded));
        Assert.Contains("no plan today", status.Reason, StringComparison.Ordinal);
        Assert.Equal(0, await rig.Crawls.ResumeAsync(Cancellation));
    }

    [Fact]
    public async Task Crawl_ChunkDamaged_WaveIsDoneAgainAndNoHistoryLeftAfterDeletion()
    {
        await using var site = await CrawlSite.StartAsync(10);
        var damaged = 0;
        var store = new InterceptedStore(_store)
        {
            After = (operation, name) =>
            {
                if (
                    operation is "put"
                    && name.EndsWith("0001/00000.ndjson.gz", StringComparison.Ordinal)
                    && Interlocked.Exchange(ref damaged, 1) == 0
                )
                    _store.PutAsync(name, new byte[9], PutCondition.None, Cancellation).GetAwaiter().GetResult();
            },
        };
        await using var rig = await DurableRig.StartAsync(store);
        await rig.Crawls.AcceptAsync(CrawlRig.Id, CrawlRig.Request(site), Cancellation);

        var status = await rig.WaitUntilEndedAsync(CrawlRig.Id);

        Assert.Equal((CrawlStatusState.Completed, 10), (status.State, status.Progress.Succeeded));
        Assert.Equal(10, (await CrawlRig.RecordsAsync(_store)).DistinctBy(r => r.Url).Count());
        await rig.Client.WaitForInstanceCompletionAsync(CrawlRig.Id, Cancellation);
        string[] instances = [$"{CrawlRig.Id}:0001:000", $"{CrawlRig.Id}:0001:000:01"];
        foreach (var instance in instances)
            Assert.NotNull(await rig.Client.GetInstanceAsync(instance, Cancellation));
        Assert.Equal(CommandResult.Done, await rig.Crawls.DeleteAsync(CrawlRig.Id, Cancellation));
        foreach (var instance in instances)
            Assert.Null(await rig.Client.GetInstanceAsync(instance, Cancellation));
        Assert.Equal([$"deleted/{CrawlRig.Id}"], _store.Names);
    }

    [Fact]
    public async Task Crawl_Deleted_NoHistoryLeft()
    {
        await using var site = await CrawlSite.StartAsync(10);
        await using var rig = await DurableRig.StartAsync(_store);
        await rig.Crawls.AcceptAsync(CrawlRig.Id, CrawlRig.Request(site), Cancellation);
        await rig.WaitUntilEndedAsync(CrawlRig.Id);
        await rig.Client.WaitForInstanceCompletionAsync(CrawlRig.Id, Cancellation);
        Assert.NotNull(await rig.Client.GetInstanceAsync($"{CrawlRig.Id}:0000:000", Cancellation));

        Assert.Equal(CommandResult.Done, await rig.Crawls.DeleteAsync(CrawlRig.Id, Cancellation));

        Assert.Null(await rig.Client.GetInstanceAsync(CrawlRig.Id, Cancellation));
        Assert.Null(await rig.Client.GetInstanceAsync($"{CrawlRig.Id}:0000:000", Cancellation));
        Assert.Equal([$"deleted/{CrawlRig.Id}"], _store.Names);
    }
}
