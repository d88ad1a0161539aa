using System.Buffers;
using System.Net.Http;

namespace FunctionsCrawler.Fetching;

/// <summary>Reads content piece by piece, so that neither a false length nor a compression bomb costs memory.</summary>
internal static class PageBody
{
    private const int PieceSize = 32 * 1024;

    /// <summary>
    /// Reads <paramref name="content"/> into <paramref name="body"/>, <paramref name="maxBytes"/> of it at most, entering
    /// <paramref name="room"/> where it is large.
    /// </summary>
    /// <returns>False when there is more, counted after decompression.</returns>
    public static async Task<bool> TryReadAsync(
        HttpContent content,
        MemoryStream body,
        int maxBytes,
        LargeDocument room,
        CancellationToken cancellationToken
    )
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            while (true)
            {
                var count = await stream.ReadAsync(piece, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                    return true;
                await room.EnterAsync(body.Length + count, cancellationToken).ConfigureAwait(false);
                var left = maxBytes - (int)body.Length;
                body.Write(piece, 0, Math.Min(count, left));
                if (count > left)
                    return false;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
