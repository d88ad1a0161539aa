using FunctionsCrawler.Activities;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Functions.Tests;

/// <summary>A worker that is stopped, by a signal or by its host, ends its browsers first.</summary>
public sealed class HostWatchTests
{
    [Fact]
    public async Task Stop_ChunkInProgress_WaitsUntilItHasHandedBack()
    {
        await using var worker = CrawlRig.Worker(new MemoryBlobStore());
        var (lifetime, governor) = (worker.Get<WorkerLifetime>(), worker.Get<MemoryGovernor>());
        using var watch = new HostWatch(lifetime, governor, TimeProvider.System, NullLogger<HostWatch>.Instance);
        await watch.StartAsync(TestContext.Current.CancellationToken);
        var chunk = governor.Enter(new DispatcherOptions(), pages: 1, alone: false, TimeSpan.FromMinutes(1));

        var stopping = watch.StopAsync(TestContext.Current.CancellationToken);

        await Task.Delay(Timeout.InfiniteTimeSpan, lifetime.Draining)
            .ContinueWith(_ => { }, TestContext.Current.CancellationToken);
        Assert.False(stopping.IsCompleted);
        chunk.Dispose();
        await stopping.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }
}
