using System.Buffers;
using System.IO.Hashing;
using System.Text;

namespace FunctionsCrawler.Urls;

/// <summary>
/// The key of a URL in the visited set: XxHash128 of its UTF-8 bytes. For 10 million URLs the probability of any collision is
/// below 2⁻⁸¹.
/// </summary>
internal static class UrlHash
{
    private const int StackLimit = 1024;

    /// <summary>Hashes a URL, which must be normalised: other spellings of it have other hashes.</summary>
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
