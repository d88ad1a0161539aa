using System.Globalization;
using System.Text;
using Azure.Storage.Blobs.Specialized;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// Uploads content in blocks of 4 MiB. The blob does not change until the caller commits the blocks. The service drops
/// uncommitted blocks after a week, or when another writer commits.
/// </summary>
/// <param name="blob">The blob to upload to.</param>
/// <param name="token">Unique to the write, so that writers of the same blob do not use each other's blocks.</param>
/// <param name="failure">The start of error messages: "the blob 'a' cannot be written".</param>
internal sealed class BlockUpload(BlockBlobClient blob, string token, string failure)
{
    public const int BlockBytes = 4 * 1024 * 1024;

    private readonly List<string> _ids = [];

    /// <summary>Uploads <paramref name="first"/>, a full block that is reused as the buffer, then the rest of <paramref name="content"/>.</summary>
    /// <returns>The ids of all blocks, in order.</returns>
    /// <exception cref="IOException">A block could not be uploaded. Exceptions of the content pass through.</exception>
    public async Task<IReadOnlyList<string>> StageAsync(
        byte[] first,
        Stream content,
        CancellationToken cancellationToken
    )
    {
        var (block, length) = (first, BlockBytes);
        while (length > 0)
        {
            await StageAsync(block, length, cancellationToken).ConfigureAwait(false);
            length = await content
                .ReadAtLeastAsync(block.AsMemory(0, BlockBytes), BlockBytes, false, cancellationToken)
                .ConfigureAwait(false);
        }
        return _ids;
    }

    private async Task StageAsync(byte[] block, int length, CancellationToken cancellationToken)
    {
        // Ids of a blob must all have the same length.
        var id = Convert.ToBase64String(
            Encoding.ASCII.GetBytes(token + _ids.Count.ToString("D6", CultureInfo.InvariantCulture))
        );
        using var bytes = new MemoryStream(block, 0, length, writable: false);
        await blob.StageBlockAsync(id, bytes, cancellationToken: cancellationToken)
            .OrIOException(failure, cancellationToken)
            .ConfigureAwait(false);
        _ids.Add(id);
    }
}
