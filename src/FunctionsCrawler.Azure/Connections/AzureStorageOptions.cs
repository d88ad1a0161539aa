using Azure.Core;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// How a storage account is reached: by a connection string, or by the addresses of its services and an identity. A class
/// and no record: a record prints its members, and one of them is a secret.
/// </summary>
public sealed class AzureStorageOptions
{
    /// <summary>The account's connection string; <c>UseDevelopmentStorage=true</c> is Azurite on its usual ports.</summary>
    /// <value>Default: none. Where it is set nothing else is looked at.</value>
    public string? ConnectionString { get; init; }

    /// <summary>The account's name in Azure's public cloud; other clouds need the addresses.</summary>
    public string? AccountName { get; init; }

    /// <summary>The https address of the blob service.</summary>
    /// <value>Default: https://{AccountName}.blob.core.windows.net.</value>
    public string? BlobServiceUri { get; init; }

    /// <summary>The https address of the queue service.</summary>
    /// <value>Default: https://{AccountName}.queue.core.windows.net.</value>
    public string? QueueServiceUri { get; init; }

    /// <summary>The kind of identity that goes with addresses.</summary>
    /// <value>"managedidentity"; default: whatever DefaultAzureCredential finds, on a developer's machine too.</value>
    public string? Credential { get; init; }

    /// <summary>The client id of a user-assigned identity.</summary>
    /// <value>Default: the system-assigned one.</value>
    public string? ClientId { get; init; }

    /// <summary>The last word on each client's options, for tests that break connections.</summary>
    internal Action<ClientOptions>? Adjust { get; init; }

    /// <summary>Reads the settings that Azure Functions reads for a connection of that name.</summary>
    /// <param name="setting">
    /// Gives a setting's value by its name as an environment variable has it: "AzureWebJobsStorage__blobServiceUri".
    /// </param>
    /// <param name="connection">The connection's name.</param>
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
