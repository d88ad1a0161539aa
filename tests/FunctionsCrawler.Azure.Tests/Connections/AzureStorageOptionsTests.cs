using Azure.Identity;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.AzureStorage.Tests.Connections;

public sealed class AzureStorageOptionsTests
{
    [Fact]
    public void FromSettings_ConnectionString_TakesPrecedenceOverAddresses()
    {
        var options = From(
            ("AzureWebJobsStorage", "UseDevelopmentStorage=true"),
            ("AzureWebJobsStorage__accountName", "someone")
        );

        Assert.Equal("http://127.0.0.1:10000/devstoreaccount1", Address(ServiceClients.Blobs(options).Uri));
        Assert.Equal("http://127.0.0.1:10001/devstoreaccount1", Address(ServiceClients.Queues(options).Uri));
    }

    [Fact]
    public void FromSettings_AccountName_AddressesOfThePublicCloud()
    {
        var options = From(("AzureWebJobsStorage__accountName", "someone"));

        Assert.Equal("https://someone.blob.core.windows.net", Address(ServiceClients.Blobs(options).Uri));
        Assert.Equal("https://someone.queue.core.windows.net", Address(ServiceClients.Queues(options).Uri));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("00000000-0000-0000-0000-000000000001")]
    public void FromSettings_AddressesAndManagedIdentity_Used(string? client)
    {
        var options = From(
            ("AzureWebJobsStorage__blobServiceUri", "https://blobs.example"),
            ("AzureWebJobsStorage__queueServiceUri", "https://queues.example"),
            ("AzureWebJobsStorage__credential", "managedIdentity"),
            ("AzureWebJobsStorage__clientId", client)
        );

        Assert.Equal("https://blobs.example", Address(ServiceClients.Blobs(options).Uri));
        Assert.Equal("https://queues.example", Address(ServiceClients.Queues(options).Uri));
    }

    [Fact]
    public void Clients_NothingSet_FormatExceptionNamingWhatIsMissing()
    {
        var blobs = Assert.Throws<FormatException>(() => ServiceClients.Blobs(From()));
        var queues = Assert.Throws<FormatException>(() => ServiceClients.Queues(From()));

        Assert.EndsWith("set a connection string, accountName or blobServiceUri", blobs.Message);
        Assert.EndsWith("set a connection string, accountName or queueServiceUri", queues.Message);
    }

    [Theory]
    [InlineData("http://blobs.example")]
    [InlineData("blobs.example")]
    [InlineData("https://blobs.example/?sv=1&sig=secret")]
    public void Clients_AddressNotSafeForToken_FormatExceptionWithoutItsQuery(string address)
    {
        var error = Assert.Throws<FormatException>(() =>
            ServiceClients.Blobs(new AzureStorageOptions { BlobServiceUri = address })
        );

        Assert.Contains("blobs.example", error.Message);
        Assert.DoesNotContain("secret", error.ToString());
    }

    [Fact]
    public void Clients_UnknownCredential_FormatExceptionNamingIt()
    {
        var options = new AzureStorageOptions { AccountName = "someone", Credential = "password" };

        Assert.Contains("'password'", Assert.Throws<FormatException>(() => ServiceClients.Blobs(options)).Message);
    }

    [Fact]
    public async Task Failure_NoToken_StoreUnavailableWithTheFirstLine()
    {
        var call = Task.FromException<int>(new CredentialUnavailableException("No identity.\nMore of it."));

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => call.OrIOException("it failed", default));

        Assert.Equal("it failed: no access token could be obtained: No identity.", error.Message);
    }

    private static AzureStorageOptions From(params (string Name, string? Value)[] settings) =>
        AzureStorageOptions.FromSettings(name => settings.FirstOrDefault(s => s.Name == name).Value);

    private static string Address(Uri uri) => uri.AbsoluteUri.TrimEnd('/');
}
