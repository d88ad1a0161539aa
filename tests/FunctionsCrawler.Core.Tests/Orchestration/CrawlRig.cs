using System.Text.Json;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Safety;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Core.Tests.Orchestration;

/// <summary>What tests of whole crawls share.</summary>
internal static class CrawlRig
{
    public const string Id = "crawl";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static CrawlRequest Request(CrawlSite site) =>
        new()
        {
            Urls = [site.Root],
            MaxDepth = 20,
            Render = RenderMode.Never,
            Page = new PageOptions { TimeoutSeconds = 300 },
        };

    public static CrawlWorker Worker(IBlobStore store, long memoryBytes = 1L << 45) =>
        new(
            store,
            new CrawlWorkerOptions
            {
                Addresses = new AddressPolicy { AllowPrivate = true },
                MemoryBytes = memoryBytes,
            },
            new Unobserved(),
            new HurriedTime()
        );

    public static Task AcceptAsync(IBlobStore store, CrawlRequest request) =>
        new CrawlBlobs(store, Id).AcceptAsync(
            new StoredRequest(request, TimeProvider.System.GetUtcNow()),
            Cancellation
        );

    public static async Task<FinishCrawlOutput> RunAsync(
        IBlobStore store,
        CancellationToken? cancellationToken = null,
        Action<CrawlProgress>? progress = null
    )
    {
        await using var worker = Worker(store);
        return await new EmbeddedEngine(worker).RunAsync(Id, progress ?? (_ => { }), cancellationToken ?? Cancellation);
    }

    public static async Task<FinishCrawlOutput> CrawlAsync(IBlobStore store, CrawlRequest request)
    {
        await AcceptAsync(store, request);
        return await RunAsync(store);
    }

    public static async Task<List<PageRecord>> RecordsAsync(IBlobStore store) =>
        await new CrawlBlobs(store, Id).ReadRecordsAsync(Cancellation).ToListAsync(Cancellation);

    /// <summary>The records but for times, as text that compares and prints well.</summary>
    public static async Task<List<string>> EssenceAsync(IBlobStore store) =>
        [
            .. (await RecordsAsync(store)).Select(r =>
                JsonSerializer.Serialize(r with { FetchedAt = default, DurationMs = 0 }, CrawlJson.Default.PageRecord)
            ),
        ];

    /// <summary>The summary but for times.</summary>
    public static async Task<string> SummaryAsync(IBlobStore store)
    {
        var summary = (await new CrawlBlobs(store, Id).GetSummaryAsync(Cancellation))!;
        return JsonSerializer.Serialize(
            summary with
            {
                StartedAt = default,
                EndedAt = default,
                PagesPerSecond = 0,
            },
            CrawlJson.Default.CrawlSummary
        );
    }

    /// <summary>The chunk inputs of every wave, in order.</summary>
    public static async Task<List<string>> InputsAsync(IBlobStore store)
    {
        var crawl = new CrawlBlobs(store, Id);
        var inputs = new List<string>();
        for (var wave = 0; await crawl.GetPlanAsync(wave, Cancellation) is { } plan; wave++)
        {
            for (var chunk = 0; chunk < plan.LaneChunks.Sum(); chunk++)
            {
                var input = await crawl.GetInputAsync(plan, chunk, Cancellation);
                inputs.Add($"{wave}.{chunk} {JsonSerializer.Serialize(input, CrawlJson.Default.PlannedChunk)}");
            }
        }
        return inputs;
    }

    public sealed class Unobserved : ICrawlObserver
    {
        public void Started(BrowserInvocation browser) { }

        public void Ended(BrowserInvocation browser, BrowserReceipt receipt) { }

        public void VisitStarted(string url) { }

        public void VisitEnded(string url, PageRecord? record) { }

        public void ActivityRetried(string activity, Exception failure) { }
    }

    /// <summary>The system's clock, with timers ten times as fast: retries need not be slept through.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Hurried(dueTime), Hurried(period));

        private static TimeSpan Hurried(TimeSpan time) => time > TimeSpan.Zero ? time / 10 : time;
    }
}
