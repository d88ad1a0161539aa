using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Activities;

public sealed class CrawlWatchTests : IAsyncDisposable
{
    private const string Id = "crawl";

    private readonly MemoryBlobStore _store = new();
    private readonly FakeTimeProvider _time = new();
    private readonly StubOwnership _ownership = new();
    private readonly CrawlWatch _watch;
    private int _reads;
    private bool _isDown;

    public CrawlWatchTests() =>
        _watch = new CrawlWatch(
            new InterceptedStore(_store)
            {
                Before = (_, name) =>
                {
                    if (name.EndsWith("/cancel", StringComparison.Ordinal))
                        Interlocked.Increment(ref _reads);
                    return _isDown ? Task.FromException(new IOException("away")) : Task.CompletedTask;
                },
            },
            _ownership,
            _time
        );

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CrawlBlobs Crawl => new(_store, Id);

    public ValueTask DisposeAsync() => _watch.DisposeAsync();

    [Fact]
    public async Task Enter_CancelledBefore_MayNotStart()
    {
        await Crawl.CancelAsync(Cancellation);
        using var watched = _watch.Enter(Id);
        Assert.False(await watched.MayStartAsync(Cancellation));
    }

    [Fact]
    public async Task Enter_CrawlBelongsToAnotherProcess_MayNotStart()
    {
        _ownership.IsOurs = false;
        using var watched = _watch.Enter(Id);
        Assert.False(await watched.MayStartAsync(Cancellation));
    }

    [Fact]
    public async Task Stopped_CancelledLater_IsCancelled()
    {
        using var watched = _watch.Enter(Id);
        Assert.True(await watched.MayStartAsync(Cancellation));
        await Crawl.CancelAsync(Cancellation);
        await AdvanceUntilStoppedAsync(watched);
    }

    [Fact]
    public async Task Stopped_CrawlEndedOrTakenByAnotherProcess_IsCancelled()
    {
        using var ended = _watch.Enter(Id);
        await _store.PutAsync(Crawl.Layout.Summary, "{}"u8.ToArray(), PutCondition.None, Cancellation);
        await AdvanceUntilStoppedAsync(ended);

        using var lost = _watch.Enter("lost");
        Assert.True(await lost.MayStartAsync(Cancellation));
        _ownership.IsOurs = false;
        await AdvanceUntilStoppedAsync(lost);
    }

    [Fact]
    public async Task Stopped_ProcessWasStalled_AtOnce()
    {
        using var watched = _watch.Enter(Id);
        Assert.True(await watched.MayStartAsync(Cancellation));
        _ownership.IsOurs = false;

        await Eventually.IsTrueAsync(() => Volatile.Read(ref _reads) == 1, "the first look");
        _time.Advance(TimeSpan.FromSeconds(90));

        await Eventually.IsTrueAsync(() => watched.Stopped.IsCancellationRequested, "the look after the stall");
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task Enter_ManyChunksOfACrawl_OneLookPerTick()
    {
        var all = Enumerable.Range(0, 20).Select(_ => _watch.Enter(Id)).ToList();
        foreach (var watched in all)
            Assert.True(await watched.MayStartAsync(Cancellation));
        Assert.Equal(1, _reads);
        all.ForEach(watched => watched.Dispose());
    }

    [Fact]
    public async Task Enter_CancelledAndReopened_MayStartAgain()
    {
        await Crawl.CancelAsync(Cancellation);
        using (var cancelled = _watch.Enter(Id))
            Assert.False(await cancelled.MayStartAsync(Cancellation));
        await _store.DeleteAsync(Crawl.Layout.CancelMarker, Cancellation);

        using var reopened = _watch.Enter(Id);
        Assert.True(await reopened.MayStartAsync(Cancellation));
    }

    [Fact]
    public async Task Stopped_StoreIsAway_TriesAgain()
    {
        _isDown = true;
        using var watched = _watch.Enter(Id);
        Assert.True(await watched.MayStartAsync(Cancellation));
        await Crawl.CancelAsync(Cancellation);
        _isDown = false;
        await AdvanceUntilStoppedAsync(watched);
    }

    [Fact]
    public async Task Leave_NobodyLeft_LookingEnds()
    {
        using (var watched = _watch.Enter(Id))
            Assert.True(await watched.MayStartAsync(Cancellation));
        for (var tick = 0; tick < 10; tick++)
        {
            _time.Advance(TimeSpan.FromSeconds(4));
            await Task.Delay(5, Cancellation);
        }
        Assert.InRange(_reads, 1, 2);
    }

    // Advances the clock by one tick at a time.
    private Task AdvanceUntilStoppedAsync(WatchedCrawl watched) =>
        Eventually.IsTrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(4));
                return watched.Stopped.IsCancellationRequested;
            },
            "the end of the work"
        );

    private sealed class StubOwnership : ICrawlOwnership
    {
        public bool IsOurs { get; set; } = true;

        public Task<bool> TryTakeAsync(string crawlId, CancellationToken cancellationToken) => Task.FromResult(IsOurs);

        public Task<bool> OwnsAsync(string crawlId, CancellationToken cancellationToken) => Task.FromResult(IsOurs);

        public Task<bool> IsElsewhereAsync(string crawlId, CancellationToken cancellationToken) =>
            Task.FromResult(!IsOurs);

        public bool HasTaken(string crawlId) => IsOurs;
    }
}
