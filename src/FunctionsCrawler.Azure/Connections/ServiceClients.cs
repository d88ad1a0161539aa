using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// The SDK's clients of a storage account. A request is tried five times, about 0.4, 0.8, 1.6 and 3.2 s apart: one whose
/// connection is refused fails after 6 s, one that is never answered after 160 s.
/// </summary>
internal static class ServiceClients
{
    private const int Retries = 4;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.4);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    /// <summary>A client of the blob service.</summary>
    /// <exception cref="FormatException">The options name none; the message says why in one line, without a secret.</exception>
    public static BlobServiceClient Blobs(AzureStorageOptions options)
    {
        var client = Tuned(new BlobClientOptions(), options);
        return Create(
            options,
            "blob",
            options.BlobServiceUri,
            connectionString => Named(new BlobServiceClient(connectionString, client), c => c.Uri),
            (address, credential) => new BlobServiceClient(address, credential, client)
        );
    }

    /// <summary>A client of the queue service, which passes on the text of messages as it is.</summary>
    /// <inheritdoc cref="Blobs"/>
    public static QueueServiceClient Queues(AzureStorageOptions options)
    {
        var client = Tuned(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None }, options);
        return Create(
            options,
            "queue",
            options.QueueServiceUri,
            connectionString => Named(new QueueServiceClient(connectionString, client), c => c.Uri),
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
            // The SDK's messages name what is wrong and quote no value; its exception goes no further all the same.
            throw Fault($"the storage connection string cannot be used for the {service} service: {e.Message}");
        }
    }

    // The SDK makes clients of no address from connection strings of other services.
    private static T Named<T>(T client, Func<T, Uri?> address) =>
        address(client) is null ? throw new FormatException("It has no endpoint of that service.") : client;

    private static Uri Address(AzureStorageOptions options, string service, string? address)
    {
        if (string.IsNullOrWhiteSpace(address))
            address = string.IsNullOrWhiteSpace(options.AccountName)
                ? throw Fault(
                    $"no storage account is named: set a connection string, accountName or {service}ServiceUri"
                )
                : $"https://{options.AccountName}.{service}.core.windows.net";
        // An identity's token is sent over TLS only. A query may be a signature, which the message must not show.
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri is { Scheme: "https", Query: "" }
            ? uri
            : throw Fault(
                $"the address of the {service} service, '{address.Split('?')[0]}', must be https without a query"
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
            $"the storage credential is '{options.Credential}', but only 'managedidentity' is known; or unset it"
        );
    }

    private static T Tuned<T>(T client, AzureStorageOptions options)
        where T : ClientOptions
    {
        client.Retry.Mode = RetryMode.Exponential;
        client.Retry.MaxRetries = Retries;
        client.Retry.Delay = FirstDelay;
        client.Retry.MaxDelay = LongestDelay;
        client.Retry.NetworkTimeout = AnswerLimit;
        options.Adjust?.Invoke(client);
        return client;
    }

    private static FormatException Fault(string message) => new(message);
}
