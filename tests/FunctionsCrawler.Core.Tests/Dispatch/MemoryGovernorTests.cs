using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Fetching;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Dispatch;

/// <summary>Budget 1,000 MB; one page at once is expected to take 205 MB.</summary>
public sealed class MemoryGovernorTests : IAsyncDisposable
{
    private const long Megabyte = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly DispatcherOptions Adaptive = new();
    private static readonly DispatcherOptions Fixed = new() { Kind = DispatcherKind.Fixed };

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryGovernor _governor;
    private long _own = 100;
    private long _collected = 100;

    public MemoryGovernorTests() =>
        _governor = new MemoryGovernor(
            1000 * Megabyte,
            _time,
            new WorkerMemory(() => _own * Megabyte, () => (_own = _collected) * Megabyte, () => _own * Megabyte)
        );

    public ValueTask DisposeAsync() => _governor.DisposeAsync();

    [Fact]
    public void Sample_Adaptive_PausesAndResumesWithHysteresis()
    {
        using var chunk = Enter();
        (long, MemoryState)[] steps =
        [
            (799, MemoryState.Run),
            (800, MemoryState.Pause),
            (760, MemoryState.Pause),
            (749, MemoryState.Run),
            (780, MemoryState.Run),
            (949, MemoryState.Pause),
            (750, MemoryState.Pause),
            (10, MemoryState.Run),
            (950, MemoryState.Shed),
            // A chunk that was told to stop stays so.
            (10, MemoryState.Shed),
        ];
        foreach (var (megabytes, expected) in steps)
        {
            Use(megabytes);
            Assert.Equal((megabytes, expected), (megabytes, chunk.State));
        }
    }

    [Fact]
    public void Sample_OtherPercentages_AreThoseOfTheCrawl()
    {
        var options = new DispatcherOptions
        {
            PauseAtPercent = 50,
            ShedAtPercent = 60,
            ResumeAtPercent = 40,
        };
        using var chunk = Enter(options);
        Use(500);
        Assert.Equal(MemoryState.Pause, chunk.State);
        Use(400);
        Assert.Equal(MemoryState.Pause, chunk.State);
        Use(399);
        Assert.Equal(MemoryState.Run, chunk.State);
        Use(600);
        Assert.Equal(MemoryState.Shed, chunk.State);
    }

    [Fact]
    public void Sample_Fixed_NeverPausesButSheds()
    {
        using var chunk = Enter(Fixed);
        Use(940);
        Assert.Equal(MemoryState.Run, chunk.State);
        Use(950);
        Assert.Equal(MemoryState.Shed, chunk.State);
    }

    [Fact]
    public async Task Sample_SeveralBrowsers_ShedsTheYoungestAndTheNextOnlyOnceThatOneIsGone()
    {
        using var first = Enter();
        using var second = Enter();
        using var third = Enter();
        using var waiting = Enter(alone: true);
        var tokens = new List<ILaunchToken>();
        foreach (var chunk in new[] { first, second, third })
            tokens.Add(await AdmittedAsync(chunk));
        var admission = waiting.AdmitAsync(CancellationToken.None);
        Use(960);
        ChunkMemory[] chunks = [first, second, third, waiting];
        Assert.Equal([MemoryState.Pause, MemoryState.Pause, MemoryState.Shed, MemoryState.Pause], States());
        Use(960);
        Assert.Equal([MemoryState.Pause, MemoryState.Pause, MemoryState.Shed, MemoryState.Pause], States());
        tokens[2].Dispose();
        third.Dispose();
        Use(960);
        Assert.Equal([MemoryState.Pause, MemoryState.Shed, MemoryState.Shed, MemoryState.Pause], States());
        Assert.False(admission.IsCompleted);

        IEnumerable<MemoryState> States() => chunks.Select(c => c.State);
    }

