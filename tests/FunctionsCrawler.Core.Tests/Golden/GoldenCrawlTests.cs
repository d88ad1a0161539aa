using FunctionsCrawler.Core.Tests.Hosting;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Core.Tests.Golden;

/// <summary>The current code can read the crawls that released versions stored, and can resume interrupted ones.</summary>
public sealed class GoldenCrawlTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Crawls => GoldenData.All("crawls");

    [Theory]
    [MemberData(nameof(Crawls))]
    public async Task Crawl_StoredByAnyVersion_ReadAsRecorded(string name)
    {
        var folder = GoldenData.PathOf(name);
        var store = await GoldenData.LoadAsync(Path.Combine(folder, "blobs"), Cancellation);

        Assert.Equal(
            await File.ReadAllLinesAsync(Path.Combine(folder, "pages.txt"), Cancellation),
            await GoldenCrawl.PagesAsync(store)
        );
        var end = await File.ReadAllTextAsync(Path.Combine(folder, "end.txt"), Cancellation);
        Assert.Equal(end, await GoldenCrawl.EndAsync(store));
        var scheduler = new RecordingScheduler();
        var service = GoldenCrawl.Service(store, scheduler);
        Assert.Equal(end.Length > 0, (await service.FindAsync(GoldenCrawl.Id, Cancellation))!.HasEnded);
        Assert.Single((await service.ListAsync(null, 10, null, Cancellation)).Items);
        await service.ResumeAsync(Cancellation);
        Assert.Equal(end.Length > 0 ? [] : [GoldenCrawl.Id], scheduler.Scheduled);
    }

    [Theory]
    [MemberData(nameof(Crawls))]
    public async Task Blobs_StoredByAnyVersion_ReadWithoutLoss(string name)
    {
        var store = await GoldenData.LoadAsync(Path.Combine(GoldenData.PathOf(name), "blobs"), Cancellation);

        var checkedBlobs = await StoredJson.CheckAsync(store, Cancellation);

        Assert.True(checkedBlobs > 5, $"only {checkedBlobs} blobs are JSON");
    }

    [Theory]
    [MemberData(nameof(Crawls))]
    public async Task Crawl_InterruptedInAnyVersion_ContinuesAndVisitsEachPageOnce(string name)
    {
        var folder = GoldenData.PathOf(name);
        var store = await GoldenData.LoadAsync(Path.Combine(folder, "blobs"), Cancellation);
        var crawl = new CrawlBlobs(store, GoldenCrawl.Id);
        await crawl.ReopenAsync(Cancellation);
        var hadEnded = await crawl.GetSummaryAsync(Cancellation) is not null;
        var before = (await crawl.ReadRecordsAsync(Cancellation).ToListAsync(Cancellation)).ConvertAll(r => r.Url);
        await using var site = await GoldenSite.StartAsync();

        await GoldenCrawl.RunAsync(store, site);

        var complete = hadEnded ? folder : Path.Combine(folder, "..", "recursive");
        Assert.Equal(
            (await File.ReadAllLinesAsync(Path.Combine(complete, "pages.txt"), Cancellation)).Order(
                StringComparer.Ordinal
            ),
            (await GoldenCrawl.PagesAsync(store)).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(complete, "end.txt"), Cancellation),
            await GoldenCrawl.EndAsync(store)
        );
        var requested = site.Log.ToList();
        Assert.Equal(hadEnded, requested.Count == 0);
        Assert.Equal(requested.Distinct(StringComparer.Ordinal), requested);
        Assert.Empty(requested.Intersect(before, StringComparer.Ordinal));
    }
}
