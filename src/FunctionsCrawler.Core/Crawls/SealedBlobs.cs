using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Crawls;

/// <summary>Binary blobs that are only found by their full name, so that the name can hold their checksum.</summary>
internal static class SealedBlobs
{
    private const string Extension = ".bin";

    /// <summary>Reads a blob, and checks it against the checksum in its name if there is one.</summary>
    /// <exception cref="DamagedBlobException">The blob is missing or damaged.</exception>
    public static async Task<ReadOnlyMemory<byte>> GetSealedAsync(
        this IBlobStore store,
        string name,
        CancellationToken cancellationToken
    )
    {
        var blob =
            await store.GetAsync(name, cancellationToken).ConfigureAwait(false)
            ?? throw DamagedBlobException.Missing(name);
        // Blobs of version 0.1 have names without a checksum: it follows a second '-'.
        var sum = Path.GetFileNameWithoutExtension(name).Split('-')[^1];
        return sum.Length == 16 && !string.Equals(sum, JsonSeal.SumOf(blob.Span), StringComparison.Ordinal)
            ? throw new DamagedBlobException(name, "its checksum differs")
            : blob;
    }

    /// <summary>Writes a blob.</summary>
    /// <param name="store">Where to write it.</param>
    /// <param name="prefix">The name without checksum and extension.</param>
    /// <param name="content">The content.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <returns>The name of the blob.</returns>
    public static async Task<string> PutSealedAsync(
        this IBlobStore store,
        string prefix,
        byte[] content,
        CancellationToken cancellationToken
    )
    {
        var name = $"{prefix}-{JsonSeal.SumOf(content)}{Extension}";
        await store.PutAsync(name, content, PutCondition.None, cancellationToken).ConfigureAwait(false);
        return name;
    }
}