    [Fact]
    public async Task Admit_ManyChunks_AsManyAsThereIsRoomForInTheOrderTheyAsked()
    {
        // 100 + 3 × 205 is below 800, 100 + 4 × 205 is not.
        var chunks = Enumerable.Range(0, 5).Select(_ => Enter()).ToList();
        var admissions = chunks.ConvertAll(c => c.AdmitAsync(CancellationToken.None));
        Assert.Equal([true, true, true, false, false], admissions.Select(a => a.IsCompleted));
        Assert.Equal(2, _governor.WaitingLaunches);
        Assert.True(_governor.IsHoldingBack);

        (await admissions[1]).Dispose();
        await admissions[3].WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(admissions[4].IsCompleted);
        (await admissions[0]).Dispose();
        await admissions[4].WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, _governor.WaitingLaunches);
    }

    [Fact]
    public void Admit_Fixed_MayUseWhatTheAdaptiveOneKeepsFree()
    {
        var chunks = Enumerable.Range(0, 5).Select(_ => Enter(Fixed)).ToList();
        var admissions = chunks.ConvertAll(c => c.AdmitAsync(CancellationToken.None));
        Assert.Equal([true, true, true, true, false], admissions.Select(a => a.IsCompleted));
    }

    [Fact]
    public async Task Admit_Alone_WaitsForAllOthersAndKeepsThemOut()
    {
        var (before, alone, after) = (Enter(), Enter(alone: true), Enter());
        var token = await AdmittedAsync(before);
        var (second, third) = (alone.AdmitAsync(CancellationToken.None), after.AdmitAsync(CancellationToken.None));
        Assert.False(second.IsCompleted || third.IsCompleted);
        token.Dispose();
        token = await second;
        Assert.False(third.IsCompleted);
        token.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task Admit_NoBrowserAlive_IsAdmittedHoweverMuchItIsExpectedToNeed()
    {
        using var chunk = _governor.Enter(Adaptive, 20, alone: false, Patience);
        (await AdmittedAsync(chunk)).Dispose();
    }

    [Fact]
    public async Task Admit_NoRoomInTheChunksTime_IsRefusedAndKeepsNobodyElseWaiting()
    {
        var (first, alone) = (Enter(), Enter(alone: true));
        await AdmittedAsync(first);
        var refused = alone.AdmitAsync(CancellationToken.None);
        _time.Advance(Patience / 2);
        Assert.False(refused.IsCompleted);
        _time.Advance(Patience / 2);
        await Assert.ThrowsAsync<LaunchNotAdmittedException>(() => refused.WaitAsync(TimeSpan.FromSeconds(20)));
        await AdmittedAsync(Enter());
        // Its time is over: asked again, it does not wait.
        await Assert.ThrowsAsync<LaunchNotAdmittedException>(() =>
            alone.AdmitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20))
        );
    }

    [Fact]
    public async Task Admit_Cancelled_LeavesTheQueue()
    {
        var (first, second, third) = (Enter(), Enter(alone: true), Enter());
        var token = await AdmittedAsync(first);
        using var cancel = new CancellationTokenSource();
        var cancelled = second.AdmitAsync(cancel.Token);
        var next = third.AdmitAsync(CancellationToken.None);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        (await next.WaitAsync(TimeSpan.FromSeconds(20))).Dispose();
        token.Dispose();
        Assert.Equal(0, _governor.WaitingLaunches);
    }

    [Fact]
    public async Task Admit_WorkerItselfIsFull_AsksForItsRestartUnlessCollectingHelps()
    {
        using var chunk = Enter();
        (_own, _collected) = (850, 100);
        (await AdmittedAsync(chunk)).Dispose();

        Use(850);
        var e = await Assert.ThrowsAsync<WorkerExhaustedException>(() => chunk.AdmitAsync(CancellationToken.None));
        Assert.Contains("850 MB of its memory budget of 1000 MB", e.Message, StringComparison.Ordinal);
        // Pages over HTTP still go.
        using var other = Enter();
        _collected = 960;
        Use(960);
        Assert.Throws<WorkerExhaustedException>(() => Enter());
    }

    [Fact]
    public async Task Admit_WorkerIsFullButABrowserIsAlive_Waits()
    {
        var (first, second) = (Enter(), Enter());
        var token = await AdmittedAsync(first);
        _collected = 900;
        Use(900);
        var waiting = second.AdmitAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        token.Dispose();
        await Assert.ThrowsAsync<WorkerExhaustedException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Tick_GrownSinceTheSample_ShedsBeforeAnythingIsMeasured()
    {
        var anonymous = 50 * Megabyte;
        // As slow as can be: what is measured comes when all is over.
        using var measurable = new ManualResetEventSlim(initialState: true);
        await using var governor = new MemoryGovernor(
            1000 * Megabyte,
            _time,
            new WorkerMemory(Measure, () => 0, () => Volatile.Read(ref anonymous))
        );
        using var chunk = governor.Enter(Adaptive, 1, alone: false, Patience);
        governor.Sample();
        var sampled = governor.Sampled;

        measurable.Reset();
        Volatile.Write(ref anonymous, 900 * Megabyte);
        // The tick may run, and be stuck, in whoever moves the clock.
        var ticking = Task.Run(() => _time.Advance(TimeSpan.FromMilliseconds(50)));
        await sampled.WaitAsync(TimeSpan.FromSeconds(10));

        var state = chunk.State;
        measurable.Set();
        await ticking;
        Assert.Equal(MemoryState.Shed, state);

        long Measure()
        {
            measurable.Wait(TimeSpan.FromSeconds(20));
            return 100 * Megabyte;
        }
    }

    [Fact]
    public void Sample_WorkerIsFullOfGarbage_CollectsBeforeItHoldsBack()
    {
        using var chunk = Enter();
        (_own, _collected) = (990, 300);

        _governor.Sample();

        Assert.Equal(MemoryState.Run, chunk.State);
        Assert.Equal(300 * Megabyte, _governor.Used.Own);
    }

    [Fact]
    public void Sample_WorkerWasCollectedAMomentAgo_DoesNotStopItAgain()
    {
        using var chunk = Enter();
        (_own, _collected) = (810, 300);
        _governor.Sample();
        _own = 810;

        _governor.Sample();
        Assert.Equal(MemoryState.Pause, chunk.State);

        _time.Advance(TimeSpan.FromSeconds(1));
        _governor.Sample();
        Assert.Equal(MemoryState.Run, chunk.State);
    }

    [Fact]
    public void Sample_CollectingGainedNothing_IsNotRepeated()
    {
        using var chunk = Enter();
        Use(900);
        _time.Advance(TimeSpan.FromSeconds(2));
        _collected = 100;

        _governor.Sample();

        Assert.Equal(MemoryState.Pause, chunk.State);
    }

    [Fact]
    public async Task Governor_OneSecond_SamplesByItself()
    {
        using var chunk = Enter();
        _own = _collected = 990;
        while (chunk.State != MemoryState.Shed)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal(990 * Megabyte, _governor.Used.Own);
    }

    [Fact]
    public async Task Governor_NoChunk_SleepsUntilTheNext()
    {
        var measured = 0;
        await using var governor = new MemoryGovernor(
            1000 * Megabyte,
            _time,
            new WorkerMemory(() => ++measured, () => 0, () => 0)
        );
        governor.Enter(Adaptive, 1, alone: false, Patience).Dispose();
        var atRest = measured;
        _time.Advance(TimeSpan.FromHours(1));
        using var chunk = governor.Enter(Adaptive, 1, alone: false, Patience);
        // What the hour brought is known when a chunk begins, and nothing was measured meanwhile.
        Assert.Equal(atRest + 1, measured);
        var sampled = governor.Sampled;
        while (!sampled.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private ChunkMemory Enter(DispatcherOptions? options = null, bool alone = false) =>
        _governor.Enter(options ?? Adaptive, 1, alone, Patience);

    private static Task<ILaunchToken> AdmittedAsync(ChunkMemory chunk) =>
        chunk.AdmitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

    // None of it garbage.
    private void Use(long megabytes)
    {
        _own = _collected = megabytes;
        _governor.Sample();
    }
}
