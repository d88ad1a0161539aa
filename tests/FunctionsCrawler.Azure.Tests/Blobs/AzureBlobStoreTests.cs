using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using FunctionsCrawler.AzureStorage.Tests.Running;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Core.Tests.Blobs;

namespace FunctionsCrawler.AzureStorage.Tests.Blobs;

/// <summary>Runs the contract tests of all blob stores against Azurite, and tests where blobs differ from files.</summary>
[Needs(Need.Azurite)]
public sealed class AzureBlobStoreTests(Azurite azurite) : BlobStoreContract, IAsyncLifetime
{
    private readonly string _container = $"c{Guid.CreateVersion7():N}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        await AzureBlobStore.OpenAsync(azurite.Options, Cancellation, _container);

    public async ValueTask DisposeAsync() => await Container().DeleteIfExistsAsync();

    // A new client each time, like another process.
    private protected override IBlobStore Open() => new AzureBlobStore(Container());

    [Fact]
    public async Task Open_ContainerThere_KeepsItsBlobs()
    {
        await PutAsync(Open(), "a", "1");

        var again = await AzureBlobStore.OpenAsync(azurite.Options, Cancellation, _container);

        Assert.Equal("1", await TextAsync(again, "a"));
    }

    [Fact]
    public async Task Put_BlobNamedLikeAFolder_BothAreKept()
    {
        var store = Open();
        await PutAsync(store, "a/b", "below");
        await PutAsync(store, "a", "above", PutCondition.IfAbsent);

        Assert.Equal(["a", "a/b"], await ListAsync(store, ""));
        Assert.Equal("above", await TextAsync(store, "a"));
    }

    [Fact]
    public async Task List_SeveralPages_ReturnsAllInOrder()
    {
        var store = Open(client => client.AddPolicy(new SmallPages(), HttpPipelinePosition.PerCall));
        string[] names = [.. Enumerable.Range(0, 10).Select(i => $"p/{i}x")];
        foreach (var name in names)
            await PutAsync(store, name, "");

        Assert.Equal(names, await ListAsync(store, "p/"));
    }

    [Fact]
    public async Task AnyCall_ContainerDeleted_ThrowsStoreUnavailable()
    {
        var store = Open();
        await Container().DeleteAsync(cancellationToken: Cancellation);

        Func<Task>[] calls =
        [
            () => store.GetAsync("a", Cancellation),
            () => store.OpenReadAsync("a", Cancellation),
            () => PutAsync(store, "a", "1"),
            () => PutAsync(store, "a", "1", PutCondition.IfAbsent),
            () => store.PutStreamAsync("a", new MemoryStream(new byte[5_000_000]), PutCondition.IfAbsent, Cancellation),
            () => ListAsync(store, "a"),
        ];
        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(call);
            Assert.Matches(
                "^the blobs? 'a\\*?' cannot be (read|written|listed): the service responded with 404 ContainerNotFound$",
                error.Message
            );
        }
    }

    private AzureBlobStore Open(Action<ClientOptions> adjust) =>
        new(
            ServiceClients
                .Blobs(new AzureStorageOptions { ConnectionString = azurite.Options.ConnectionString, Adjust = adjust })
                .GetBlobContainerClient(_container)
        );

    private BlobContainerClient Container() => ServiceClients.Blobs(azurite.Options).GetBlobContainerClient(_container);

    /// <summary>Requests three names per page; the service's default is 5,000.</summary>
    private sealed class SmallPages : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message)
        {
            if (message.Request.Uri.Query.Contains("comp=list", StringComparison.Ordinal))
                message.Request.Uri.AppendQuery("maxresults", "3");
        }
    }
}
