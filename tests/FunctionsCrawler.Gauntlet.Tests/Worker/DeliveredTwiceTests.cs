using FunctionsCrawler.Browsing;
using FunctionsCrawler.Core.Tests.Storage;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Gauntlet.Tests.Rows;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>T21: an activity that is delivered twice, each time with a browser of its own, commits once.</summary>
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
                Urls = [.. TreeSite.Paths(Pages).Select(p => site.Url + p[1..])],
            }
        );
        await new PlanWaveActivity(folder.Store, TimeProvider.System).RunAsync(new PlanWaveInput(Id, 0), Cancellation);
        var browsers = new Receipts();
        var meeting = Meeting(folder.Store);

        var outputs = await Task.WhenAll(DeliverAsync(meeting, browsers), DeliverAsync(meeting, browsers));
        var (blob, asked) = (await BlobAsync(), site.Requests);
        var later = await DeliverAsync(folder.Store, browsers);

        Assert.All(outputs.Append(later), output => Assert.Equal(outputs[0], output));
        Assert.Equal(Pages, later.Pages.Succeeded);
        Assert.Equal(asked, site.Requests);
        Assert.Equal(blob, await BlobAsync());
        var records = await new CrawlBlobs(folder.Store, Id).ReadRecordsAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal(
            TreeSite.Paths(Pages),
            records.Select(r => new Uri(r.Url).AbsolutePath).Order(StringComparer.Ordinal)
        );
        // Both had a browser, on a busy machine one more after it was lost, and all are proven gone.
        Assert.True(browsers.All.Count >= 2, $"{browsers.All.Count} browsers");
        Assert.All(browsers.All, receipt => Assert.True(receipt.IsClean, $"{receipt}"));

        async Task<string> BlobAsync() =>
            (await folder.Store.GetAsync(new CrawlLayout(Id).Chunk(0, 0), Cancellation))!.ETag;
    }

    private static async Task<CrawlChunkOutput> DeliverAsync(IBlobStore store, ICrawlObserver observer)
    {
        await using var worker = InProcessFolder.Worker(store, observer);
        return await new CrawlChunkActivity(worker).RunAsync(new CrawlChunkInput(Id, 0, 0), Cancellation);
    }

    // Neither writes its result before both want to.
    private static InterceptedStore Meeting(IBlobStore store)
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
