using System.Net;
using System.Net.Sockets;
using FunctionsCrawler.AzureStorage.Tests.Running;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.AzureStorage.Tests.Connections;

/// <summary>What is said of an account that cannot be used: one line that names it, and never a secret.</summary>
public sealed class ConnectionErrorTests(Azurite azurite)
{
    // A key in form, of no account.
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

        AssertDiscreet(
            await Assert.ThrowsAsync<FormatException>(() => AzureBlobStore.OpenAsync(options, Cancellation))
        );
        AssertDiscreet(await Assert.ThrowsAsync<FormatException>(() => CrawlQueue.OpenAsync(options, Cancellation)));
    }

    [Fact]
    public async Task Open_OnlyTheOtherServiceNamed_FormatException()
    {
        var blobs = new AzureStorageOptions
        {
            ConnectionString = $"BlobEndpoint=https://someone.example;SharedAccessSignature=sv=1&sig={Secret}",
        };

        AssertDiscreet(await Assert.ThrowsAsync<FormatException>(() => CrawlQueue.OpenAsync(blobs, Cancellation)));
    }

    [Fact]
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

        AssertDiscreet(blobs);
        AssertDiscreet(queue);
        Assert.Matches(
            @"^the blob container http://127\.0\.0\.1:\d+/devstoreaccount1/crawler cannot be opened: the credentials were refused \(403 \w+\)$",
            blobs.Message
        );
        Assert.Matches(
            @"^the queue http://127\.0\.0\.1:\d+/devstoreaccount1/crawl-requests cannot be opened: the credentials were refused \(403 \w+\)$",
            queue.Message
        );
    }

    [Fact]
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

        AssertDiscreet(error);
        Assert.Contains("the credentials were refused (403", error.Message);
    }

    [Fact]
    public async Task Open_NobodyListens_StoreUnavailableSayingSo()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // And does not listen.
        var endpoint = $"http://{taken.LocalEndPoint}/someone";
        var options = new AzureStorageOptions
        {
            ConnectionString =
                $"AccountName=someone;AccountKey={Secret};BlobEndpoint={endpoint};QueueEndpoint={endpoint}",
            Adjust = client => client.Retry.Delay = TimeSpan.FromMilliseconds(20),
        };

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            AzureBlobStore.OpenAsync(options, Cancellation)
        );

        AssertDiscreet(error);
        Assert.StartsWith(
            $"the blob container {endpoint}/crawler cannot be opened: it cannot be reached: ",
            error.Message
        );
        AssertDiscreet(
            await Assert.ThrowsAsync<StoreUnavailableException>(() => CrawlQueue.OpenAsync(options, Cancellation))
        );
    }

    private static void AssertDiscreet(Exception e)
    {
        Assert.DoesNotContain('\n', e.Message);
        Assert.DoesNotContain(Secret, e.ToString());
    }
}
