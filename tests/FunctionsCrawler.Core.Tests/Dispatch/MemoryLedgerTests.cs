using FunctionsCrawler.Dispatch;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Dispatch;

/// <summary>What browsers are expected to need, and what they do need.</summary>
public sealed class MemoryLedgerTests : IAsyncDisposable
{
    private const long Megabyte = 1024 * 1024;

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryGovernor _governor;
    private readonly MemoryLedger _ledger = new(1000 * Megabyte, Worker);

    private static readonly WorkerMemory Worker = new(() => 100 * Megabyte, () => 100 * Megabyte, () => 0);

    public MemoryLedgerTests() => _governor = new MemoryGovernor(1000 * Megabyte, _time, Worker);

    public ValueTask DisposeAsync() => _governor.DisposeAsync();

    [Fact]
    public void HasRoom_BrowserIsBiggerThanExpected_CountsAsItIs()
    {
        var (first, second) = (Chunk(), Chunk());
        first.Admit();
        Assert.True(_ledger.HasRoom(second));
        first.Measured(495 * Megabyte);
        Assert.True(_ledger.HasRoom(second));
        first.Measured(496 * Megabyte);
        Assert.False(_ledger.HasRoom(second));
    }

    [Fact]
    public void HasRoom_BrowsersSoFarWereBig_ExpectsTheSameOfTheNextAndForgetsSlowly()
    {
        var (first, second) = (Chunk(), Chunk());
        first.Admit();
        _ledger.Ended(600 * Megabyte);
        Assert.False(_ledger.HasRoom(second));
        // 600, 450, 345, …: two of 345 and our own 100 are below 800.
        _ledger.Ended(100 * Megabyte);
        Assert.False(_ledger.HasRoom(second));
        _ledger.Ended(100 * Megabyte);
        Assert.True(_ledger.HasRoom(second));
    }

    [Fact]
    public void Sampled_BrowsersAreMeasured_CountWithTheWorker()
    {
        var (first, second) = (Chunk(), Chunk());
        first.Admit();
        second.Admit();
        first.Measured(500 * Megabyte);
        second.Measured(200 * Megabyte);
        _ledger.Sampled(100 * Megabyte);
        Assert.Equal(0.8, _ledger.Share);
        Assert.Equal([MemoryState.Pause, MemoryState.Pause], [first.State, second.State]);
        first.Release();
        _ledger.Sampled(100 * Megabyte);
        Assert.Equal([MemoryState.Run, MemoryState.Run], [first.State, second.State]);
    }

    private ChunkMemory Chunk()
    {
        var chunk = new ChunkMemory(_governor, _time, TimeSpan.FromMinutes(5))
        {
            Options = new DispatcherOptions(),
            Expected = MemoryLedger.Expected(1),
            Alone = false,
        };
        _ledger.Add(chunk);
        return chunk;
    }
}
