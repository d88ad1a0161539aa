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
        Span<int> votes = stackalloc int[Bits];
        var seen = new HashSet<ulong>();
        ulong before = 0,
            last = 0;
        var words = 0;
        foreach (var word in new WordSpans(text))
        {
            var hash = XxHash64.HashToUInt64(MemoryMarshal.AsBytes(word));
            if (++words >= RunLength && seen.Add(Combine(before, last, hash)))
                Vote(votes, Combine(before, last, hash));
            (before, last) = (last, hash);
        }
        if (seen.Count < MinRuns)
            return null;
        ulong result = 0;
        for (var bit = 0; bit < Bits; bit++)
        {
            if (votes[bit] > 0)
                result |= 1UL << bit;
        }
        return result;
    }

    /// <summary>The number of bits in which two fingerprints differ.</summary>
    public static int Distance(ulong one, ulong other) => BitOperations.PopCount(one ^ other);

    private static void Vote(Span<int> votes, ulong hash)
    {
        for (var bit = 0; bit < Bits; bit++)
            votes[bit] += (hash >> bit & 1) == 0 ? -1 : 1;
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
