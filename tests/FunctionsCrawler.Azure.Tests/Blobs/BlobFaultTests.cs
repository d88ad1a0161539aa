using Azure.Core;
using FunctionsCrawler.AzureStorage.Tests.Running;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.AzureStorage.Tests.Blobs;

/// <summary>What holds while the network breaks: the SDK sends again, and what it answers then must be the truth.</summary>
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
    public async Task PutIfAbsent_AnswerLost_WrittenByUs(int times)
    {
        _network.Break(RequestMethod.Put, Fault.AnswerLost, times);

        var tag = await PutAsync("ours", PutCondition.IfAbsent);

        Assert.Equal(times + 1, _network.Count(RequestMethod.Put));
        var stands = await _other.GetAsync("a", Cancellation);
        Assert.Equal(stands!.ETag, tag);
        Assert.Equal("ours"u8.ToArray(), stands.Bytes.ToArray());
    }

    [Fact]
    public async Task PutIfAbsent_AnotherWritesBetweenTries_Null()
    {
        _network.Break(RequestMethod.Put, Fault.NotSent, 1);
        _network.AfterFault = () => _other.PutAsync("a", "theirs"u8.ToArray(), PutCondition.IfAbsent, Cancellation);

        Assert.Null(await PutAsync("ours", PutCondition.IfAbsent));

        Assert.Equal("theirs"u8.ToArray(), (await _other.GetAsync("a", Cancellation))!.Bytes.ToArray());
    }

    [Fact]
    public async Task PutIfAbsent_AnswerLostAndBlobDeletedMeanwhile_WrittenAgain()
    {
        _network.Break(RequestMethod.Put, Fault.AnswerLost, 1);
        _network.AfterFault = () => _other.DeleteAsync("a", Cancellation);

        Assert.NotNull(await PutAsync("ours", PutCondition.IfAbsent));
    }

    [Fact]
    public async Task PutIfAbsent_AnswerLostAndBlobOverwrittenMeanwhile_Null()
    {
        _network.Break(RequestMethod.Put, Fault.AnswerLost, 1);
        _network.AfterFault = () => _other.PutAsync("a", "theirs"u8.ToArray(), PutCondition.None, Cancellation);

        Assert.Null(await PutAsync("ours", PutCondition.IfAbsent));
    }

    [Fact]
    public async Task PutIfMatch_AnswerLost_WrittenByUs()
    {
        var first = await PutAsync("1", PutCondition.IfAbsent);
        _network.Break(RequestMethod.Put, Fault.AnswerLost, 1);

        var second = await PutAsync("2", PutCondition.IfMatch(first!));

        Assert.Equal((await _other.GetAsync("a", Cancellation))!.ETag, second);
    }

    [Fact]
    public async Task PutIfAbsent_NoAnswerToAnyTry_StoreUnavailableNamingTheBlob()
    {
        _network.Break(RequestMethod.Put, Fault.NotSent, int.MaxValue);

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => PutAsync("x", PutCondition.IfAbsent));

        Assert.Equal("the blob 'a' cannot be written: it cannot be reached: Connection reset by peer", error.Message);
        Assert.Equal(5, _network.Count(RequestMethod.Put));
    }

    [Fact]
    public async Task Put_CancelledBetweenTries_OperationCanceled()
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

        Assert.Equal("the blob 'big' cannot be read to its end: the answer was 412 ConditionNotMet", error.Message);
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

    private Task<string?> PutAsync(string text, PutCondition condition) =>
        _store.PutAsync("a", System.Text.Encoding.UTF8.GetBytes(text), condition, Cancellation);

    private async Task<byte[]> PutBigAsync()
    {
        byte[] content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];
        Assert.NotNull(await _other.PutAsync("big", content, PutCondition.None, Cancellation));
        return content;
    }
}
