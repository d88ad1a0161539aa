using System.Buffers;
using System.IO.Hashing;
using System.Text;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// What the visited set knows a URL by: XxHash128 of its UTF-8. Among 10 million URLs the chance of any two alike is
/// below 2⁻⁸¹.
/// </summary>
internal static class UrlHash
{
    private const int StackLimit = 1024;

    /// <summary>The hash of a normalised URL.</summary>
    public static UInt128 Of(string normalizedUrl)
    {
        var size = Encoding.UTF8.GetMaxByteCount(normalizedUrl.Length);
        byte[]? rented = null;
        var buffer = size <= StackLimit ? stackalloc byte[StackLimit] : (rented = ArrayPool<byte>.Shared.Rent(size));
        var written = Encoding.UTF8.GetBytes(normalizedUrl, buffer);
        var hash = XxHash128.HashToUInt128(buffer[..written]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }
}
