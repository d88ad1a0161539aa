using System.Buffers.Binary;

namespace FunctionsCrawler.Frontier;

/// <summary>The stored form of a set of hashes: 16-byte big-endian values, ascending, nothing else.</summary>
internal static class HashSegment
{
    private const int Size = 16;

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

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The length is no multiple of 16, or the values do not ascend.</exception>
    public static UInt128[] Read(ReadOnlySpan<byte> content)
    {
        if (content.Length % Size != 0)
            throw new InvalidDataException(
                $"A hash segment has {content.Length} bytes, which is no multiple of {Size}: it is cut off or no segment."
            );

        var hashes = new UInt128[content.Length / Size];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = BinaryPrimitives.ReadUInt128BigEndian(content[(i * Size)..]);
            if (i > 0 && hashes[i] <= hashes[i - 1])
                throw new InvalidDataException(
                    $"A hash segment is damaged: value {i} of {hashes.Length} is not above the one before it."
                );
        }
        return hashes;
    }
}
