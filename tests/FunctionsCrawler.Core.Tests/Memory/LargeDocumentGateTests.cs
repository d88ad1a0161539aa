using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Memory;

/// <summary>Budget 1,000 MB; a chunk sheds at 950. A document of 10 MB is expected to take 60.</summary>
public sealed class LargeDocumentGateTests : IAsyncDisposable
{
    private const long Megabyte = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryGovernor _governor;
    private long _own = 100;

    public LargeDocumentGateTests() =>
        _governor = new MemoryGovernor(
            1000 * Megabyte,
            _time,
            new WorkerMemory(() => _own * Megabyte, () => _own * Megabyte, () => _own * Megabyte)
        );

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _governor.DisposeAsync();

    [Fact]
    public async Task Enter_UpToTheThreshold_HoldsNothing()
    {
        using var large = await EnterAsync(10 * Megabyte);

        Assert.Null(await EnterAsync(LargeDocumentGate.Threshold));
    }

    [Fact]
    public async Task Enter_SecondLargeDocument_WaitsUntilTheFirstIsDisposed()
    {
        var first = await EnterAsync(10 * Megabyte);
        var second = EnterAsync(10 * Megabyte);
        Assert.False(second.IsCompleted);

        first!.Dispose();
        first.Dispose();

        using var entered = await second.WaitAsync(Guard, Cancellation);
        Assert.NotNull(entered);
        // Disposing the first twice gave one turn back, not two.
        Assert.False(EnterAsync(10 * Megabyte).IsCompleted);
    }

    [Fact]
    public async Task Enter_NoMemory_WaitsForASampleThatHasIt()
    {
        using var chunk = Enter();
        Use(900);
        var entering = EnterAsync(10 * Megabyte);
        Assert.False(entering.IsCompleted);
        Use(895);
        await Task.Delay(50, Cancellation);
        Assert.False(entering.IsCompleted);

        Use(880);

        (await entering.WaitAsync(Guard, Cancellation))!.Dispose();
    }

    [Fact]
    public async Task Enter_NoMemoryFor5Seconds_GoesOnAllTheSame()
    {
        using var chunk = Enter();
        Use(940);
        var entering = EnterAsync(10 * Megabyte);
        // Each sample begins a wait of its own.
        for (var waited = 0; waited < 4900; waited += 100)
        {
            Assert.False(entering.IsCompleted, $"after {waited} ms");
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }
        await RunClockAsync(entering);

        (await entering)!.Dispose();
    }

    [Fact]
    public async Task Enter_CancelledWhileWaitingForMemory_GivesItsTurnBack()
    {
        using var chunk = Enter();
        Use(940);
        using var stop = new CancellationTokenSource();
        var entering = _governor.Documents.EnterAsync(10 * Megabyte, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => entering.WaitAsync(Guard, Cancellation));

        Use(100);
        using var next = await EnterAsync(10 * Megabyte).WaitAsync(Guard, Cancellation);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Reservation_WhileHeld_KeepsALaunchWaiting()
    {
        // 100 + 2 × 205 + 300 is above 800.
        using var first = Enter();
        using var second = Enter();
        using var browser = await first.AdmitAsync(Cancellation).WaitAsync(Guard, Cancellation);
        var document = await EnterAsync(50 * Megabyte);

        var launch = second.AdmitAsync(Cancellation);
        Assert.False(launch.IsCompleted);
        document!.Dispose();

        using var admitted = await launch.WaitAsync(Guard, Cancellation);
        Assert.True(second.HasBrowser);
    }

    private Task<LargeDocumentLease?> EnterAsync(long size) => _governor.Documents.EnterAsync(size, Cancellation);

    private ChunkMemory Enter() => _governor.Enter(new DispatcherOptions(), 1, alone: false, Patience);

    private void Use(long megabytes)
    {
        Volatile.Write(ref _own, megabytes);
        _governor.Sample();
    }

    private async Task RunClockAsync(Task until)
    {
        for (var i = 0; i < 100 && !until.IsCompleted; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(10, Cancellation);
        }
        await until.WaitAsync(Guard, Cancellation);
    }
}
