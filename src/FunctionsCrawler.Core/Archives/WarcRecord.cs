using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace FunctionsCrawler.Archives;

/// <summary>Writes records of WARC 1.1 (ISO 28500:2017), each as a gzip member of its own, so that any can be read alone.</summary>
internal static class WarcRecord
{
    /// <summary>A new id of a record.</summary>
    public static string NewId() => $"<urn:uuid:{Guid.CreateVersion7()}>";

    /// <summary>A date of a record or an index, in UTC.</summary>
    public static string Format(DateTimeOffset date) =>
        date.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Writes a record.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="fields">The fields of its header, without those that follow from its content.</param>
    /// <param name="head">The beginning of its content.</param>
    /// <param name="body">The rest of it: the payload, which is read twice. Null if there is none.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>The digest of the payload; null if there is none.</returns>
    public static async Task<string?> WriteAsync(
        Stream output,
        IReadOnlyList<(string Name, string Value)> fields,
        ReadOnlyMemory<byte> head,
        Stream? body,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(fields);
        var (block, payload) = await DigestAsync(head, body, cancellationToken).ConfigureAwait(false);
        var header = new StringBuilder("WARC/1.1\r\n");
        foreach (var (name, value) in fields)
            header.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        header.Append(CultureInfo.InvariantCulture, $"WARC-Block-Digest: {block}\r\n");
        if (payload is not null)
            header.Append(CultureInfo.InvariantCulture, $"WARC-Payload-Digest: {payload}\r\n");
        header.Append(CultureInfo.InvariantCulture, $"Content-Length: {head.Length + (body?.Length ?? 0)}\r\n\r\n");
        var member = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
        await using (member.ConfigureAwait(false))
        {
            await member.WriteAsync(Encoding.UTF8.GetBytes(header.ToString()), cancellationToken).ConfigureAwait(false);
            await member.WriteAsync(head, cancellationToken).ConfigureAwait(false);
            if (body is not null)
            {
                body.Position = 0;
                await body.CopyToAsync(member, cancellationToken).ConfigureAwait(false);
            }
            await member.WriteAsync("\r\n\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        }
        return payload;
    }

    private static async Task<(string Block, string? Payload)> DigestAsync(
        ReadOnlyMemory<byte> head,
        Stream? body,
        CancellationToken cancellationToken
    )
    {
        using var block = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        block.AppendData(head.Span);
        if (body is null)
            return (Format(block), null);
        using var payload = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[32 * 1024];
        body.Position = 0;
        while (await body.ReadAsync(piece, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            block.AppendData(piece, 0, count);
            payload.AppendData(piece, 0, count);
        }
        return (Format(block), Format(payload));
    }

    private static string Format(IncrementalHash hash) => $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
}
