using FunctionsCrawler.Activities;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Activities;

public sealed class ChunkSlotsTests
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_AllSlotsTaken_OnlyACrawlWithoutChunkStarts()
    {
        var slots = Slots(2);
        await EnterAsync(slots, "large");
        await EnterAsync(slots, "large");

        var third = slots.EnterAsync("large", Cancellation);
        using var small = await EnterAsync(slots, "small");
        var secondOfSmall = slots.EnterAsync("small", Cancellation);

        Assert.False(third.IsCompleted);
        Assert.False(secondOfSmall.IsCompleted);
        Assert.Equal(2, slots.Waiting);
    }

    [Fact]
    public async Task Enter_ManyCrawls_AtMostTwiceTheSlots()
    {
        var slots = Slots(2);
        for (var crawl = 0; crawl < 4; crawl++)
            await EnterAsync(slots, $"crawl-{crawl}");

        Assert.False(slots.EnterAsync("crawl-4", Cancellation).IsCompleted);
    }

    [Fact]
    public async Task Release_SeveralWait_CrawlWithFewestChunksIsNext()
    {
        var slots = Slots(3, maxWaiting: 3);
        var first = await EnterAsync(slots, "a");
        await EnterAsync(slots, "a");
        var ofB = await EnterAsync(slots, "b");
        var (nextOfA, nextOfB, laterOfB) = (
            slots.EnterAsync("a", Cancellation),
            slots.EnterAsync("b", Cancellation),
            slots.EnterAsync("b", Cancellation)
        );

        ofB.Dispose();
        Assert.NotNull(await nextOfB);
        Assert.False(nextOfA.IsCompleted);
        // Both crawls have one running chunk less than before; the first in the queue is next.
        first.Dispose();
        Assert.NotNull(await nextOfA);
        Assert.False(laterOfB.IsCompleted);
    }

    [Fact]
    public async Task Release_SlotDisposedTwice_IsReleasedOnce()
    {
        var slots = Slots(1);
        var first = await EnterAsync(slots, "a");
        var (second, third) = (slots.EnterAsync("a", Cancellation), slots.EnterAsync("a", Cancellation));

        first.Dispose();
        first.Dispose();

        Assert.NotNull(await second);
        Assert.False(third.IsCompleted);
    }

    [Fact]
    public async Task Enter_TooManyWait_ReturnsNull()
    {
        var slots = Slots(1);
        await EnterAsync(slots, "a");
        _ = slots.EnterAsync("a", Cancellation);
        _ = slots.EnterAsync("a", Cancellation);

        Assert.Null(await slots.EnterAsync("a", Cancellation));
    }

    [Fact]
    public async Task Enter_NoSlotWithinTheLongestWait_ReturnsNullAndLeavesTheQueue()
    {
        var slots = Slots(1);
        await EnterAsync(slots, "a");
        var waiting = slots.EnterAsync("a", Cancellation);

        _time.Advance(LongestWait);

        Assert.Null(await waiting);
        Assert.Equal(0, slots.Waiting);
    }

    [Fact]
    public async Task Enter_Cancelled_LeavesTheQueue()
    {
        var slots = Slots(1);
        var first = await EnterAsync(slots, "a");
        using var cancel = new CancellationTokenSource();
        var cancelled = slots.EnterAsync("a", cancel.Token);
        var next = slots.EnterAsync("a", Cancellation);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        first.Dispose();
        Assert.NotNull(await next);
    }

    [Fact]
    public async Task Enter_NoLimit_NeverWaits()
    {
        var slots = Slots(null);
        for (var chunk = 0; chunk < 100; chunk++)
            await EnterAsync(slots, "a");
        Assert.Equal(0, slots.Waiting);
    }

    private ChunkSlots Slots(int? slots, int maxWaiting = 2) => new(slots, maxWaiting, LongestWait, _time);

    private static async Task<IDisposable> EnterAsync(ChunkSlots slots, string crawl)
    {
        var slot = slots.EnterAsync(crawl, Cancellation);
        Assert.True(slot.IsCompleted);
        return (await slot)!;
    }
}
