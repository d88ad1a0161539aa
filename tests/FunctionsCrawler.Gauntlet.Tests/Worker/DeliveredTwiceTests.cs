using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using FunctionsCrawler.Gauntlet.Tests.Rows;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>T21: an activity that is delivered twice, each time with its own browser, commits once.</summary>
public sealed class DeliveredTwiceTests : GauntletTest
{
    private const int Pages = 12;
    private const string Id = "twice";

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CrawlChunk_TwiceAtOnceAndLater_CommitsOneBlobAndLeavesNothing()
    {
        await using var site = await TreeSite.StartAsync(Pages);
        using var folder = new InProcessFolder();
        await folder.AcceptAsync(
            Id,
            new CrawlRequest
            {
                Mode = CrawlMode.Batch,
                Render = RenderMode.Always,
                Urls = [.. TreeSite.Paths(Pages).Select(p => site.Url + p[1..])],
            }
        );
        await new PlanWaveActivity(folder.Store, new SoleOwnership(), TimeProvider.System).RunAsync(
            new PlanWaveInput(Id, 0),
            Cancellation
        );
        var browsers = new Receipts();
        var store = SynchronizeWrites(folder.Store);

        var outputs = await Task.WhenAll(DeliverAsync(store, browsers), DeliverAsync(store, browsers));
        var (blob, requests) = (await BlobAsync(), site.Requests);
        var later = await DeliverAsync(folder.Store, browsers);

        Assert.All(outputs.Append(later), output => Assert.Equal(outputs[0], output));
        Assert.Equal(Pages, later.Pages.Succeeded);
        Assert.Equal(requests, site.Requests);
        Assert.Equal(blob, await BlobAsync());
        var records = await new CrawlBlobs(folder.Store, Id).ReadRecordsAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal(
            TreeSite.Paths(Pages),
            records.Select(r => new Uri(r.Url).AbsolutePath).Order(StringComparer.Ordinal)
        );
        // Each delivery had a browser (on a busy machine possibly another one after it was lost), and all left nothing.
        Assert.True(browsers.All.Count >= 2, $"{browsers.All.Count} browsers");
        Assert.All(browsers.All, receipt => Assert.True(receipt.IsClean, $"{receipt}"));

        async Task<byte[]> BlobAsync() =>
            (await folder.Store.GetAsync(new CrawlLayout(Id).Chunk(0, 0), Cancellation))!.Value.ToArray();
    }

    private static async Task<CrawlChunkOutput> DeliverAsync(IBlobStore store, ICrawlObserver observer)
    {
        await using var worker = InProcessFolder.Worker(store, observer);
        return await worker.Get<CrawlChunkActivity>().RunAsync(new CrawlChunkInput(Id, 0, 0), Cancellation);
    }

    // Delays the write of a result until both deliveries want to write theirs.
    private static InterceptedStore SynchronizeWrites(IBlobStore store)
    {
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = 0;
        return new InterceptedStore(store)
        {
            Before = async (operation, name) =>
            {
                if (operation is not "put" || !name.EndsWith(".ndjson.gz", StringComparison.Ordinal))
                    return;
                if (Interlocked.Increment(ref writers) == 2)
                    second.SetResult();
                await second.Task.WaitAsync(Guard);
            },
        };
    }
}
