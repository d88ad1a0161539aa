using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using FunctionsCrawler.Gauntlet.Tests.Rows;
using FunctionsCrawler.Gauntlet.Tests.Site;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>T7 for single pages: clients that disconnect at any moment of a scrape leave nothing.</summary>
public sealed class AbortedScrapeTests : GauntletTest
{
    // From before the launch until long after the page was read, on a machine that is not busy. A round on a busy one may end
    // before enough browsers were launched, so the next one waits longer.
    private const int LatestMs = 800;
    private const int MaxRounds = 6;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Scrapes_20AbortedAtRandomMoments_LeaveNothing() => AbortAsync(20);

    [Fact]
    [Trait("Run", "long")]
    public Task Scrapes_200AbortedAtRandomMoments_LeaveNothing() => AbortAsync(200);

    private static async Task AbortAsync(int count)
    {
        await using var site = await HostileSite.StartAsync();
        var folder = Directory.CreateTempSubdirectory("scrapes-").FullName;
        var browsers = new Receipts();
        try
        {
            await using var worker = new WorkerRig(
                new FileBlobStore(folder),
                new CrawlerOptions { Chromium = Chunk.Chromium(), AllowPrivate = true },
                browsers,
                TimeProvider.System
            );
            var scrapes = worker.Get<ScrapeService>();
            // Two thirds never respond and are aborted for sure; the others may finish first, which is part of the mix.
            Uri[] pages = [site.Hang("/hangs"), site.Script("/endless", "while (true) {}"), site.Url("/")];
            var moments = new Random(20261128);
            var aborted = 0;
            for (var round = 0; round < MaxRounds && browsers.All.Count <= count / 2; round++)
            {
                var latest = LatestMs << round;
                // As many at once as may run, so that each is aborted during its launch or visit and not while it waits.
                await Parallel.ForEachAsync(
                    Enumerable.Range(0, count * 3 / 2).Select(n => (pages[n % 3], moments.Next(latest))),
                    new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancellation },
                    async (scrape, _) =>
                    {
                        if (await IsAbortedAsync(scrape.Item1, scrape.Item2))
                            Interlocked.Increment(ref aborted);
                    }
                );
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{aborted} aborted, {browsers.All.Count} browsers.");
            Assert.True(aborted >= count, $"{aborted} were aborted.");
            Assert.True(browsers.All.Count > count / 2, $"{browsers.All.Count} browsers were launched.");
            Assert.All(browsers.All, receipt => Assert.True(receipt.IsClean, $"{receipt}"));
            foreach (var receipt in browsers.All)
                await LeakOracle.AssertCleanAsync(receipt.Invocation);
            // The next page succeeds.
            Assert.Null((await scrapes.TryScrapeAsync(Request(pages[2]), Cancellation))!.Error);

            async Task<bool> IsAbortedAsync(Uri page, int delay)
            {
                using var client = new CancellationTokenSource(TimeSpan.FromMilliseconds(delay));
                try
                {
                    await scrapes.TryScrapeAsync(Request(page), client.Token);
                    return false;
                }
                catch (OperationCanceledException)
                {
                    return true;
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static PageRequest Request(Uri page) =>
        new()
        {
            Url = page.AbsoluteUri,
            Render = RenderMode.Always,
            RespectRobots = false,
        };
}
