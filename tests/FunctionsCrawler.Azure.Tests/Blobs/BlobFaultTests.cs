using Azure.Core;
using FunctionsCrawler.AzureStorage.Tests.Running;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.AzureStorage.Tests.Blobs;

/// <summary>
/// Tests results while the network fails: after a retry by the SDK, the store must report what really happened.
/// </summary>
[Needs(Need.Azurite)]
public sealed class BlobFaultTests(Azurite azurite) : IAsyncLifetime
{
    private readonly FaultyTransport _network = new();
    private readonly string _container = $"f{Guid.CreateVersion7():N}";
    private AzureBlobStore _store = null!;
    private AzureBlobStore _other = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _other = await AzureBlobStore.OpenAsync(azurite.Options, Cancellation, _container);
        _store = new AzureBlobStore(
            ServiceClients.Blobs(_network.Around(azurite.Options)).GetBlobContainerClient(_container)
        );
    }

    public async ValueTask DisposeAsync() =>
        await ServiceClients.Blobs(azurite.Options).GetBlobContainerClient(_container).DeleteIfExistsAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task PutIfAbsent_ResponseLost_True(int times)
    {
        _network.Break(RequestMethod.Put, Fault.ResponseLost, times);

        Assert.True(await PutAsync("ours", PutCondition.IfAbsent));

        Assert.Equal(times + 1, _network.Count(RequestMethod.Put));
        Assert.Equal("ours"u8.ToArray(), (await _other.GetAsync("a", Cancellation))!.Value.ToArray());
    }

    [Fact]
    public async Task PutIfAbsent_AnotherWritesBetweenAttempts_False()
    {
        _network.Break(RequestMethod.Put, Fault.NotSent, 1);
        _network.AfterFault = () => _other.PutAsync("a", "theirs"u8.ToArray(), PutCondition.IfAbsent, Cancellation);

        Assert.False(await PutAsync("ours", PutCondition.IfAbsent));

        Assert.Equal("theirs"u8.ToArray(), (await _other.GetAsync("a", Cancellation))!.Value.ToArray());
    }

    [Fact]
    public async Task PutIfAbsent_ResponseLostAndBlobDeletedMeanwhile_WrittenAgain()
    {
        _network.Break(RequestMethod.Put, Fault.ResponseLost, 1);
        _network.AfterFault = () => _other.DeleteAsync("a", Cancellation);

        Assert.True(await PutAsync("ours", PutCondition.IfAbsent));
    }

    [Fact]
    public async Task PutIfAbsent_ResponseLostAndBlobOverwrittenMeanwhile_False()
    {
        _network.Break(RequestMethod.Put, Fault.ResponseLost, 1);
        _network.AfterFault = () => _other.PutAsync("a", "theirs"u8.ToArray(), PutCondition.None, Cancellation);

        Assert.False(await PutAsync("ours", PutCondition.IfAbsent));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PutStream_ResponseToTheCommitLost_True(bool isConditional)
    {
        var condition = isConditional ? PutCondition.IfAbsent : PutCondition.None;
        var commits = 0;
        _network.Fault = request =>
            request.Uri.Query.Contains("comp=blocklist", StringComparison.Ordinal) && ++commits == 1
                ? Fault.ResponseLost
                : Fault.None;
        using var content = new MemoryStream(new byte[5 * 1024 * 1024]);

        Assert.True(await _store.PutStreamAsync("a", content, condition, Cancellation));

        Assert.Equal(2, commits);
        Assert.Equal(content.Length, (await _other.GetAsync("a", Cancellation))!.Value.Length);
    }

    [Fact]
    public async Task PutStream_RequestOfABlockLost_SentAgain()
    {
        _network.Break(RequestMethod.Put, Fault.NotSent, 1);
        byte[] bytes = [.. Enumerable.Range(0, 5 * 1024 * 1024).Select(i => (byte)(i * 7))];
        using var content = new MemoryStream(bytes);

        Assert.True(await _store.PutStreamAsync("a", content, PutCondition.IfAbsent, Cancellation));

        var stored = await _other.GetAsync("a", Cancellation);
        Assert.True(stored!.Value.Span.SequenceEqual(bytes));
    }

    [Fact]
    public async Task PutStream_EveryAttemptFails_StoreUnavailableNamingTheBlob()
    {
        _network.Break(RequestMethod.Put, Fault.NotSent, int.MaxValue);
        using var content = new MemoryStream(new byte[5 * 1024 * 1024]);

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            _store.PutStreamAsync("a", content, PutCondition.IfAbsent, Cancellation)
        );

        Assert.Equal(
            "the blob 'a' cannot be written: the service cannot be reached: Connection reset by peer",
            error.Message
        );
        Assert.Null(await _other.GetAsync("a", Cancellation));
    }

    [Fact]
    public async Task PutIfAbsent_EveryAttemptFails_StoreUnavailableNamingTheBlob()
    {
        _network.Break(RequestMethod.Put, Fault.NotSent, int.MaxValue);

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => PutAsync("x", PutCondition.IfAbsent));

        Assert.Equal(
            "the blob 'a' cannot be written: the service cannot be reached: Connection reset by peer",
            error.Message
        );
        Assert.Equal(5, _network.Count(RequestMethod.Put));
    }

    [Fact]
    public async Task Put_CancelledBetweenAttempts_OperationCanceled()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        _network.Break(RequestMethod.Put, Fault.NotSent, int.MaxValue);
        _network.AfterFault = stop.CancelAsync;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _store.PutAsync("a", default, PutCondition.None, stop.Token)
        );
    }

    [Fact]
    public async Task OpenRead_ConnectionBreaksTwice_WholeBlob()
    {
        var content = await PutBigAsync();
        _network.Break(RequestMethod.Get, Fault.BodyBreaks, 2);

        await using var stream = await _store.OpenReadAsync("big", Cancellation);
        using var copy = new MemoryStream();
        await stream!.CopyToAsync(copy, Cancellation);

        Assert.Equal(content, copy.ToArray());
        Assert.Equal(3, _network.Count(RequestMethod.Get));
    }

    [Fact]
    public async Task OpenRead_ConnectionBreaksAndBlobChanged_StoreUnavailable()
    {
        await PutBigAsync();
        _network.Break(RequestMethod.Get, Fault.BodyBreaks, 1);
        await using var stream = await _store.OpenReadAsync("big", Cancellation);
        await PutBigAsync();

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            stream!.CopyToAsync(Stream.Null, Cancellation)
        );

        Assert.Equal(
            "the blob 'big' cannot be read completely: the service responded with 412 ConditionNotMet",
            error.Message
        );
    }

    [Fact]
    public async Task OpenRead_CancelledWhileReading_OperationCanceled()
    {
        await PutBigAsync();
        await using var stream = await _store.OpenReadAsync("big", Cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            stream!.ReadAsync(new byte[10], new CancellationToken(canceled: true)).AsTask()
        );
    }

    private Task<bool> PutAsync(string text, PutCondition condition) =>
        _store.PutAsync("a", System.Text.Encoding.UTF8.GetBytes(text), condition, Cancellation);

    private async Task<byte[]> PutBigAsync()
    {
        byte[] content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];
        Assert.True(await _other.PutAsync("big", content, PutCondition.None, Cancellation));
        return content;
    }
}
