using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;

namespace FunctionsCrawler.Core.Tests.Hosting;

public class KillTests
{
    private const int Pages = 60;
    private const int Kills = 40;

    [Theory]
    [InlineData(5, 5, 1)]
    [InlineData(6, 2, 3)]
    public async Task Crawl_KilledAtAnyStoreOperationAndResumed_SameResultAsUndisturbed(
        int concurrency,
        int pagesPerBrowser,
        int lanes
    )
    {
        await using var site = await CrawlSite.StartAsync(Pages);
        site.Special["/p/5"] = context =>
        {
            context.Response.Redirect("/p/6");
            return Task.CompletedTask;
        };
        site.Special["/p/7"] = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var request = CrawlRig.Request(site) with { Concurrency = concurrency, PagesPerBrowser = pagesPerBrowser };
        var undisturbed = new MemoryBlobStore();
        var operations = 0;
        await CrawlRig.AcceptAsync(undisturbed, request);
        await CrawlRig.RunAsync(
            new InterceptedStore(undisturbed) { After = (_, _) => Interlocked.Increment(ref operations) }
        );
        var expected = await CrawlRig.EssenceAsync(undisturbed);
        var summary = await CrawlRig.SummaryAsync(undisturbed);
        // /p/5 redirects, so pages that only it links to are not found.
        Assert.InRange(expected.Count, 40, Pages);
        Assert.InRange(operations, Kills, 2000);

        for (var kill = 0; kill < Kills; kill++)
        {
            site.ClearLog();
            var store = new MemoryBlobStore();
            await CrawlRig.AcceptAsync(store, request);
            // Kills are spread evenly over all operations, alternating between before and after the operation.
            var at = 1 + (kill * (operations - 2) / (Kills - 1));
            await RunKilledAsync(store, at, after: kill % 2 == 0);
            await CrawlRig.RunAsync(store);

            Assert.Equal(expected, await CrawlRig.EssenceAsync(store));
            Assert.Equal(summary, await CrawlRig.SummaryAsync(store));
            // At most the open chunk of each lane is fetched again, and its redirect counts twice.
            Assert.InRange(site.Log.Count, expected.Count, expected.Count + 1 + (lanes * 26));
        }
    }

    private static async Task RunKilledAsync(MemoryBlobStore store, int operation, bool after)
    {
        using var dead = new CancellationTokenSource();
        var count = 0;
        var killed = new InterceptedStore(store)
        {
            Before = (_, _) =>
            {
                Die(Interlocked.Increment(ref count) == operation && !after);
                return Task.CompletedTask;
            },
            After = (_, _) => Die(Volatile.Read(ref count) >= operation),
        };
        // With several lanes the number of operations varies slightly, so the last ones are not always reached.
        await Record.ExceptionAsync(() => CrawlRig.RunAsync(killed, dead.Token));

        void Die(bool now)
        {
            if (now)
                dead.Cancel();
            if (dead.IsCancellationRequested)
                throw new KilledException();
        }
    }

    private sealed class KilledException : Exception;
}
