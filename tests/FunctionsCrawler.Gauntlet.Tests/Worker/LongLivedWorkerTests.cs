using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using FunctionsCrawler.Gauntlet.Tests.Rows;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>T12 and T19: a worker that stays idle after a crawl, and a worker with a long crawl.</summary>
[Trait("Run", "long")]
public sealed class LongLivedWorkerTests : GauntletTest
{
    private const string Id = "long";

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_AMinuteAfterItsLastCrawl_HasNoChromiumAndUsesNoCpu()
    {
        await using var site = await TreeSite.StartAsync(30);
        using var folder = new InProcessFolder();
        await folder.AcceptAsync(Id, Request(site, pages: 30));
        var browsers = new Receipts();
        await using var worker = InProcessFolder.Worker(folder.Store, browsers);
        Assert.Equal(30, (await RunAsync(worker)).Pages.Succeeded);
        foreach (var receipt in browsers.All)
            await LeakOracle.AssertCleanAsync(receipt.Invocation);

        // Pause the recorder, whose scans of the process table would be measured too.
        using var paused = Ground.Current.Recorder.Pause();
        // In the first half the runtime still recompiles hot code; measure only the second half.
        await Task.Delay(Rest, Cancellation);
        var (before, since) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.StartNew());
        await Task.Delay(Rest, Cancellation);
        var share = (Process.GetCurrentProcess().TotalProcessorTime - before) / since.Elapsed;

        Assert.DoesNotContain(Ground.Current.Recorder.Present(marker: null), p => p.Seen.Marker is not null);
        TestContext.Current.TestOutputHelper?.WriteLine($"Idle for {since.Elapsed}: {share:P2} of a core.");
        Assert.True(share < 0.01, $"The idle worker used {share:P2} of a core.");
    }

    [Fact]
    public async Task Crawl_OfAThousandPages_StoresAllAndReportsItsDrift()
    {
        const int Pages = 1000;
        await using var site = await TreeSite.StartAsync(Pages, kilobytes: 8);
        using var folder = new InProcessFolder();
        await folder.AcceptAsync(Id, Request(site, Pages));
        await using var latencies = new Latencies(new Uri(site.Url + "p/0"));
        await using var worker = InProcessFolder.Worker(folder.Store, latencies);

        var output = await RunAsync(worker);

        // Latencies are reported, not asserted, because the machine may be busy.
        TestContext.Current.TestOutputHelper?.WriteLine(await latencies.ReportAsync());
        Assert.Equal(Pages, output.Pages.Succeeded);
        var records = await new CrawlBlobs(folder.Store, Id).ReadRecordsAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Pages, records.Select(r => r.Url).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(0, (await new CrawlBlobs(folder.Store, Id).GetSummaryAsync(Cancellation))!.Browsers.Residue);
        Assert.All(latencies.All, receipt => Assert.True(receipt.IsClean, $"{receipt}"));
    }

    private static CrawlRequest Request(TestSite site, int pages) =>
        new()
        {
            Mode = CrawlMode.Batch,
            Urls = [.. TreeSite.Paths(pages).Select(p => site.Url + p[1..])],
            Render = RenderMode.Always,
        };

    private static Task<FinishCrawlOutput> RunAsync(WorkerRig worker) =>
        worker.Engine.RunAsync(Id, _ => { }, Cancellation);

    /// <summary>
    /// Measures how long visits take, and after each one a request without a browser. That is the control, which shows changes
    /// in the speed of the machine.
    /// </summary>
    private sealed class Latencies : Receipts, IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, long> _started = new(StringComparer.Ordinal);
        private readonly List<(double Visit, double Control)> _taken = [];
        private readonly Channel<double> _visits = Channel.CreateUnbounded<double>();
        private readonly HttpClient _client = new();
        private readonly Task _controlling;

        public Latencies(Uri control) => _controlling = Task.Run(() => ControlAsync(control));

        public override void VisitStarted(string url) => _started[url] = Stopwatch.GetTimestamp();

        public override void VisitEnded(string url, PageRecord? record) =>
            _visits.Writer.TryWrite(Stopwatch.GetElapsedTime(_started[url]).TotalMilliseconds);

        public async Task<string> ReportAsync()
        {
            _visits.Writer.TryComplete();
            await _controlling;
            var early = Median(100, 200);
            var late = Median(900, 1000);
            var drift = late.Visit / early.Visit;
            var machine = late.Control / early.Control;
            return $"Pages 100-200: {early.Visit:F1} ms, 900-1000: {late.Visit:F1} ms, ratio {drift:F3}; "
                + $"control {early.Control:F2} and {late.Control:F2} ms, ratio {machine:F3}.";
        }

        public async ValueTask DisposeAsync()
        {
            _visits.Writer.TryComplete();
            await _controlling;
            _client.Dispose();
        }

        private async Task ControlAsync(Uri url)
        {
            await foreach (var visit in _visits.Reader.ReadAllAsync(CancellationToken.None))
            {
                var started = Stopwatch.GetTimestamp();
                await _client.GetStringAsync(url, CancellationToken.None);
                _taken.Add((visit, Stopwatch.GetElapsedTime(started).TotalMilliseconds));
            }
        }

        private (double Visit, double Control) Median(int from, int to)
        {
            var part = _taken[from..to];
            return (Middle(part.Select(p => p.Visit)), Middle(part.Select(p => p.Control)));
        }

        private static double Middle(IEnumerable<double> values) => values.Order().ElementAt(50);
    }
}
