using FunctionsCrawler.AzureStorage.Tests.Running;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.AzureStorage.Tests.Queues;

/// <summary>Tests an intake and a store while the storage stops and starts again.</summary>
public sealed class QueueUnavailableTests(Azurite azurite) : QueueTest(azurite)
{
    private Azurite? _own;

    private protected override Azurite Storage => _own!;

    public override async ValueTask InitializeAsync()
    {
        _own = await Azurite.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Storage.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Run_StorageStopsAndRestarts_ContinuesAndLogsEachOnce()
    {
        var store = await AzureBlobStore.OpenAsync(Network.Around(Storage.Options), Cancellation);
        Assert.True(await store.PutAsync("a", "1"u8.ToArray(), PutCondition.IfAbsent, Cancellation));
        Start((_, _) => Task.FromResult(IntakeResult.Done));
        await Queue.EnqueueAsync("{}", Cancellation);
        await UntilEmptyAsync();

        await Storage.StopAsync();
        await Eventually.IsTrueAsync(() => Log.Lines(3003).Length == 1, "the log line of the storage failure");
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetAsync("a", Cancellation));
        Assert.StartsWith("the blob 'a' cannot be read: the service cannot be reached: ", error.Message);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Queue.EnqueueAsync("{}", Cancellation));

        await Storage.RestartAsync();
        var id = await Queue.EnqueueAsync("{}", Cancellation);
        await Eventually.IsTrueAsync(() => Offered.Any(request => request.Id == id), "the request");

        Assert.Single(Log.Lines(3003));
        Assert.Single(Log.Lines(3004));
        Assert.NotNull(await store.GetAsync("a", Cancellation));
    }
}
