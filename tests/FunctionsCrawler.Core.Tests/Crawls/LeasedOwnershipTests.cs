using System.Text;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Crawls;

public sealed class LeasedOwnershipTests : IAsyncDisposable
{
    private const string Id = "crawl";

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private readonly MemoryBlobStore _store = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<LeasedOwnership> _owners = [];
    private string? _stalled;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var owner in _owners)
            await owner.DisposeAsync();
    }

    [Fact]
    public async Task TryTake_FreeCrawl_BelongsToTheFirst()
    {
        var (one, other) = (Owner("one"), Owner("other"));

        Assert.True(await one.TryTakeAsync(Id, Cancellation));
        Assert.False(await other.TryTakeAsync(Id, Cancellation));

        Assert.True(await one.TryTakeAsync(Id, Cancellation));
        Assert.True(await one.OwnsAsync(Id, Cancellation));
        Assert.False(await other.OwnsAsync(Id, Cancellation));
        Assert.False(await one.IsElsewhereAsync(Id, Cancellation));
        Assert.True(await other.IsElsewhereAsync(Id, Cancellation));
    }

    [Fact]
    public async Task TryTake_ManyAtOnce_ExactlyOneWins()
    {
        var owners = Enumerable.Range(0, 10).Select(n => Owner($"owner-{n}")).ToList();
        var taken = await Task.WhenAll(owners.Select(o => Task.Run(() => o.TryTakeAsync(Id, Cancellation))));
        Assert.Single(taken, won => won);
    }

    [Fact]
    public async Task TryTake_HeartbeatStops_BelongsToTheOtherAfterTheExpiry()
    {
        var (one, other) = (Owner("one"), Owner("other"));
        await one.TryTakeAsync(Id, Cancellation);
        _stalled = "one";

        Assert.False(await other.TryTakeAsync(Id, Cancellation));
        _time.Advance(LeasedOwnership.Expiry - TimeSpan.FromSeconds(1));
        Assert.False(await other.TryTakeAsync(Id, Cancellation));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(await other.IsElsewhereAsync(Id, Cancellation));
        Assert.True(await other.TryTakeAsync(Id, Cancellation));
        // The one was only stalled, and notices.
        Assert.False(await one.OwnsAsync(Id, Cancellation));
        Assert.False(await one.TryTakeAsync(Id, Cancellation));
    }

    [Fact]
    public async Task TryTake_OwnerBeats_StaysItsOwn()
    {
        var (one, other) = (Owner("one"), Owner("other"));
        await one.TryTakeAsync(Id, Cancellation);
        for (var passed = TimeSpan.Zero; passed < 3 * LeasedOwnership.Expiry; passed += Beat)
        {
            Assert.True(await one.OwnsAsync(Id, Cancellation));
            var before = await HeartbeatAsync("one");
            await AdvanceUntilAsync(async () => await HeartbeatAsync("one") != before);
            Assert.False(await other.TryTakeAsync(Id, Cancellation));
        }
    }

    [Fact]
    public async Task TryTake_OwnerIsDisposed_AtOnce()
    {
        var (one, other) = (Owner("one"), Owner("other"));
        await one.TryTakeAsync(Id, Cancellation);
        await one.DisposeAsync();
        Assert.True(await other.TryTakeAsync(Id, Cancellation));
    }

    [Fact]
    public async Task TryTake_ProcessOfTheOwnerIsDead_AtOnce()
    {
        var (one, other) = (Owner("one"), Owner("other"));
        await one.TryTakeAsync(Id, Cancellation);
        Assert.False(await other.TryTakeAsync(Id, Cancellation));
        _stalled = "one";
        var beat = (
            await _store.GetJsonAsync(CrawlLayout.Heartbeat("one"), CrawlJson.Default.OwnerBeat, Cancellation)
        )!;

        // The pid belongs to another process now.
        await WriteAsync(beat with { StartTime = beat.StartTime + 1 });
        Assert.True(await other.TryTakeAsync(Id, Cancellation));
    }

    [Fact]
    public async Task TryTake_DeadProcessInAnotherContainer_AfterTheExpiry()
    {
        var (one, other) = (Owner("one"), Owner("other"));
        await one.TryTakeAsync(Id, Cancellation);
        _stalled = "one";
        await WriteAsync(new OwnerBeat("x", "another machine", int.MaxValue, 1));

        Assert.False(await other.TryTakeAsync(Id, Cancellation));
        _time.Advance(LeasedOwnership.Expiry);
        Assert.True(await other.TryTakeAsync(Id, Cancellation));
    }

    [Fact]
    public async Task Owns_WorkersOfOneApp_AreOneOwner()
    {
        var (worker, second, server) = (Owner("app", isShared: true), Owner("app", isShared: true), Owner("server"));
        Assert.True(await worker.TryTakeAsync(Id, Cancellation));
        Assert.True(await second.OwnsAsync(Id, Cancellation));
        Assert.True(second.HasTaken(Id));

        await worker.DisposeAsync();

        Assert.False(await server.TryTakeAsync(Id, Cancellation));
    }

    [Fact]
    public async Task Owns_CrawlOfAnEarlierVersion_IsTaken()
    {
        var one = Owner("one");
        Assert.True(await one.OwnsAsync(Id, Cancellation));
        Assert.False(await Owner("other").TryTakeAsync(Id, Cancellation));
    }

    [Fact]
    public async Task Heartbeat_NoWorkForAMinute_IsRemoved()
    {
        var one = Owner("one");
        await one.TryTakeAsync(Id, Cancellation);
        Assert.NotNull(await HeartbeatAsync("one"));

        await AdvanceUntilAsync(async () => await HeartbeatAsync("one") is null);

        Assert.True(await one.OwnsAsync(Id, Cancellation));
        Assert.NotNull(await HeartbeatAsync("one"));
    }

    [Fact]
    public async Task TryTake_Nothing_WritesNothing()
    {
        _ = Owner("one");
        _time.Advance(TimeSpan.FromMinutes(5));
        await Task.Yield();
        Assert.Empty(_store.Names);
    }

    private LeasedOwnership Owner(string name, bool isShared = false)
    {
        var store = new InterceptedStore(_store)
        {
            Before = (operation, _) =>
                operation == "put" && _stalled == name ? throw new IOException("stalled") : Task.CompletedTask,
        };
        var owner = new LeasedOwnership(store, new Heartbeat(store, name, isShared, _time), _time);
        _owners.Add(owner);
        return owner;
    }

    private async Task<string?> HeartbeatAsync(string owner) =>
        await _store.GetAsync(CrawlLayout.Heartbeat(owner), Cancellation) is { } blob
            ? Encoding.UTF8.GetString(blob.Span)
            : null;

    private Task<bool> WriteAsync(OwnerBeat beat) =>
        _store.PutJsonAsync(
            CrawlLayout.Heartbeat("one"),
            beat,
            CrawlJson.Default.OwnerBeat,
            PutCondition.None,
            Cancellation
        );

    private Task AdvanceUntilAsync(Func<Task<bool>> condition) =>
        Eventually.IsTrueAsync(
            async () =>
            {
                _time.Advance(Beat);
                await Task.Delay(1, Cancellation);
                return await condition();
            },
            "the heartbeat changes"
        );
}
