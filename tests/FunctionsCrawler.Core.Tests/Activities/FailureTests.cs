using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Core.Tests.Activities;

public class FailureTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(15)]
    [InlineData(30)]
    public async Task Store_FullFromAnyWrite_FailsAndCanBeResumed(int puts)
    {
        await using var site = await CrawlSite.StartAsync(40);
        var request = CrawlRig.Request(site) with { Concurrency = 6, PagesPerBrowser = 2 };
        var undisturbed = new MemoryBlobStore();
        await CrawlRig.CrawlAsync(undisturbed, request);
        var root = Directory.CreateTempSubdirectory("full").FullName;
        try
        {
            var store = new FileBlobStore(root);
            await CrawlRig.AcceptAsync(store, request);
            var count = 0;
            var full = new InterceptedStore(store)
            {
                Before = (operation, _) =>
                    operation is "put" && Interlocked.Increment(ref count) >= puts
                        ? throw new IOException("no space left on device")
                        : Task.CompletedTask,
            };
            var failure = await Assert.ThrowsAsync<ActivityFailedException>(() => CrawlRig.RunAsync(full));
            Assert.Contains("no space left on device", failure.Message, StringComparison.Ordinal);
            var after = count;
            await Task.Delay(100, Cancellation);
            Assert.Equal(after, count);

            await CrawlRig.RunAsync(store);
            Assert.Equal(await CrawlRig.EssenceAsync(undisturbed), await CrawlRig.EssenceAsync(store));
            Assert.Equal(await CrawlRig.SummaryAsync(undisturbed), await CrawlRig.SummaryAsync(store));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task Chunk_AlwaysThrows_TriedThreeTimesThenInternalRecords()
    {
        await using var site = await CrawlSite.StartAsync(15);
        var store = new MemoryBlobStore();
        await CrawlRig.AcceptAsync(store, CrawlRig.Request(site));
        var tries = 0;
        var failing = new InterceptedStore(store)
        {
            Before = (operation, name) =>
                operation is "get"
                && name.Contains("/0002/inputs-", StringComparison.Ordinal)
                && Interlocked.Increment(ref tries) <= 3
                    ? throw new IOException("the disk says no")
                    : Task.CompletedTask,
        };
        var output = await CrawlRig.RunAsync(failing);

        // The fourth read is from FailChunk.
        Assert.Equal(4, tries);
        Assert.Equal(CrawlState.Completed, output.State);
        var records = await CrawlRig.RecordsAsync(store);
        var failed = records.Where(r => r.Error is not null).ToList();
        Assert.Equal(records.Where(r => r.Depth == 2), failed);
        Assert.NotEmpty(failed);
        Assert.All(
            failed,
            r =>
            {
                Assert.Equal(ErrorCode.Internal, r.Error!.Code);
                Assert.Contains("the disk says no", r.Error.Message, StringComparison.Ordinal);
            }
        );
        Assert.Equal(records.Count, records.DistinctBy(r => r.Url, StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Activity_FailsTwice_Retried()
    {
        await using var site = await CrawlSite.StartAsync(3);
        var store = new MemoryBlobStore();
        await CrawlRig.AcceptAsync(store, CrawlRig.Request(site));
        var tries = 0;
        var flaky = new InterceptedStore(store)
        {
            Before = (operation, name) =>
                operation is "put"
                && name.EndsWith("plan.json", StringComparison.Ordinal)
                && Interlocked.Increment(ref tries) <= 2
                    ? throw new IOException("busy")
                    : Task.CompletedTask,
        };
        Assert.Equal(3, (await CrawlRig.RunAsync(flaky)).Pages.Succeeded);
    }

    [Fact]
    public async Task Engine_HostStops_StopsAtOnceAndCanBeResumed()
    {
        await using var site = await CrawlSite.StartAsync(30);
        var store = new MemoryBlobStore();
        await CrawlRig.AcceptAsync(store, CrawlRig.Request(site));
        using var stop = new CancellationTokenSource();
        site.Delay = async (path, token) =>
        {
            if (path is not "/p/9")
                return;
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CrawlRig.RunAsync(store, stop.Token));
        site.Delay = (_, _) => Task.CompletedTask;
        Assert.Equal(30, (await CrawlRig.RunAsync(store)).Pages.Succeeded);
        Assert.Equal(30, (await CrawlRig.RecordsAsync(store)).DistinctBy(r => r.Url, StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Engine_WorkerHasNoMemoryLeft_StopsAndFailsNoPage()
    {
        await using var site = await CrawlSite.StartAsync(30);
        var store = new MemoryBlobStore();
        await CrawlRig.AcceptAsync(store, CrawlRig.Request(site));
        // Every .NET process uses more than 10 MB.
        await using (var full = CrawlRig.Worker(store, memoryBytes: 10 << 20))
        {
            var e = await Assert.ThrowsAsync<ActivityFailedException>(() =>
                full.Engine.RunAsync(CrawlRig.Id, _ => { }, Cancellation)
            );
            Assert.IsType<WorkerExhaustedException>(e.InnerException);
            Assert.Contains("of its memory budget of 10 MB", e.Message, StringComparison.Ordinal);
        }
        Assert.Empty(await CrawlRig.RecordsAsync(store));
        Assert.Equal(30, (await CrawlRig.RunAsync(store)).Pages.Succeeded);
    }

    [Fact]
    public async Task Engine_UnknownCrawl_FailsWithItsId()
    {
        var failure = await Assert.ThrowsAsync<ActivityFailedException>(() => CrawlRig.RunAsync(new MemoryBlobStore()));
        Assert.Contains("there is no crawl 'crawl'", failure.Message, StringComparison.Ordinal);
    }
}
