using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;

namespace FunctionsCrawler.Core.Tests.Memory;

/// <summary>Admission of browser launches. The budget is 1,000 MB, and a browser with one page is expected to need 205 MB.</summary>
public sealed class LaunchAdmissionTests : MemoryGovernorTestBase
{
    [Fact]
    public async Task Admit_ManyChunks_AdmitsThoseWithRoomInOrderOfRequest()
    {
        // 100 + 3 × 205 is less than 800, 100 + 4 × 205 is not.
        var chunks = Enumerable.Range(0, 5).Select(_ => Enter()).ToList();
        var admissions = chunks.ConvertAll(c => c.AdmitAsync(CancellationToken.None));
        Assert.Equal([true, true, true, false, false], admissions.Select(a => a.IsCompleted));
        Assert.Equal(2, Governor.WaitingLaunches);
        Assert.True(Governor.IsHoldingBack);

        (await admissions[1]).Dispose();
        await admissions[3].WaitAsync(TimeSpan.FromSeconds(60));
        Assert.False(admissions[4].IsCompleted);
        (await admissions[0]).Dispose();
        await admissions[4].WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, Governor.WaitingLaunches);
    }

    [Fact]
    public void Admit_Fixed_UsesTheReserveOfTheAdaptiveDispatcher()
    {
        var chunks = Enumerable.Range(0, 5).Select(_ => Enter(Fixed)).ToList();
        var admissions = chunks.ConvertAll(c => c.AdmitAsync(CancellationToken.None));
        Assert.Equal([true, true, true, true, false], admissions.Select(a => a.IsCompleted));
    }

    [Fact]
    public async Task Admit_Alone_WaitsForAllOthersAndBlocksThem()
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
    public async Task Admit_NoBrowserRunning_AdmitsWhateverTheExpectedSize()
    {
        using var chunk = Governor.Enter(Adaptive, 20, alone: false, LongestWait);
        Assert.True(chunk.ExpectedBytes > Governor.BudgetBytes);
        var token = await AdmittedAsync(chunk);
        Assert.True(chunk.HasBrowser);
        token.Dispose();
        Assert.False(chunk.HasBrowser);
    }

    [Fact]
    public async Task Admit_NoRoomWithinTheWaitingTime_IsRefusedAndDoesNotBlockOthers()
    {
        var (first, alone) = (Enter(), Enter(alone: true));
        await AdmittedAsync(first);
        var refused = alone.AdmitAsync(CancellationToken.None);
        Time.Advance(LongestWait / 2);
        Assert.False(refused.IsCompleted);
        Time.Advance(LongestWait / 2);
        await Assert.ThrowsAsync<LaunchNotAdmittedException>(() => refused.WaitAsync(TimeSpan.FromSeconds(60)));
        await AdmittedAsync(Enter());
        // Its waiting time is used up, so the next request does not wait.
        await Assert.ThrowsAsync<LaunchNotAdmittedException>(() =>
            alone.AdmitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60))
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
        (await next.WaitAsync(TimeSpan.FromSeconds(60))).Dispose();
        token.Dispose();
        Assert.Equal(0, Governor.WaitingLaunches);
    }

    [Fact]
    public async Task Admit_WorkerItselfIsFull_RequestsARestartUnlessCollectingHelps()
    {
        using var chunk = Enter();
        (OwnMegabytes, CollectedMegabytes) = (850, 100);
        (await AdmittedAsync(chunk)).Dispose();

        Use(850);
        var e = await Assert.ThrowsAsync<WorkerExhaustedException>(() => chunk.AdmitAsync(CancellationToken.None));
        Assert.Contains("850 MB of its memory budget of 1000 MB", e.Message, StringComparison.Ordinal);
        // A chunk that needs no browser can still start.
        using var other = Enter();
        CollectedMegabytes = 960;
        Use(960);
        Assert.Throws<WorkerExhaustedException>(() => Enter());
    }

    [Fact]
    public async Task Admit_WorkerIsFullButABrowserIsRunning_Waits()
    {
        var (first, second) = (Enter(), Enter());
        var token = await AdmittedAsync(first);
        CollectedMegabytes = 900;
        Use(900);
        var waiting = second.AdmitAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        token.Dispose();
        await Assert.ThrowsAsync<WorkerExhaustedException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(60)));
    }
}
