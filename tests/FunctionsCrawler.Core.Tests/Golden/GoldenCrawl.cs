using System.Globalization;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Hosting;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Core.Tests.Golden;

/// <summary>The requests of the golden crawls, and helpers to run and compare them.</summary>
internal static class GoldenCrawl
{
    /// <summary>The crawl's id, which is part of the names of its blobs.</summary>
    public const string Id = "golden";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static CrawlRequest Recursive =>
        new()
        {
            Urls = [$"{GoldenSite.One}/p/0", $"{GoldenSite.Two}/p/0"],
            MaxDepth = 5,
            Render = RenderMode.Never,
            Concurrency = 4,
            PagesPerBrowser = 2,
        };

    public static CrawlRequest Batch =>
        Recursive with
        {
            Mode = CrawlMode.Batch,
            Urls =
            [
                .. Enumerable.Range(0, 8).Select(n => $"{GoldenSite.One}/p/{n % 7}"),
                $"{GoldenSite.One}/old",
                $"{GoldenSite.Two}/missing",
                $"{GoldenSite.Two}/private/3",
            ],
            CallbackUrl = $"{GoldenSite.One}/hook",
        };

    public static CrawlRequest Sitemap =>
        Recursive with
        {
            Mode = CrawlMode.Auto,
            Urls = [$"{GoldenSite.One}/sitemap.xml"],
            MaxPages = 6,
        };

    /// <summary>Creates a service that accepts and lists crawls but does not run them.</summary>
    public static CrawlService Service(IBlobStore store, RecordingScheduler? scheduler = null) =>
        new(store, scheduler ?? new RecordingScheduler(), new SoleOwnership(), TimeProvider.System);

    /// <summary>
    /// Creates a worker that resolves both hosts to the site's address, with a clock that continues shortly after the recording.
    /// </summary>
    public static async Task<WorkerRig> WorkerAsync(IBlobStore store, GoldenSite site)
    {
        var stored = await new CrawlBlobs(store, Id).GetRequestAsync(Cancellation);
        var options = new CrawlerOptions
        {
            AllowPrivate = true,
            Resolve = (_, _) => Task.FromResult(new[] { site.Address }),
            MemoryBytes = 1L << 45,
        };
        return new WorkerRig(store, options, new CrawlRig.Unobserved(), new TimeOf(stored.AcceptedAt));
    }

    /// <summary>Runs a crawl to its end.</summary>
    public static async Task RunAsync(IBlobStore store, GoldenSite site)
    {
        await using var worker = await WorkerAsync(store, site);
        await worker.Engine.RunAsync(Id, _ => { }, Cancellation);
    }

    /// <summary>The reproducible fields of all records, one line per record in stored order.</summary>
    public static async Task<List<string>> PagesAsync(IBlobStore store)
    {
        var records = await new CrawlBlobs(store, Id).ReadRecordsAsync(Cancellation).ToListAsync(Cancellation);
        return
        [
            .. records.Select(r =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{r.Depth} {r.Url} from={r.ParentUrl} status={r.Status} error={r.Error?.Code} final={r.FinalUrl} duplicate={r.DuplicateOf} title={r.Title}"
                )
            ),
        ];
    }

    /// <summary>The summary without times; empty if the crawl has not ended.</summary>
    public static async Task<string> EndAsync(IBlobStore store) =>
        await new CrawlBlobs(store, Id).GetSummaryAsync(Cancellation) is { } summary
            ? $"{summary.Mode} {summary.State} {summary.Pages} {string.Join(' ', summary.Errors)}"
            : "";

    // A clock that starts an hour after the crawl was accepted: otherwise MaxMinutes would end every old crawl.
    private sealed class TimeOf(DateTimeOffset acceptedAt) : TimeProvider
    {
        private readonly long _start = System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => acceptedAt.AddHours(1) + System.GetElapsedTime(_start);
    }
}
