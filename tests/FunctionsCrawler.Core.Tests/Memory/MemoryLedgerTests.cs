using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Memory;

/// <summary>Accounting of the expected and the measured memory of browsers.</summary>
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
    public void HasRoom_BrowserIsBiggerThanExpected_CountsItsMeasuredSize()
    {
        var (first, second) = (Chunk(), Chunk());
        first.Admit();
        Assert.True(_ledger.HasRoom(second));
        first.RecordSample(495 * Megabyte);
        Assert.True(_ledger.HasRoom(second));
        first.RecordSample(496 * Megabyte);
        Assert.False(_ledger.HasRoom(second));
    }

    [Fact]
    public void HasRoom_EarlierBrowsersWereBig_ExpectsTheSameAndAdaptsSlowly()
    {
        var (first, second) = (Chunk(), Chunk());
        first.Admit();
        _ledger.RecordPeak(600 * Megabyte);
        Assert.False(_ledger.HasRoom(second));
        // The estimate falls from 600 to 450 to 345; two browsers of 345 and the worker's own 100 are below 800.
        _ledger.RecordPeak(100 * Megabyte);
        Assert.False(_ledger.HasRoom(second));
        _ledger.RecordPeak(100 * Megabyte);
        Assert.True(_ledger.HasRoom(second));
    }

    [Fact]
    public void RecordSample_BrowsersAndWorker_CountTogether()
    {
        var (first, second) = (Chunk(), Chunk());
        first.Admit();
        second.Admit();
        first.RecordSample(500 * Megabyte);
        second.RecordSample(200 * Megabyte);
        _ledger.RecordSample(100 * Megabyte);
        Assert.Equal(0.8, _ledger.Share);
        Assert.Equal([MemoryState.Pause, MemoryState.Pause], [first.State, second.State]);
        first.Release();
        _ledger.RecordSample(100 * Megabyte);
        Assert.Equal([MemoryState.Run, MemoryState.Run], [first.State, second.State]);
    }

    private ChunkMemory Chunk()
    {
        var chunk = new ChunkMemory(_governor, _time, TimeSpan.FromMinutes(5))
        {
            Options = new DispatcherOptions(),
            ExpectedBytes = MemoryLedger.ExpectedBytes(1),
            Alone = false,
        };
        _ledger.Add(chunk);
        return chunk;
    }
}
