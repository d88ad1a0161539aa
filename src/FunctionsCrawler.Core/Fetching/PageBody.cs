using System.Buffers;
using System.Net.Http;

namespace FunctionsCrawler.Fetching;

/// <summary>Reads content in pieces, so that neither a wrong Content-Length nor a compression bomb can exhaust memory.</summary>
internal static class PageBody
{
    private const int PieceSize = 32 * 1024;

    /// <summary>Reads up to <paramref name="maxBytes"/> of <paramref name="content"/> into <paramref name="body"/>.</summary>
    /// <param name="content">The content of a response.</param>
    /// <param name="encoding">The content codings that are still to be decoded; null if there are none.</param>
    /// <param name="body">Takes the decoded content.</param>
    /// <param name="maxBytes">The maximum size after decoding.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <param name="recorder">Takes the content as it was received; null if nothing is archived.</param>
    /// <returns>False if there are more bytes after decompression.</returns>
    public static async Task<bool> TryReadAsync(
        HttpContent content,
        string? encoding,
        SpooledBody body,
        int maxBytes,
        CancellationToken cancellationToken,
        ExchangeRecorder? recorder = null
    )
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            var raw = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            raw = recorder?.Copy(raw) ?? raw;
            var stream = ContentCodings.AreReadable(encoding) ? ContentCodings.Decode(raw, encoding) : raw;
            while (true)
            {
                var count = await stream.ReadAsync(piece, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                    return true;
                var left = maxBytes - (int)body.Length;
                await body.AppendAsync(piece.AsMemory(0, Math.Min(count, left)), cancellationToken)
                    .ConfigureAwait(false);
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
