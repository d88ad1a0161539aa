using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;

namespace FunctionsCrawler.Core.Tests.Memory;

/// <summary>Sampling: when chunks pause, resume and are shed. The budget is 1,000 MB.</summary>
public sealed class MemoryGovernorTests : MemoryGovernorTestBase
{
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
            // A chunk that was shed stays shed.
            (10, MemoryState.Shed),
        ];
        foreach (var (megabytes, expected) in steps)
        {
            Use(megabytes);
            Assert.Equal((megabytes, expected), (megabytes, chunk.State));
        }
    }

    [Fact]
    public void Sample_CustomPercentages_UsesThoseOfTheCrawl()
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
    public async Task Sample_SeveralBrowsers_ShedsTheYoungestFirstAndOneAtATime()
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
    public async Task Tick_GrowthSinceTheSample_ShedsWithoutWaitingForAMeasurement()
    {
        var anonymous = 50 * Megabyte;
        // Measurements block until the end of the test.
        using var measurable = new ManualResetEventSlim(initialState: true);
        await using var governor = new MemoryGovernor(
            1000 * Megabyte,
            Time,
            new WorkerMemory(Measure, () => 0, () => Volatile.Read(ref anonymous))
        );
        using var chunk = governor.Enter(Adaptive, 1, alone: false, LongestWait);
        governor.Sample();
        var sampled = governor.Sampled;

        measurable.Reset();
        Volatile.Write(ref anonymous, 900 * Megabyte);
        // The tick may run on the thread that advances the clock and block it.
        var ticking = Task.Run(() => Time.Advance(TimeSpan.FromMilliseconds(50)));
        await sampled.WaitAsync(TimeSpan.FromSeconds(60));

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
    public void Sample_WorkerIsFullOfGarbage_CollectsBeforePausing()
    {
        using var chunk = Enter();
        (OwnMegabytes, CollectedMegabytes) = (990, 300);

        Governor.Sample();

        Assert.Equal(MemoryState.Run, chunk.State);
        Assert.Equal(300 * Megabyte, Governor.Used.Own);
    }

    [Fact]
    public void Sample_CollectedLessThanASecondAgo_DoesNotCollectAgain()
    {
        using var chunk = Enter();
        (OwnMegabytes, CollectedMegabytes) = (810, 300);
        Governor.Sample();
        OwnMegabytes = 810;

        Governor.Sample();
        Assert.Equal(MemoryState.Pause, chunk.State);

        Time.Advance(TimeSpan.FromSeconds(1));
        Governor.Sample();
        Assert.Equal(MemoryState.Run, chunk.State);
    }

    [Fact]
    public void Sample_CollectingFreedNothing_IsNotRepeated()
    {
        using var chunk = Enter();
        Use(900);
        Time.Advance(TimeSpan.FromSeconds(2));
        CollectedMegabytes = 100;

        Governor.Sample();

        Assert.Equal(MemoryState.Pause, chunk.State);
    }

    [Fact]
    public async Task Governor_WithAChunk_SamplesEverySecond()
    {
        using var chunk = Enter();
        OwnMegabytes = CollectedMegabytes = 990;
        while (chunk.State != MemoryState.Shed)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal(990 * Megabyte, Governor.Used.Own);
    }

    [Fact]
    public async Task Governor_NoChunk_DoesNotMeasureUntilTheNext()
    {
        var measured = 0;
        await using var governor = new MemoryGovernor(
            1000 * Megabyte,
            Time,
            new WorkerMemory(() => ++measured, () => 0, () => 0)
        );
        governor.Enter(Adaptive, 1, alone: false, LongestWait).Dispose();
        var measuredBefore = measured;
        Time.Advance(TimeSpan.FromHours(1));
        using var chunk = governor.Enter(Adaptive, 1, alone: false, LongestWait);
        // Measured once when the chunk was registered, and not during the hour.
        Assert.Equal(measuredBefore + 1, measured);
        var sampled = governor.Sampled;
        while (!sampled.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
