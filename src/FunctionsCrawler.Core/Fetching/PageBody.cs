using System.Buffers;
using System.Net.Http;

namespace FunctionsCrawler.Fetching;

/// <summary>Reads content piece by piece, so that neither a false length nor a compression bomb costs memory.</summary>
internal static class PageBody
{
    private const int PieceSize = 32 * 1024;

    /// <summary>Reads <paramref name="content"/> into <paramref name="body"/>, <paramref name="maxBytes"/> of it at most.</summary>
    /// <returns>False when there is more, counted after decompression.</returns>
    public static async Task<bool> TryReadAsync(
        HttpContent content,
        MemoryStream body,
        int maxBytes,
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
                var room = maxBytes - (int)body.Length;
                body.Write(piece, 0, Math.Min(count, room));
                if (count > room)
                    return false;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}
