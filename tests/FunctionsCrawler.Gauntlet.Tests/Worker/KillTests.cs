using System.Diagnostics;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>
/// Whole crawls whose worker is killed several times: before, during and after a fetch, a result or a plan. The result must
/// have the pages of an undisturbed crawl, once each, and only pages that were in flight may be fetched again.
/// </summary>
public sealed class KillTests : WorkerTest
{
    private const int Kills = 3;

    // Not a limit of the product: makes a hung test fail instead of hanging the run.
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("Run", "long")]
    public Task Crawl_Killed_EndsAsIfUndisturbed() => KillAsync(pages: 200, "never", firstSeed: 0, seeds: 2);

    [Fact]
    [Trait("Run", "long")]
    public Task RenderedCrawl_Killed_EndsAsIfUndisturbed() => KillAsync(pages: 40, "always", firstSeed: 2, seeds: 1);

    [Fact]
    [Trait("Run", "long")]
    public Task Crawl_KilledAtOtherMoments_EndsAsIfUndisturbed() =>
        KillAsync(pages: 200, "never", firstSeed: 3, seeds: 13);

    [Fact]
    [Trait("Run", "long")]
    public Task RenderedCrawl_KilledAtOtherMoments_EndsAsIfUndisturbed() =>
        KillAsync(pages: 60, "always", firstSeed: 16, seeds: 4);

    private async Task KillAsync(int pages, string render, int firstSeed, int seeds)
    {
        if (render != "never")
            SkipWithoutChromium();
        await using var site = await TreeSite.StartAsync(pages);
        (await Place.RunAsync(Crawl(site, render, "undisturbed", concurrency: 10))).Expect(0);
        var undisturbed = Read("undisturbed");
        Assert.Equal(TreeSite.Paths(pages), undisturbed.StoredPaths);
        var (needed, requestsBefore) = (site.Requests, site.Requests);

        for (var seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            var (kills, inFlight) = await KilledCrawlAsync(site, render, seed);
            var repeated = site.Requests - requestsBefore - needed;
            requestsBefore = site.Requests;

            var killed = Read($"{seed}");
            Assert.Equal(CrawlState.Completed, killed.Summary.State);
            Assert.Equal(Essence(undisturbed), Essence(killed));
            Assert.True(
                repeated <= inFlight,
                $"Seed {seed}, killed {kills}: {repeated} pages were fetched again, but only {inFlight} were in flight"
            );
            await AssertNothingLeftAsync();
        }
    }

    /// <summary>Runs a crawl whose worker is killed up to three times.</summary>
    /// <returns>The moments of the kills, and the total number of URLs in flight at these moments.</returns>
    private async Task<(string Kills, int InFlight)> KilledCrawlAsync(TestSite site, string render, int seed)
    {
        var random = new Random(seed);
        var watch = new CrawlBlobsWatch(Place.At($"{seed}"));
        var (kills, inFlight) = (new List<string>(), 0);
        DeadCrawl? dead = null;
        for (var kill = 0; kill < Kills; kill++)
        {
            site.Release();
            var worker = kill == 0 ? Place.Start(Crawl(site, render, $"{seed}", concurrency: 10)) : Resume(seed);
            if (dead is not null)
                await dead.AssertGoneAsync();
            var (moment, isNow) = Moment(site, watch, random);
            if (!await Task.Run(() => IsReached(worker, isNow, moment), Cancellation))
                break;
            dead = await DeadCrawl.KillAsync(worker, Place);
            kills.Add(moment);
            inFlight += await watch.UrlsInFlightAsync(Cancellation);
        }
        site.Release();
        var last = Resume(seed);
        if (dead is not null)
            await dead.AssertGoneAsync();
        (await last.ExitAsync()).Expect(0);
        var report = kills.Count == 0 ? "no kill" : string.Join(", ", kills);
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed}: {report}; {inFlight} URLs in flight.");
        return (report, inFlight);
    }

    // At some moments the site holds the crawl; others are only observed, so the kill comes slightly later.
    private static (string Moment, Func<bool> IsNow) Moment(TestSite site, CrawlBlobsWatch watch, Random random)
    {
        var n = random.Next(1, 30);
        var (chunks, plans, answers) = (watch.Chunks, watch.Plans, site.Log.Count);
        return random.Next(6) switch
        {
            0 => ($"before fetch {n}", site.HoldAfter(n)),
            1 => ($"after fetch {n}", () => site.Log.Count >= answers + n),
            2 => ("before a blob has its name", () => watch.Chunks > chunks + (n % 3) && watch.IsWriting),
            3 => ($"after result {n % 4}", () => watch.Chunks > chunks + (n % 4)),
            4 => ("before a plan", () => watch.Plans > 0 && watch.IsPlanning),
            _ => ("after a plan", () => watch.Plans > plans),
        };
    }

    // Polls without a pause, because the condition may be true for less than a millisecond.
    private static bool IsReached(CrawlProcess worker, Func<bool> isNow, string moment)
    {
        var since = Stopwatch.StartNew();
        while (!isNow())
        {
            // The crawl has ended before the moment came.
            if (worker.HasExited)
                return false;
            Assert.True(
                since.Elapsed < Guard,
                $"Timed out waiting for: {moment}. Output of the worker:\n{worker.Error}"
            );
        }
        return true;
    }

    private CrawlProcess Resume(int seed) => Place.Start("--resume", $"{seed}");

    private static IEnumerable<(string Path, string? Hash, int Depth)> Essence(CrawlOutput crawl) =>
        crawl
            .Pages.Select(p => (CrawlOutput.PathOf(p.Url), p.ContentHash, p.Depth))
            .OrderBy(p => p.Item1, StringComparer.Ordinal);
}
