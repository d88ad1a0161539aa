using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Memory;

/// <summary>A governor with a fake clock and a budget of 1,000 MB; one page is expected to take 205 MB.</summary>
public abstract class MemoryGovernorTestBase : IAsyncDisposable
{
    private protected const long Megabyte = 1024 * 1024;

    private protected static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private protected static readonly DispatcherOptions Adaptive = new();
    private protected static readonly DispatcherOptions Fixed = new() { Kind = DispatcherKind.Fixed };

    private protected FakeTimeProvider Time { get; } = new();

    private protected MemoryGovernor Governor { get; }

    /// <summary>The memory of the process itself, before garbage collection.</summary>
    private protected long OwnMegabytes { get; set; } = 100;

    /// <summary>The memory of the process itself after garbage collection.</summary>
    private protected long CollectedMegabytes { get; set; } = 100;

    protected MemoryGovernorTestBase() =>
        Governor = new MemoryGovernor(
            1000 * Megabyte,
            Time,
            new WorkerMemory(
                () => OwnMegabytes * Megabyte,
                () => (OwnMegabytes = CollectedMegabytes) * Megabyte,
                () => OwnMegabytes * Megabyte
            )
        );

    public async ValueTask DisposeAsync()
    {
        await Governor.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected ChunkMemory Enter(DispatcherOptions? options = null, bool alone = false) =>
        Governor.Enter(options ?? Adaptive, 1, alone, LongestWait);

    private protected ChunkMemory EnterFor(string crawlId) =>
        Governor.Enter(Adaptive, 1, alone: false, LongestWait, crawlId);

    private protected static Task<ILaunchToken> AdmittedAsync(ChunkMemory chunk) =>
        chunk.AdmitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Sets the memory of the process, none of which is garbage, and samples it.</summary>
    private protected void Use(long megabytes)
    {
        OwnMegabytes = CollectedMegabytes = megabytes;
        Governor.Sample();
    }
}
