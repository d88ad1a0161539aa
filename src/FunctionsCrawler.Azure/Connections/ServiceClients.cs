using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// Creates the SDK's clients for a storage account. A request is attempted five times, with delays of about 0.4, 0.8, 1.6 and
/// 3.2 s: it fails after 6 s if connections are refused, and after 160 s if there is no response.
/// </summary>
internal static class ServiceClients
{
    private const int MaxRetries = 4;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.4);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Creates a client for the blob service. Does not connect.</summary>
    /// <exception cref="FormatException">
    /// The options are invalid or name no account; the message says why in one line, without secrets.
    /// </exception>
    public static BlobServiceClient Blobs(AzureStorageOptions options)
    {
        var client = WithRetries(new BlobClientOptions(), options);
        return Create(
            options,
            "blob",
            options.BlobServiceUri,
            connectionString => RequireAddress(new BlobServiceClient(connectionString, client), c => c.Uri),
            (address, credential) => new BlobServiceClient(address, credential, client)
        );
    }

    /// <summary>Creates a client for the queue service that does not encode or decode messages. Does not connect.</summary>
    /// <inheritdoc cref="Blobs"/>
    public static QueueServiceClient Queues(AzureStorageOptions options)
    {
        var client = WithRetries(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None }, options);
        return Create(
            options,
            "queue",
            options.QueueServiceUri,
            connectionString => RequireAddress(new QueueServiceClient(connectionString, client), c => c.Uri),
            (address, credential) => new QueueServiceClient(address, credential, client)
        );
    }

    private static T Create<T>(
        AzureStorageOptions options,
        string service,
        string? address,
        Func<string, T> byConnectionString,
        Func<Uri, TokenCredential, T> byIdentity
    )
    {
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
            return byIdentity(Address(options, service, address), Identity(options));
        try
        {
            return byConnectionString(options.ConnectionString);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            // The SDK's messages quote no values. Its exception is not passed on nevertheless.
            throw Fault($"the storage connection string is not valid for the {service} service: {e.Message}");
        }
    }

    // From a connection string without an endpoint of the service, the SDK creates a client without an address.
    private static T RequireAddress<T>(T client, Func<T, Uri?> address) =>
        address(client) is null ? throw new FormatException("It has no endpoint for this service.") : client;

    private static Uri Address(AzureStorageOptions options, string service, string? address)
    {
        if (string.IsNullOrWhiteSpace(address))
            address = string.IsNullOrWhiteSpace(options.AccountName)
                ? throw Fault(
                    $"no storage account is configured: set a connection string, accountName or {service}ServiceUri"
                )
                : $"https://{options.AccountName}.{service}.core.windows.net";
        // An identity's token must be sent over TLS only. A query could be a signature, so the message does not show it.
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri is { Scheme: "https", Query: "" }
            ? uri
            : throw Fault(
                $"the address of the {service} service, '{address.Split('?')[0]}', is not valid; it must be an https URL without a query"
            );
    }

    private static TokenCredential Identity(AzureStorageOptions options)
    {
        var client = string.IsNullOrWhiteSpace(options.ClientId) ? null : options.ClientId;
        if (string.IsNullOrWhiteSpace(options.Credential))
            return new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = client });
        if (options.Credential.Equals("managedidentity", StringComparison.OrdinalIgnoreCase))
            return new ManagedIdentityCredential(
                client is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(client)
            );
        throw Fault(
            $"'{options.Credential}' is not a valid storage credential; set it to 'managedidentity' or unset it"
        );
    }

    private static T WithRetries<T>(T client, AzureStorageOptions options)
        where T : ClientOptions
    {
        client.Retry.Mode = RetryMode.Exponential;
        client.Retry.MaxRetries = MaxRetries;
        client.Retry.Delay = FirstDelay;
        client.Retry.MaxDelay = MaxDelay;
        client.Retry.NetworkTimeout = ResponseTimeout;
        options.Adjust?.Invoke(client);
        return client;
    }

    private static FormatException Fault(string message) => new(message);
}
