using System.Buffers.Binary;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Crawls;

/// <summary>The stored form of a set of hashes: 16-byte big-endian values in ascending order, without a header.</summary>
internal static class HashSegment
{
    private const int Size = 16;

    /// <summary>Reads a blob of hashes, and checks it against the checksum in its name if there is one.</summary>
    /// <exception cref="DamagedBlobException">The blob is missing or damaged.</exception>
    public static async Task<UInt128[]> GetHashesAsync(
        this IBlobStore store,
        string name,
        CancellationToken cancellationToken
    )
    {
        var blob = await store.GetSealedAsync(name, cancellationToken).ConfigureAwait(false);
        try
        {
            return Read(blob.Span);
        }
        catch (InvalidDataException e)
        {
            throw new DamagedBlobException(name, e.Message, e);
        }
    }

    /// <summary>Writes a blob of hashes. Plans refer to it by its name, so the name can hold the checksum.</summary>
    /// <param name="store">Where to write it.</param>
    /// <param name="prefix">The name without checksum and extension.</param>
    /// <param name="hashes">The hashes.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <returns>The name of the blob.</returns>
    public static Task<string> PutHashesAsync(
        this IBlobStore store,
        string prefix,
        IReadOnlyCollection<UInt128> hashes,
        CancellationToken cancellationToken
    ) => store.PutSealedAsync(prefix, Write(hashes), cancellationToken);

    /// <summary>Writes hashes, in whatever order they come; one that comes twice is written once.</summary>
    public static byte[] Write(IEnumerable<UInt128> hashes)
    {
        var sorted = hashes.ToArray();
        Array.Sort(sorted);
        var content = new byte[sorted.Length * Size];
        var length = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i > 0 && sorted[i] == sorted[i - 1])
                continue;
            BinaryPrimitives.WriteUInt128BigEndian(content.AsSpan(length), sorted[i]);
            length += Size;
        }
        return length == content.Length ? content : content[..length];
    }

    /// <summary>Reads the output of <see cref="Write"/>.</summary>
    /// <exception cref="InvalidDataException">The length is not a multiple of 16, or the values do not ascend.</exception>
    public static UInt128[] Read(ReadOnlySpan<byte> content)
    {
        CheckLength(content);
        var hashes = new UInt128[content.Length / Size];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = BinaryPrimitives.ReadUInt128BigEndian(content[(i * Size)..]);
            if (i > 0 && hashes[i] <= hashes[i - 1])
                throw NotAscending(i, hashes.Length);
        }
        return hashes;
    }

    /// <summary>Marks which of some ascending hashes a blob contains, without a copy of the blob's hashes.</summary>
    /// <param name="content">The content of the blob.</param>
    /// <param name="hashes">The hashes to look for, ascending.</param>
    /// <param name="found">Set to true at the index of each hash that the blob contains.</param>
    /// <exception cref="InvalidDataException">The blob is damaged; see <see cref="Read"/>.</exception>
    public static void Mark(ReadOnlySpan<byte> content, ReadOnlySpan<UInt128> hashes, Span<bool> found)
    {
        CheckLength(content);
        var (next, last) = (0, UInt128.Zero);
        for (var i = 0; i < content.Length; i += Size)
        {
            var hash = BinaryPrimitives.ReadUInt128BigEndian(content[i..]);
            if (i > 0 && hash <= last)
                throw NotAscending(i / Size, content.Length / Size);
            last = hash;
            while (next < hashes.Length && hashes[next] < hash)
                next++;
            if (next < hashes.Length && hashes[next] == hash)
                found[next++] = true;
        }
    }

    /// <summary>The first and the last hash of a blob, and their number; all 0 if it is empty.</summary>
    public static (UInt128 First, UInt128 Last, int Count) RangeOf(ReadOnlySpan<byte> content) =>
        content.Length == 0
            ? default
            : (
                BinaryPrimitives.ReadUInt128BigEndian(content),
                BinaryPrimitives.ReadUInt128BigEndian(content[^Size..]),
                content.Length / Size
            );

    private static void CheckLength(ReadOnlySpan<byte> content)
    {
        if (content.Length % Size != 0)
            throw new InvalidDataException($"its length of {content.Length} bytes is not a multiple of {Size}");
    }

    private static InvalidDataException NotAscending(int index, int count) =>
        new($"value {index} of {count} is not greater than the one before it");
}
