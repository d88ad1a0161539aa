using System.Text.Json;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Core.Tests.Orchestration;

/// <summary>Helpers for tests that run complete crawls.</summary>
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

    /// <summary>A worker whose timers run ten times as fast, except if <paramref name="time"/> is given.</summary>
    /// <param name="store">Where its crawls are.</param>
    /// <param name="memoryBytes">The memory budget.</param>
    /// <param name="time">Required for rendered crawls: a browser does not launch ten times as fast.</param>
    public static WorkerRig Worker(IBlobStore store, long memoryBytes = 1L << 45, TimeProvider? time = null) =>
        new(
            store,
            new CrawlerOptions { AllowPrivate = true, MemoryBytes = memoryBytes },
            new Unobserved(),
            time ?? new FastTimerTime()
        );

    /// <summary>A worker that shares its store with others.</summary>
    /// <param name="store">The shared store.</param>
    /// <param name="owner">The name of the owner of crawls; workers of the same name are one owner.</param>
    /// <param name="maxChunks">The number of chunks that it crawls at the same time.</param>
    public static WorkerRig SharedWorker(IBlobStore store, string owner, int? maxChunks = null) =>
        new(
            store,
            new CrawlerOptions
            {
                AllowPrivate = true,
                MemoryBytes = 1L << 45,
                MaxChunks = maxChunks,
            },
            new Unobserved(),
            new FastTime(),
            time => new LeasedOwnership(store, new Heartbeat(store, owner, isShared: true, time), time)
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
        return await worker.Engine.RunAsync(Id, progress ?? (_ => { }), cancellationToken ?? Cancellation);
    }

    public static async Task<FinishCrawlOutput> CrawlAsync(IBlobStore store, CrawlRequest request)
    {
        await AcceptAsync(store, request);
        return await RunAsync(store);
    }

    public static async Task<List<PageRecord>> RecordsAsync(IBlobStore store) =>
        await new CrawlBlobs(store, Id).ReadRecordsAsync(Cancellation).ToListAsync(Cancellation);

    /// <summary>The records as JSON without times, for comparison.</summary>
    public static async Task<List<string>> EssenceAsync(IBlobStore store) =>
        [
            .. (await RecordsAsync(store)).Select(r =>
                JsonSerializer.Serialize(r with { FetchedAt = default, DurationMs = 0 }, CrawlJson.Default.PageRecord)
            ),
        ];

    /// <summary>The summary as JSON without times, for comparison.</summary>
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

    /// <summary>The chunk inputs of all waves as text, in order.</summary>
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

    /// <summary>A clock that runs ten times as fast, timers included, except for the time of day.</summary>
    private sealed class FastTime : TimeProvider
    {
        public override long TimestampFrequency => System.TimestampFrequency / 10;

        public override long GetTimestamp() => System.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new FastTimerTime().CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>The system clock with timers that run ten times as fast, to shorten the delays between retries.</summary>
    private sealed class FastTimerTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Shorten(dueTime), Shorten(period));

        private static TimeSpan Shorten(TimeSpan time) => time > TimeSpan.Zero ? time / 10 : time;
    }
}
