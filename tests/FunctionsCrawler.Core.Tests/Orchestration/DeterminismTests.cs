using FunctionsCrawler.Core.Tests.Blobs;

namespace FunctionsCrawler.Core.Tests.Orchestration;

public class DeterminismTests
{
    [Fact]
    public async Task Crawl_ResponsesInAnotherOrder_SameChunksAndSameRecords()
    {
        await using var site = await CrawlSite.StartAsync(120);
        var request = CrawlRig.Request(site) with { Concurrency = 8, PagesPerBrowser = 3, MaxPages = 90 };
        var runs = new List<MemoryBlobStore>();
        for (var seed = 1; seed <= 3; seed++)
        {
            var random = new Random(seed);
            site.Delay = (_, token) => Task.Delay(random.Next(8), token);
            var store = new MemoryBlobStore();
            await CrawlRig.CrawlAsync(store, request);
            runs.Add(store);
        }
        var inputs = await CrawlRig.InputsAsync(runs[0]);
        var records = await CrawlRig.EssenceAsync(runs[0]);
        Assert.Equal(90, records.Count);
        Assert.True(inputs.Count > 10);
        foreach (var other in runs.Skip(1))
        {
            Assert.Equal(inputs, await CrawlRig.InputsAsync(other));
            Assert.Equal(records, await CrawlRig.EssenceAsync(other));
        }
    }

    [Fact]
    public async Task Crawl_AnyConcurrency_SameUrlsEachOnce()
    {
        await using var site = await CrawlSite.StartAsync(70);
        var sets = new List<List<string>>();
        foreach (var (concurrency, pagesPerBrowser) in new[] { (1, 1), (8, 5), (8, 1) })
        {
            var store = new MemoryBlobStore();
            await CrawlRig.CrawlAsync(
                store,
                CrawlRig.Request(site) with
                {
                    Concurrency = concurrency,
                    PagesPerBrowser = pagesPerBrowser,
                }
            );
            sets.Add([.. (await CrawlRig.RecordsAsync(store)).Select(r => r.Url).Order(StringComparer.Ordinal)]);
        }
        Assert.Equal(70, sets[0].Count);
        Assert.Equal(70, sets[0].Distinct(StringComparer.Ordinal).Count());
        Assert.All(sets, set => Assert.Equal(sets[0], set));
    }
}
