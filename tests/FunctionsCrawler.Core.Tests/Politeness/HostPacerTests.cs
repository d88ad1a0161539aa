using FunctionsCrawler.Politeness;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Politeness;

public sealed class HostPacerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private readonly FakeTimeProvider _time = new();
    private readonly HostPacer _pacer;

    public HostPacerTests() => _pacer = new HostPacer(_time);

    [Fact]
    public async Task WaitTurn_NoDelay_StartsAllVisitsAtOnce()
    {
        for (var i = 0; i < 10; i++)
            Assert.NotNull(await Wait("a"));
    }

    [Fact]
    public async Task WaitTurn_Delay_OnePageAtATimeWithDelayBetweenStarts()
    {
        // The first visit waits too, because another worker may just have visited the host.
        var first = Wait("a", delay: 2);
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        var second = Wait("a", delay: 2);
        using (await first)
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            Assert.False(second.IsCompleted, "the first page is still being visited");
        }
        (await second)!.Dispose();
        Assert.NotNull(await Wait("b"));
    }

    [Fact]
    public async Task WaitTurn_PatienceElapses_ReturnsNullAndBlocksNoOneElse()
    {
        Assert.Null(await Wait("a", delay: 10, patience: 0));
        var impatient = Wait("a", delay: 10, patience: 3);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(await impatient);
        var next = Wait("a", delay: 10);
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.NotNull(await next);
    }

    [Fact]
    public async Task WaitTurn_Cancelled_ThrowsAndBlocksNoOneElse()
    {
        using var stop = new CancellationTokenSource();
        var waiting = _pacer.WaitTurnAsync("a", TimeSpan.FromSeconds(1), Patience, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var next = Wait("a", delay: 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await next);
    }

    [Fact]
    public async Task Answered_RefusedRepeatedly_BacksOffAndRecovers()
    {
        (await Wait("a"))!.Dispose();
        foreach (var seconds in (double[])[0.25, 0.5, 1, 2, 4, 8, 16, 32, 32])
        {
            _pacer.Answered("a", refused: true, null);
            await AssertWaitsAsync(seconds);
        }
        // Each success halves the eight refusals counted: four, two, one, none.
        foreach (var seconds in (double[])[2, 0.5, 0.25])
        {
            _pacer.Answered("a", refused: false, null);
            await AssertWaitsAsync(seconds, afterVisit: true);
        }
        _pacer.Answered("a", refused: false, null);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await Wait("a"))!.Dispose();
        Assert.NotNull(await Wait("a"));
    }

    [Fact]
    public async Task Answered_RetryAfter_IsHonouredUpToMaxPause()
    {
        (await Wait("a"))!.Dispose();
        _pacer.Answered("a", refused: true, TimeSpan.FromSeconds(90));
        await AssertWaitsAsync(90);
        _pacer.Answered("a", refused: true, TimeSpan.FromHours(5));
        await AssertWaitsAsync(HostPacer.MaxPause.TotalSeconds);
        Assert.NotNull(await Wait("b"));
    }

    [Fact]
    public async Task WaitTurn_ManyHosts_EvictsOnlyIdleOnes()
    {
        (await Wait("busy"))!.Dispose();
        _pacer.Answered("busy", refused: true, TimeSpan.FromSeconds(100));
        for (var i = 0; i < 10_000; i++)
            (await Wait($"h{i}"))!.Dispose();
        Assert.InRange(_pacer.Hosts, 1, 4096);
        await AssertWaitsAsync(100, host: "busy");
    }

    // Asserts that the next visit starts after exactly this time.
    private async Task AssertWaitsAsync(double seconds, bool afterVisit = false, string host = "a")
    {
        if (afterVisit)
        {
            _time.Advance(TimeSpan.FromMinutes(2));
            (await Wait(host))!.Dispose();
        }
        var next = Wait(host);
        _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.False(next.IsCompleted, $"the visit started before {seconds} s had passed");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        (await next.WaitAsync(TimeSpan.FromSeconds(60)))!.Dispose();
    }

    private Task<IDisposable?> Wait(string host, double delay = 0, double? patience = null) =>
        _pacer.WaitTurnAsync(
            host,
            TimeSpan.FromSeconds(delay),
            patience is { } seconds ? TimeSpan.FromSeconds(seconds) : Patience,
            TestContext.Current.CancellationToken
        );
}
