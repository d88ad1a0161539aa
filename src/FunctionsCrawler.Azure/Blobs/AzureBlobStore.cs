using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// Blobs in a container of an Azure storage account, or of Azurite. Safe for many processes at once: conditions are the
/// service's own. What is retried, and how long, says <see cref="ServiceClients"/>.
/// <para>An <see cref="IOException"/> of a put whose answer never came leaves open whether the blob was written.</para>
/// <para>The account must have a flat namespace: a hierarchical one lists folders as blobs, in another order. No segment of
/// a name may end with a dot, which the service takes away.</para>
/// </summary>
public sealed class AzureBlobStore : IBlobStore
{
    /// <summary>The container that holds the crawls.</summary>
    public const string DefaultContainer = "crawler";

    // The name of a blob's metadata that tells which put wrote it.
    private const string PutToken = "fcput";

    private readonly BlobContainerClient _container;

    internal AzureBlobStore(BlobContainerClient container) => _container = container;

    /// <summary>Opens a container, making it where there is none.</summary>
    /// <exception cref="FormatException">The options name no account.</exception>
    /// <exception cref="IOException">The account cannot be reached or refused the credentials.</exception>
    public static async Task<AzureBlobStore> OpenAsync(
        AzureStorageOptions options,
        CancellationToken cancellationToken,
        string container = DefaultContainer
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        var client = ServiceClients.Blobs(options).GetBlobContainerClient(container);
        await client
            .CreateIfNotExistsAsync(cancellationToken: cancellationToken)
            .OrIOException(
                $"the blob container {client.Uri.GetLeftPart(UriPartial.Path)} cannot be opened",
                cancellationToken
            )
            .ConfigureAwait(false);
        return new AzureBlobStore(client);
    }

    /// <inheritdoc/>
    /// <remarks>Where the connection breaks, the stream goes on from there, and fails if the blob has changed.</remarks>
    public async Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(
                name,
                blob => blob.DownloadStreamingAsync(null, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        return found is null ? null : new BlobReadStream(found.Content, name);
    }

    /// <inheritdoc/>
    public async Task<BlobContent?> GetAsync(string name, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(name, blob => blob.DownloadContentAsync(cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return found is null ? null : new BlobContent(found.Content.ToMemory(), Tag(found.Details.ETag));
    }

    /// <inheritdoc/>
    public async Task<string?> PutAsync(
        string name,
        ReadOnlyMemory<byte> content,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        var token = Guid.CreateVersion7().ToString("N");
        var options = new BlobUploadOptions
        {
            Conditions = Conditions(condition),
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [PutToken] = token },
        };
        return await WriteAsync(Blob(name), BinaryData.FromBytes(content), options, token, cancellationToken)
            .OrIOException($"the blob '{name}' cannot be written", cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        BlobName.ValidatePrefix(prefix);
        return WalkAsync(prefix, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        await Blob(name)
            .DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken)
            .OrIOException($"the blob '{name}' cannot be deleted", cancellationToken)
            .ConfigureAwait(false);

    private BlobClient Blob(string name)
    {
        BlobName.Validate(name);
        return _container.GetBlobClient(name);
    }

    private async Task<T?> ReadAsync<T>(
        string name,
        Func<BlobClient, Task<Response<T>>> read,
        CancellationToken cancellationToken
    )
        where T : class
    {
        try
        {
            return await read(Blob(name)).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            throw StorageFailure.Of($"the blob '{name}' cannot be read", e, cancellationToken);
        }
    }

    /// <summary>Writes the blob if the conditions hold; null when they do not.</summary>
    private static async Task<string?> WriteAsync(
        BlobClient blob,
        BinaryData content,
        BlobUploadOptions options,
        string token,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var written = await blob.UploadAsync(content, options, cancellationToken).ConfigureAwait(false);
            return Tag(written.Value.ETag);
        }
        catch (RequestFailedException e) when (IsUnmet(e, options.Conditions))
        {
            return await OwnTagAsync(blob, token, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The tag of the blob if this put wrote it: a put whose answer was lost is sent again, and then meets its own blob.
    /// </summary>
    private static async Task<string?> OwnTagAsync(BlobClient blob, string token, CancellationToken cancellationToken)
    {
        try
        {
            var found = await blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return
                found.Value.Metadata.TryGetValue(PutToken, out var writer)
                && string.Equals(writer, token, StringComparison.Ordinal)
                ? Tag(found.Value.ETag)
                : null;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    private static bool IsUnmet(RequestFailedException e, BlobRequestConditions? conditions) =>
        conditions is not null
        && (
            e.ErrorCode == BlobErrorCode.BlobAlreadyExists
            || e.ErrorCode == BlobErrorCode.ConditionNotMet
            || e.ErrorCode == BlobErrorCode.BlobNotFound
        );

    private static BlobRequestConditions? Conditions(PutCondition condition) =>
        condition.MustBeAbsent ? new BlobRequestConditions { IfNoneMatch = ETag.All }
        : condition.ETag is { } tag ? new BlobRequestConditions { IfMatch = new ETag(tag) }
        : null;

    private static string Tag(ETag tag) => tag.ToString();

    private async IAsyncEnumerable<string> WalkAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var pages = _container
            .GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken)
            .AsPages()
            .GetAsyncEnumerator(cancellationToken);
        await using (pages.ConfigureAwait(false))
        {
            while (
                await pages
                    .MoveNextAsync()
                    .AsTask()
                    .OrIOException($"the blobs '{prefix}*' cannot be listed", cancellationToken)
                    .ConfigureAwait(false)
            )
                foreach (var blob in pages.Current.Values)
                    yield return blob.Name;
        }
    }
}
