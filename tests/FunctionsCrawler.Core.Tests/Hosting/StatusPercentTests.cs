using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>The percentage of a crawl never falls: not when the frontier grows, nor when another process continues.</summary>
public sealed class StatusPercentTests : IAsyncLifetime
{
    private const int Pages = 60;

    private readonly MemoryBlobStore _store = new();
    private readonly List<StatusProgress> _seen = [];
    private CrawlSite _site = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _site = await CrawlSite.StartAsync(Pages);
        _site.Delay = (_, token) => Task.Delay(20, token);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Percent_CrawlIsInterruptedAndResumed_NeverFalls()
    {
        await using (var first = new HostRig(_store, new CrawlerOptions()))
        {
            await first.Service.AcceptAsync(CrawlRig.Id, CrawlRig.Request(_site), Cancellation);
            await ObserveAsync(first, () => _site.Log.Count > Pages / 2);
        }
        await using var second = new HostRig(_store, new CrawlerOptions());
        await ObserveAsync(second, () => true);
        await second.Service.ResumeAsync(Cancellation);
        await ObserveAsync(second, () => _seen[^1].Phase == CrawlPhase.Done);

        var percents = _seen.Select(p => p.Percent).ToList();
        Assert.Equal(percents.Order(), percents);
        Assert.Equal(100, percents[^1]);
        // The crawl is shown in steps, not as 0 and 100.
        Assert.True(percents.Distinct().Count() > 2, string.Join(' ', percents));
        Assert.Contains(_seen, p => p.Phase == CrawlPhase.Crawling);
    }

    [Fact]
    public async Task Percent_CrawlIsCancelled_IsKept()
    {
        await using var rig = new HostRig(_store, new CrawlerOptions());
        await rig.Service.AcceptAsync(CrawlRig.Id, CrawlRig.Request(_site), Cancellation);
        await ObserveAsync(rig, () => _site.Log.Count > Pages / 2);
        await rig.Service.CancelAsync(CrawlRig.Id, Cancellation);

        await ObserveAsync(rig, () => _seen[^1].Phase == CrawlPhase.Done);

        var percents = _seen.Select(p => p.Percent).ToList();
        Assert.Equal(percents.Order(), percents);
        Assert.InRange(percents[^1], 2, 95);
        Assert.Equal(percents[^1], (await rig.Service.FindSummaryAsync(CrawlRig.Id, Cancellation))!.Percent);
    }

    [Fact]
    public async Task RunAsync_Percent_RisesToTheEnd()
    {
        var seen = new Percents();
        await using var crawler = new Crawler(new CrawlerOptions { AllowPrivate = true });

        await crawler.RunAsync(_site.Root, CrawlRig.Request(_site) with { Urls = [] }, null, seen, Cancellation);

        Assert.Equal(seen.Order().Distinct(), seen);
        Assert.Equal(100, seen[^1]);
        Assert.True(seen.Count > 2, string.Join(' ', seen));
    }

    private sealed class Percents : List<int>, IProgress<int>
    {
        public void Report(int value) => Add(value);
    }

    [Fact]
    public async Task Status_Crawl_NamesItsSource()
    {
        await using var rig = new HostRig(_store, new CrawlerOptions());
        var request = CrawlRig.Request(_site);
        await rig.Service.AcceptAsync(CrawlRig.Id, request, Cancellation);
        var status = await rig.WaitUntilEndedAsync();
        var summary = await rig.Service.FindSummaryAsync(CrawlRig.Id, Cancellation);

        Assert.Equal(16, status.SourceId!.Length);
        Assert.Equal($"{new Uri(request.Urls[0]).Authority}/p/0", status.DisplayName);
        Assert.Equal((status.SourceId, status.DisplayName), (summary!.SourceId, summary.DisplayName));
    }

    private Task ObserveAsync(HostRig rig, Func<bool> until) =>
        Eventually.IsTrueAsync(
            async () =>
            {
                _seen.Add((await rig.Service.FindAsync(CrawlRig.Id, Cancellation))!.Progress);
                return until();
            },
            "the crawl goes on"
        );
}
