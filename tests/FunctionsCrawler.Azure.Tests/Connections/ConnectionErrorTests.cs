using System.Net;
using System.Net.Sockets;
using FunctionsCrawler.AzureStorage.Tests.Running;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.AzureStorage.Tests.Connections;

/// <summary>Tests the messages for an account that cannot be used: one line that names it, without secrets.</summary>
public sealed class ConnectionErrorTests(Azurite azurite)
{
    // Has the form of a key but belongs to no account.
    private const string Secret = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Secret)]
    [InlineData($"AccountKey={Secret}")]
    [InlineData($"DefaultEndpointsProtocol=https;AccountName=someone;{Secret}")]
    [InlineData($"DefaultEndpointsProtocol=https;AccountName=someone;AccountKey=!{Secret}")]
    [InlineData($"AccountName=someone;AccountKey={Secret};AccountKey={Secret}x")]
    [InlineData($"AccountName=someone;Password={Secret}")]
    [InlineData($"BlobEndpoint=nowhere;QueueEndpoint=nowhere;AccountName=someone;AccountKey={Secret}")]
    [InlineData($"https://someone.blob.core.windows.net/?sv=1&sig={Secret}")]
    [InlineData("UseDevelopmentStorage=yes")]
    public async Task Open_MalformedConnectionString_FormatExceptionInOneLine(string connectionString)
    {
        var options = new AzureStorageOptions { ConnectionString = connectionString };

        AssertOneLineWithoutSecret(
            await Assert.ThrowsAsync<FormatException>(() => AzureBlobStore.OpenAsync(options, Cancellation))
        );
        AssertOneLineWithoutSecret(
            await Assert.ThrowsAsync<FormatException>(() => CrawlQueue.OpenAsync(options, Cancellation))
        );
    }

    [Fact]
    public async Task Open_OnlyTheOtherServiceNamed_FormatException()
    {
        var blobs = new AzureStorageOptions
        {
            ConnectionString = $"BlobEndpoint=https://someone.example;SharedAccessSignature=sv=1&sig={Secret}",
        };

        AssertOneLineWithoutSecret(
            await Assert.ThrowsAsync<FormatException>(() => CrawlQueue.OpenAsync(blobs, Cancellation))
        );
    }

    [Fact]
    [Needs(Need.Azurite)]
    public async Task Open_WrongKey_StoreUnavailableNamingTheAccount()
    {
        var account = azurite.Options.ConnectionString!;
        var key = account[account.IndexOf("AccountKey=", StringComparison.Ordinal)..].Split(';')[0];
        var options = new AzureStorageOptions { ConnectionString = account.Replace(key, $"AccountKey={Secret}") };

        var blobs = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            AzureBlobStore.OpenAsync(options, Cancellation)
        );
        var queue = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            CrawlQueue.OpenAsync(options, Cancellation)
        );

        AssertOneLineWithoutSecret(blobs);
        AssertOneLineWithoutSecret(queue);
        Assert.Matches(
            @"^the blob container http://127\.0\.0\.1:\d+/devstoreaccount1/crawler cannot be opened: the credentials were rejected \(403 \w+\)$",
            blobs.Message
        );
        Assert.Matches(
            @"^the queue http://127\.0\.0\.1:\d+/devstoreaccount1/crawl-requests cannot be opened: the credentials were rejected \(403 \w+\)$",
            queue.Message
        );
    }

    [Fact]
    [Needs(Need.Azurite)]
    public async Task Open_WrongSignature_StoreUnavailableWithoutIt()
    {
        var blobs = azurite
            .Options.ConnectionString!.Split(';')
            .Single(s => s.StartsWith("BlobEndpoint=", StringComparison.Ordinal));
        var options = new AzureStorageOptions
        {
            ConnectionString =
                $"{blobs};SharedAccessSignature=sv=2021-10-04&ss=b&srt=sco&sp=rwl&se=2100-01-01&sig={Secret}",
        };

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            AzureBlobStore.OpenAsync(options, Cancellation)
        );

        AssertOneLineWithoutSecret(error);
        Assert.Contains("the credentials were rejected (403", error.Message);
    }

    [Fact]
    public async Task Open_NothingListens_StoreUnavailableSayingSo()
    {
        using var closed = new ReservedPort();
        var endpoint = $"http://127.0.0.1:{closed.Number}/someone";
        var options = new AzureStorageOptions
        {
            ConnectionString =
                $"AccountName=someone;AccountKey={Secret};BlobEndpoint={endpoint};QueueEndpoint={endpoint}",
            Adjust = client => client.Retry.Delay = TimeSpan.FromMilliseconds(20),
        };

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            AzureBlobStore.OpenAsync(options, Cancellation)
        );

        AssertOneLineWithoutSecret(error);
        Assert.StartsWith(
            $"the blob container {endpoint}/crawler cannot be opened: the service cannot be reached: ",
            error.Message
        );
        AssertOneLineWithoutSecret(
            await Assert.ThrowsAsync<StoreUnavailableException>(() => CrawlQueue.OpenAsync(options, Cancellation))
        );
    }

    private static void AssertOneLineWithoutSecret(Exception e)
    {
        Assert.DoesNotContain('\n', e.Message);
        Assert.DoesNotContain(Secret, e.ToString());
    }
}
