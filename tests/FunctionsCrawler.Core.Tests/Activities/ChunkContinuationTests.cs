using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Testing;

namespace FunctionsCrawler.Core.Tests.Activities;

/// <summary>
/// A call of CrawlChunk continues with the next chunks of its lane if pages are rendered. The crawl has one lane of three chunks.
/// </summary>
[Needs(Need.Chromium)]
public sealed class ChunkContinuationTests : IAsyncLifetime
{
    private const int Pages = 60;
    private const int ChunkSize = 25;

    private readonly MemoryBlobStore _store = new();
    private CrawlSite? _site;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CrawlBlobs Crawl => new(_store, CrawlRig.Id);

    public async ValueTask InitializeAsync()
    {
        Requires.Installed(Need.Chromium, ChromiumLocator.Find(out var fault) is not null, $"No browser: {fault}");
        _site = await CrawlSite.StartAsync(Pages);
        var urls = Enumerable.Range(0, Pages).Select(i => _site.Url($"/p/{i}"));
        await CrawlRig.AcceptAsync(
            _store,
            CrawlRig.Request(_site) with
            {
                Mode = CrawlMode.Batch,
                Render = RenderMode.Always,
                Urls = [.. urls],
            }
        );
        await new PlanWaveActivity(_store, new SoleOwnership(), TimeProvider.System).RunAsync(
            new PlanWaveInput(CrawlRig.Id, 0),
            Cancellation
        );
    }

    public ValueTask DisposeAsync() => _site?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task CrawlChunk_ChunksAreShort_CrawlsAllInOneCall()
    {
        var output = await CallAsync(_store);

        Assert.Equal((3, Pages), (output.Chunks, output.Pages.Succeeded));
        Assert.Equal(Pages, (await CrawlRig.RecordsAsync(_store)).Count);
    }

    [Fact]
    public async Task CrawlChunk_FirstChunkTakesLong_ReturnsAfterIt()
    {
        var time = new SlowTime();
        _site!.Delay = (path, _) =>
        {
            if (path == "/p/0")
            {
                time.Skip(TimeSpan.FromSeconds(20));
            }
            return Task.CompletedTask;
        };

        var output = await CallAsync(_store, time);

        Assert.Equal((null, ChunkSize), (output.Chunks, output.Pages.Succeeded));
    }

    [Fact]
    public async Task CrawlChunk_CancelledDuringTheFirstChunk_StartsNoOther()
    {
        _site!.Delay = (path, token) =>
            path == "/p/3"
                ? Crawl.CancelAsync(token).ContinueWith(_ => Task.Delay(-1, token), token).Unwrap()
                : Task.CompletedTask;

        var output = await CallAsync(_store);

        Assert.True(output.Cancelled);
        Assert.Null(output.Chunks);
        Assert.DoesNotContain("/p/25", _site!.Log);
    }

    [Fact]
    public async Task CrawlChunk_OverHttp_ReturnsAfterEachChunk()
    {
        var stored = await Crawl.GetRequestAsync(Cancellation);
        stored.Request.Render = RenderMode.Never;
        await _store.PutJsonAsync(
            Crawl.Layout.Request,
            stored,
            CrawlJson.Default.StoredRequest,
            PutCondition.None,
            Cancellation
        );

        var output = await CallAsync(_store);

        Assert.Equal((null, ChunkSize), (output.Chunks, output.Pages.Succeeded));
    }

    [Fact]
    public async Task CrawlChunk_SecondChunkFails_RepeatedCallContinuesThere()
    {
        var failing = new InterceptedStore(_store)
        {
            Before = (operation, name) =>
                operation == "put" && name.EndsWith("00001.ndjson.gz", StringComparison.Ordinal)
                    ? throw new IOException("the store is full")
                    : Task.CompletedTask,
        };
        await Assert.ThrowsAsync<IOException>(() => CallAsync(failing));
        _site!.ClearLog();

        var output = await CallAsync(_store);

        Assert.Equal((3, Pages), (output.Chunks, output.Pages.Succeeded));
        Assert.Equal(Pages - ChunkSize, _site!.Log.Count);
        Assert.Equal(Pages, (await CrawlRig.RecordsAsync(_store)).Count);
    }

    private static CrawlChunkInput Input => new(CrawlRig.Id, 0, 0, [1, 2]);

    private static async Task<CrawlChunkOutput> CallAsync(IBlobStore store, SlowTime? time = null)
    {
        await using var worker = new WorkerRig(
            store,
            new CrawlerOptions { AllowPrivate = true, MemoryBytes = 1L << 45 },
            new CrawlRig.Unobserved(),
            time ?? new SlowTime()
        );
        return await worker.Get<CrawlChunkActivity>().RunAsync(Input, Cancellation);
    }

    /// <summary>
    /// A clock on which a minute takes more than an hour, so that chunks are short on a slow machine too, and which a test
    /// can set forward. Timers are as usual.
    /// </summary>
    private sealed class SlowTime : TimeProvider
    {
        private long _skipped;

        public override long TimestampFrequency => System.TimestampFrequency * 100;

        public override long GetTimestamp() => System.GetTimestamp() + Volatile.Read(ref _skipped);

        public void Skip(TimeSpan time) =>
            Interlocked.Add(ref _skipped, (long)(time.TotalSeconds * TimestampFrequency));
    }
}
