using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// A 64-bit fingerprint of a text (SimHash, Charikar 2002): similar texts have fingerprints that differ in few bits. A text is
/// the set of its runs of three words; in scripts without spaces between words, of its runs of three characters.
/// </summary>
internal static class TextFingerprint
{
    /// <summary>
    /// Texts whose fingerprints differ in at most this many bits count as near duplicates: the distance that Manku, Jain and
    /// Das Sarma (2007) found best for web pages.
    /// </summary>
    public const int MaxDistance = 3;

    private const int Bits = 64;
    private const int RunLength = 3;

    // Shorter texts have too few runs: one other word would change half of the bits, or none.
    private const int MinRuns = 32;

    /// <summary>Returns the fingerprint of a text; null if the text is too short.</summary>
    public static ulong? Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<int> ones = stackalloc int[Bits];
        Span<ulong> counters = stackalloc ulong[sizeof(ulong)];
        var seen = new HashSet<ulong>();
        ulong before = 0,
            last = 0;
        var words = 0;
        foreach (var word in new WordSpans(text))
        {
            var hash = XxHash64.HashToUInt64(MemoryMarshal.AsBytes(word));
            if (++words >= RunLength && Combine(before, last, hash) is var run && seen.Add(run))
            {
                CountBits(run, counters);
                if (seen.Count % byte.MaxValue == 0)
                    MoveTo(ones, counters);
            }
            (before, last) = (last, hash);
        }
        if (seen.Count < MinRuns)
            return null;
        MoveTo(ones, counters);
        ulong result = 0;
        for (var bit = 0; bit < Bits; bit++)
        {
            // More runs have the bit than not.
            if (ones[bit] > seen.Count - ones[bit])
                result |= 1UL << bit;
        }
        return result;
    }

    /// <summary>The number of bits in which two fingerprints differ.</summary>
    public static int Distance(ulong one, ulong other) => BitOperations.PopCount(one ^ other);

    // Adds the bits of a hash to 64 counters of one byte, eight in each ulong: one addition for eight bits. Counting bit by bit
    // took a twentieth of a crawl over HTTP.
    private static void CountBits(ulong hash, Span<ulong> counters)
    {
        const ulong LowBits = 0x0101010101010101,
            Diagonal = 0x8040201008040201,
            AllButHighBits = 0x7F7F7F7F7F7F7F7F;
        for (var i = 0; i < counters.Length; i++)
        {
            // Byte n of this is bit n of the hash's byte, at place n.
            var spread = ((byte)(hash >> (8 * i)) * LowBits) & Diagonal;
            counters[i] += ((spread + AllButHighBits) >> 7) & LowBits;
        }
    }

    // Adds the counters to the sums and clears them, before one of them overflows.
    private static void MoveTo(Span<int> sums, Span<ulong> counters)
    {
        for (var bit = 0; bit < Bits; bit++)
            sums[bit] += (byte)(counters[bit / 8] >> (8 * (bit % 8)));
        counters.Clear();
    }

    // Multiplication by an odd constant and rotation, so that the order of the words counts.
    private static ulong Combine(ulong first, ulong second, ulong third)
    {
        const ulong Prime = 0x9E3779B97F4A7C15;
        var mixed = BitOperations.RotateLeft(first * Prime, 31) ^ second;
        mixed = BitOperations.RotateLeft(mixed * Prime, 31) ^ third;
        mixed *= Prime;
        return mixed ^ mixed >> 32;
    }
}
