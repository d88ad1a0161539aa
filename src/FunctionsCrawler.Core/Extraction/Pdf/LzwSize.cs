namespace FunctionsCrawler.Extraction;

/// <summary>Tells how large LZW data becomes (PDF, 7.4.4), without decoding it: one code may stand for thousands of bytes.</summary>
internal static class LzwSize
{
    private const int Clear = 256;
    private const int End = 257;
    private const int MaxCodes = 4096;

    /// <summary>Returns the size in bytes, or any number above <paramref name="most"/> if it is more.</summary>
    /// <param name="data">The compressed data.</param>
    /// <param name="most">Where to stop.</param>
    public static long Measure(ReadOnlySpan<byte> data, long most)
    {
        // The length of what each code stands for. Codes become wider one early; files that do not have that come out a little
        // larger or smaller, which is good enough for a limit.
        Span<int> lengths = stackalloc int[MaxCodes];
        lengths[..Clear].Fill(1);
        var (size, next, width, previous) = (0L, End + 1, 9, -1);
        var (bits, held) = (0, 0);
        foreach (var value in data)
        {
            (bits, held) = (((bits << 8) | value) & 0xfffff, held + 8);
            if (held < width)
                continue;
            held -= width;
            var code = (bits >> held) & ((1 << width) - 1);
            if (code == End || size > most)
                break;
            if (code == Clear)
            {
                (next, width, previous) = (End + 1, 9, -1);
                continue;
            }
            var isKnown = code < next;
            if (previous >= 0 && next < MaxCodes)
                lengths[next++] = lengths[previous] + 1;
            size += isKnown || code < next ? lengths[code] : 1;
            previous = code < next ? code : -1;
            width = (next + 1) switch
            {
                >= 2048 => 12,
                >= 1024 => 11,
                >= 512 => 10,
                _ => 9,
            };
        }
        return size;
    }
}
