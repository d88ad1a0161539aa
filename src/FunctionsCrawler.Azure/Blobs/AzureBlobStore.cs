using System.Buffers;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// Stores blobs in a container of an Azure storage account or of Azurite. Several processes can share a container, because the
/// service itself checks put conditions. Requests are retried up to four times.
/// </summary>
/// <remarks>
/// <para>After an <see cref="IOException"/> from a put, the blob may or may not have been written.</para>
/// <para>
/// The account must have a flat namespace; with a hierarchical one, listings include folders and have another order. No
/// segment of a name may end with a dot, because the service removes it.
/// </para>
/// </remarks>
internal sealed class AzureBlobStore : IBlobStore
{
    /// <summary>The default name of the container that holds the crawls.</summary>
    public const string DefaultContainer = "crawler";

    private readonly BlobContainerClient _container;

    internal AzureBlobStore(BlobContainerClient container) => _container = container;

    /// <summary>Opens a container; creates it if it does not exist.</summary>
    /// <exception cref="FormatException">The options are invalid or name no account.</exception>
    /// <exception cref="IOException">The account cannot be reached or rejected the credentials.</exception>
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
    /// <remarks>
    /// If the connection breaks, the stream resumes from there, or fails if the blob has changed meanwhile.
    /// </remarks>
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
    public async Task<ReadOnlyMemory<byte>?> GetAsync(string name, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(name, blob => blob.DownloadContentAsync(cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return found?.Content.ToMemory();
    }

    /// <inheritdoc/>
    public async Task<bool> PutAsync(
        string name,
        ReadOnlyMemory<byte> content,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        var blob = Blob(name);
        var put = new ConditionalPut(blob, condition);
        var options = new BlobUploadOptions { Conditions = put.Conditions, Metadata = put.Metadata };
        return await put.RunAsync(
                () => blob.UploadAsync(BinaryData.FromBytes(content), options, cancellationToken),
                cancellationToken
            )
            .OrIOException(NotWritten(name), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> PutStreamAsync(
        string name,
        Stream content,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(content);
        BlobName.Validate(name);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockUpload.BlockBytes);
        try
        {
            var length = await content
                .ReadAtLeastAsync(
                    buffer.AsMemory(0, BlockUpload.BlockBytes),
                    BlockUpload.BlockBytes,
                    throwOnEndOfStream: false,
                    cancellationToken
                )
                .ConfigureAwait(false);
            // Content smaller than a block takes a single request.
            if (length < BlockUpload.BlockBytes)
                return await PutAsync(name, buffer.AsMemory(0, length), condition, cancellationToken)
                    .ConfigureAwait(false);
            var blob = _container.GetBlockBlobClient(name);
            var put = new ConditionalPut(blob, condition);
            var ids = await new BlockUpload(blob, put.Token, NotWritten(name))
                .StageAsync(buffer, content, cancellationToken)
                .ConfigureAwait(false);
            var options = new CommitBlockListOptions { Conditions = put.Conditions, Metadata = put.Metadata };
            return await put.RunAsync(
                    () => blob.CommitBlockListAsync(ids, options, cancellationToken),
                    cancellationToken
                )
                .OrIOException(NotWritten(name), cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
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

    private static string NotWritten(string name) => $"the blob '{name}' cannot be written";

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
