using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Core.Tests.Crawls;

/// <summary>
/// A crawl that ended at a limit continues when the limit is raised. It then visits the same pages, each once, as a crawl that
/// had the limit from the start.
/// </summary>
public sealed class LimitRaiseTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(7, 0)]
    [InlineData(20, 5)]
    public async Task MaxPages_Raised_SamePagesAsWithTheLimitFromTheStart(int before, int thenAdd)
    {
        await using var site = await CrawlSite.StartAsync(60);
        var request = CrawlRig.Request(site);
        await CrawlRig.CrawlAsync(_store, request with { MaxPages = before });
        Assert.Equal(before, (await CrawlRig.RecordsAsync(_store)).Count);

        if (thenAdd > 0)
        {
            await RaiseAsync(new RaisedLimits(MaxPages: before + thenAdd));
            await CrawlRig.RunAsync(_store, Cancellation);
            Assert.Equal(before + thenAdd, (await CrawlRig.RecordsAsync(_store)).Count);
        }
        await RaiseAsync(new RaisedLimits(MaxPages: request.MaxPages));
        await CrawlRig.RunAsync(_store, Cancellation);

        await AssertSameAsUndisturbedAsync(request, site);
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(1, 20)]
    [InlineData(2, 4)]
    [InlineData(4, 20)]
    public async Task MaxDepth_Raised_SamePagesAsWithTheLimitFromTheStart(int before, int after)
    {
        await using var site = await CrawlSite.StartAsync(60);
        var request = CrawlRig.Request(site) with { MaxDepth = after };
        await CrawlRig.CrawlAsync(_store, request with { MaxDepth = before });
        var excluded = (await SummaryAsync()).Pages.Skipped.Limit;

        await RaiseAsync(new RaisedLimits(MaxDepth: after));
        await CrawlRig.RunAsync(_store, Cancellation);

        Assert.True(excluded > 0);
        await AssertSameAsUndisturbedAsync(request, site);
    }

    [Fact]
    public async Task MaxDepth_RaisedAfterDepthWasSplitIntoWaves_FindsTheLinksOfAllWaves()
    {
        await using var site = await CrawlSite.StartAsync(60);
        var request = CrawlRig.Request(site) with { MaxDepth = 20 };
        // The page limit splits depth 3 into three waves. The depth limit excludes the links of all three.
        await CrawlRig.CrawlAsync(_store, request with { MaxDepth = 3, MaxPages = 9 });
        await RaiseAsync(new RaisedLimits(MaxPages: 12));
        await CrawlRig.RunAsync(_store, Cancellation);
        await RaiseAsync(new RaisedLimits(MaxPages: request.MaxPages));
        await CrawlRig.RunAsync(_store, Cancellation);
        Assert.True((await SummaryAsync()).Pages.Skipped.Limit > 0);

        await RaiseAsync(new RaisedLimits(MaxDepth: 4));
        await CrawlRig.RunAsync(_store, Cancellation);
        await RaiseAsync(new RaisedLimits(MaxDepth: request.MaxDepth));
        await CrawlRig.RunAsync(_store, Cancellation);

        await AssertSameAsUndisturbedAsync(request, site);
    }

    [Fact]
    public async Task Limits_CancelledCrawlRaisedAndReopened_NewLimitsApply()
    {
        await using var site = await CrawlSite.StartAsync(60);
        var request = CrawlRig.Request(site);
        var crawl = new CrawlBlobs(_store, CrawlRig.Id);
        site.Delay = async (_, token) =>
        {
            if (site.Log.Count >= 4)
                await crawl.CancelAsync(token);
        };
        await CrawlRig.CrawlAsync(_store, request with { MaxDepth = 2, MaxPages = 5 });
        site.Delay = (_, _) => Task.CompletedTask;
        Assert.Equal(CrawlState.Cancelled, (await SummaryAsync()).State);

        await RaiseAsync(new RaisedLimits(request.MaxPages, request.MaxDepth));
        Assert.True(await crawl.ReopenAsync(Cancellation));
        await CrawlRig.RunAsync(_store, Cancellation);

        var urls = (await CrawlRig.RecordsAsync(_store)).ConvertAll(r => r.Url);
        Assert.Equal(60, urls.Count);
        Assert.Distinct(urls);
    }

    [Fact]
    public async Task Raise_Repeated_SamePagesAsWithTheLimitFromTheStart()
    {
        await using var site = await CrawlSite.StartAsync(60);
        var request = CrawlRig.Request(site);
        await CrawlRig.CrawlAsync(_store, request with { MaxDepth = 2 });

        await RaiseAsync(new RaisedLimits(MaxDepth: 3));
        await RaiseAsync(new RaisedLimits(MaxDepth: request.MaxDepth));
        await CrawlRig.RunAsync(_store, Cancellation);

        await AssertSameAsUndisturbedAsync(request, site);
    }

    [Fact]
    public async Task Raise_CrashedBeforeTheSummaryWasDeleted_CanBeRepeated()
    {
        await using var site = await CrawlSite.StartAsync(60);
        var request = CrawlRig.Request(site);
        await CrawlRig.CrawlAsync(_store, request with { MaxDepth = 2 });
        var crawl = new CrawlBlobs(_store, CrawlRig.Id);
        var summary = await _store.GetAsync(crawl.Layout.Summary, Cancellation);
        await RaiseAsync(new RaisedLimits(MaxDepth: request.MaxDepth));
        await _store.PutAsync(crawl.Layout.Summary, summary!.Value, PutCondition.None, Cancellation);

        await RaiseAsync(new RaisedLimits(MaxDepth: request.MaxDepth));
        await CrawlRig.RunAsync(_store, Cancellation);

        await AssertSameAsUndisturbedAsync(request, site);
    }

    [Fact]
    public async Task Raise_CrawlWithoutSkippedLinks_SameResult()
    {
        await using var site = await CrawlSite.StartAsync(10);
        var request = CrawlRig.Request(site);
        await CrawlRig.CrawlAsync(_store, request);
        var (records, summary) = (await CrawlRig.EssenceAsync(_store), await CrawlRig.SummaryAsync(_store));
        site.ClearLog();

        await RaiseAsync(new RaisedLimits(MaxPages: 2000, MaxDepth: 30, MaxMinutes: 50_000));
        await CrawlRig.RunAsync(_store, Cancellation);

        Assert.Equal(records, await CrawlRig.EssenceAsync(_store));
        Assert.Equal(summary, await CrawlRig.SummaryAsync(_store));
        Assert.Empty(site.Log);
    }

    [Fact]
    public async Task Limits_Lowered_RejectedAndNothingChanges()
    {
        await using var site = await CrawlSite.StartAsync(10);
        await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site));
        var before = await CrawlRig.SummaryAsync(_store);

        RaisedLimits[] rejected = [new(MaxPages: 999), new(MaxDepth: 19), new(MaxMinutes: 1), new(MaxDepth: 1001)];
        foreach (var limits in rejected)
            await Assert.ThrowsAsync<ArgumentException>(() => RaiseAsync(limits));
        Assert.Equal(before, await CrawlRig.SummaryAsync(_store));
    }

    [Fact]
    public async Task Raise_DepthOfACrawlThatIsNotBreadthFirst_IsRejected()
    {
        await using var site = await CrawlSite.StartAsync(10);
        var request = CrawlRig.Request(site) with { Order = CrawlOrder.DepthFirst, MaxPages = 5 };
        await CrawlRig.CrawlAsync(_store, request);

        await Assert.ThrowsAsync<ArgumentException>(() => RaiseAsync(new RaisedLimits(MaxDepth: 30)));

        await RaiseAsync(new RaisedLimits(MaxPages: 100));
        await CrawlRig.RunAsync(_store, Cancellation);
        Assert.Equal(10, (await SummaryAsync()).Pages.Succeeded);
    }

    private Task RaiseAsync(RaisedLimits limits) =>
        new CrawlBlobs(_store, CrawlRig.Id).RaiseLimitsAsync(limits, Cancellation);

    private async Task<CrawlSummary> SummaryAsync() =>
        (await new CrawlBlobs(_store, CrawlRig.Id).GetSummaryAsync(Cancellation))!;

    // The waves are split differently, so the order of the records may differ; the pages, their depths and counts may not.
    private async Task AssertSameAsUndisturbedAsync(CrawlRequest request, CrawlSite site)
    {
        var visits = site.Log.Count;
        var undisturbed = new MemoryBlobStore();
        await CrawlRig.CrawlAsync(undisturbed, request);
        Assert.Equal(visits, site.Log.Count - visits);
        Assert.Equal(await PagesAsync(undisturbed), await PagesAsync(_store));
        var expected = (await new CrawlBlobs(undisturbed, CrawlRig.Id).GetSummaryAsync(Cancellation))!;
        Assert.Equal(expected.Pages, (await SummaryAsync()).Pages);
    }

    private static async Task<List<(string Url, int Depth, string? Hash)>> PagesAsync(MemoryBlobStore store) =>
        [
            .. (await CrawlRig.RecordsAsync(store))
                .Select(r => (r.Url, r.Depth, r.ContentHash))
                .OrderBy(r => r.Url, StringComparer.Ordinal),
        ];
}
