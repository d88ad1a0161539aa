using Azure.Core;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// How to connect to a storage account: with a connection string, or with the addresses of its services and an identity.
/// </summary>
/// <remarks>Not a record, because ToString of a record would print the connection string, which is a secret.</remarks>
internal sealed class AzureStorageOptions
{
    /// <summary>
    /// The account's connection string; <c>UseDevelopmentStorage=true</c> is Azurite on its default ports. If set, all other
    /// properties are ignored.
    /// </summary>
    /// <value>Default null: use the addresses and an identity.</value>
    public string? ConnectionString { get; init; }

    /// <summary>
    /// The account's name in the Azure public cloud. For other clouds set <see cref="BlobServiceUri"/> and
    /// <see cref="QueueServiceUri"/>.
    /// </summary>
    /// <value>Default null.</value>
    public string? AccountName { get; init; }

    /// <summary>The https address of the blob service, without a query.</summary>
    /// <value>Default null, which means https://{AccountName}.blob.core.windows.net.</value>
    public string? BlobServiceUri { get; init; }

    /// <summary>The https address of the queue service, without a query.</summary>
    /// <value>Default null, which means https://{AccountName}.queue.core.windows.net.</value>
    public string? QueueServiceUri { get; init; }

    /// <summary>The kind of identity used with addresses.</summary>
    /// <value>
    /// "managedidentity" or null. Default null: the identity found by DefaultAzureCredential, which also works on developer
    /// machines.
    /// </value>
    public string? Credential { get; init; }

    /// <summary>The client id of a user-assigned identity.</summary>
    /// <value>Default null: the system-assigned identity.</value>
    public string? ClientId { get; init; }

    /// <summary>Changes the options of each SDK client, for tests that simulate network faults.</summary>
    internal Action<ClientOptions>? Adjust { get; init; }

    /// <summary>Reads the same settings as Azure Functions for a named connection.</summary>
    /// <param name="setting">
    /// Returns the value of a setting, or null. Names have the form of environment variables:
    /// "AzureWebJobsStorage__blobServiceUri".
    /// </param>
    /// <param name="connection">The name of the connection.</param>
    public static AzureStorageOptions FromSettings(
        Func<string, string?> setting,
        string connection = "AzureWebJobsStorage"
    )
    {
        ArgumentNullException.ThrowIfNull(setting);
        return new AzureStorageOptions
        {
            ConnectionString = setting(connection),
            AccountName = setting($"{connection}__accountName"),
            BlobServiceUri = setting($"{connection}__blobServiceUri"),
            QueueServiceUri = setting($"{connection}__queueServiceUri"),
            Credential = setting($"{connection}__credential"),
            ClientId = setting($"{connection}__clientId"),
        };
    }
}
