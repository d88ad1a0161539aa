using FunctionsCrawler.Activities;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Golden;

/// <summary>Records the blobs of complete and of interrupted crawls. Skipped unless GOLDEN_RECORD names a folder.</summary>
public sealed class GoldenCrawlRecording
{
    // The page whose response is held back.
    private const string Held = $"{GoldenSite.One}/p/9";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Crawls_OfThisVersion_AreRecorded()
    {
        var folder = GoldenData.RequireRecordFolder("crawls");
        await RecordAsync(folder, "batch", GoldenCrawl.Batch, GoldenCrawl.RunAsync);
        await RecordAsync(folder, "recursive", GoldenCrawl.Recursive, GoldenCrawl.RunAsync);
        await RecordAsync(folder, "sitemap", GoldenCrawl.Sitemap, GoldenCrawl.RunAsync);
        await RecordAsync(
            folder,
            "cancelled",
            GoldenCrawl.Recursive,
            (s, site) => InterruptAsync(s, site, CancelAsync)
        );
        await RecordAsync(folder, "killed", GoldenCrawl.Recursive, (s, site) => InterruptAsync(s, site, KillAsync));
        await RecordAsync(
            folder,
            "handed-back",
            GoldenCrawl.Recursive,
            (s, site) => InterruptAsync(s, site, DrainAsync)
        );
    }

    private static async Task RecordAsync(
        string folder,
        string name,
        CrawlRequest request,
        Func<MemoryBlobStore, GoldenSite, Task> run
    )
    {
        await using var site = await GoldenSite.StartAsync();
        var store = new MemoryBlobStore();
        await GoldenCrawl.Service(store).AcceptAsync(GoldenCrawl.Id, request, Cancellation);
        await run(store, site);
        var path = Path.Combine(folder, name);
        await GoldenData.SaveAsync(store, Path.Combine(path, "blobs"), Cancellation);
        await File.WriteAllLinesAsync(
            Path.Combine(path, "pages.txt"),
            await GoldenCrawl.PagesAsync(store),
            Cancellation
        );
        await File.WriteAllTextAsync(Path.Combine(path, "end.txt"), await GoldenCrawl.EndAsync(store), Cancellation);
    }

    /// <summary>Interrupts a crawl in the middle of wave 3, after some of its chunks are committed.</summary>
    private static async Task InterruptAsync(
        MemoryBlobStore store,
        GoldenSite site,
        Func<Interruption, Task> interruptAsync
    )
    {
        var committed = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        site.Delay = async (url, token) =>
        {
            if (url != Held)
                return;
            held.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        };
        var watched = new InterceptedStore(store)
        {
            After = (operation, name) =>
            {
                if (operation is "put" && name.Contains("/0003/0", StringComparison.Ordinal))
                    committed.TrySetResult();
            },
        };
        await using var worker = await GoldenCrawl.WorkerAsync(watched, site);
        using var kill = new CancellationTokenSource();
        var crawling = worker.Engine.RunAsync(GoldenCrawl.Id, _ => { }, kill.Token);
        await Task.WhenAll(held.Task, committed.Task).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        await interruptAsync(new Interruption(store, worker.Get<WorkerLifetime>().DrainAsync, kill));
        try
        {
            await crawling;
        }
        catch (OperationCanceledException)
        {
            // Killed or drained.
        }
    }

    private static Task CancelAsync(Interruption at) =>
        new CrawlBlobs(at.Store, GoldenCrawl.Id).CancelAsync(Cancellation);

    private static Task KillAsync(Interruption at) => at.Kill.CancelAsync();

    private static Task DrainAsync(Interruption at) => at.DrainAsync();

    private sealed record Interruption(MemoryBlobStore Store, Func<Task> DrainAsync, CancellationTokenSource Kill);
}
