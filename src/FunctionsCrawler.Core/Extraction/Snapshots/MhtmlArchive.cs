using System.Buffers.Text;
using System.Text;

namespace FunctionsCrawler.Extraction.Snapshots;

/// <summary>A page and what it shows, as Chromium archives it in MHTML (RFC 2557).</summary>
internal sealed class MhtmlArchive
{
    private readonly Dictionary<string, MhtmlPart> _byUrl = new(StringComparer.Ordinal);

    private MhtmlArchive(IReadOnlyList<MhtmlPart> parts)
    {
        Page = parts[0];
        foreach (var part in parts)
        {
            _byUrl.TryAdd(part.Location, part);
            if (part.ContentId is { } id)
                _byUrl.TryAdd("cid:" + id, part);
        }
    }

    /// <summary>The document of the main frame.</summary>
    public MhtmlPart Page { get; }

    /// <summary>Returns what a URL leads to; null if it is not in the archive.</summary>
    public MhtmlPart? Find(string url) => _byUrl.GetValueOrDefault(url.Split('#', 2)[0]);

    /// <summary>Parses an archive.</summary>
    /// <exception cref="InvalidDataException">It is not what Chromium writes.</exception>
    public static MhtmlArchive Parse(ReadOnlyMemory<byte> archive)
    {
        var rest = archive.Span;
        var boundary = "--"u8.ToArray().Concat(Encoding.ASCII.GetBytes(BoundaryOf(ReadHeaders(ref rest)))).ToArray();
        var parts = new List<MhtmlPart>();
        var at = rest.IndexOf(boundary);
        while (at >= 0 && !rest[(at + boundary.Length)..].StartsWith("--"u8))
        {
            rest = rest[(at + boundary.Length)..];
            rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
            var headers = ReadHeaders(ref rest);
            at = rest.IndexOf(boundary);
            if (at < 0)
                break;
            parts.Add(ToPart(headers, rest[..at]));
        }
        return parts.Count > 0
            ? new MhtmlArchive(parts)
            : throw new InvalidDataException("the archive of the page has no parts");
    }

    private static string BoundaryOf(Dictionary<string, string> headers)
    {
        const string name = "boundary=\"";
        var type = headers.GetValueOrDefault("content-type") ?? "";
        var start = type.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        var end = start < 0 ? -1 : type.IndexOf('"', start + name.Length);
        return end < 0
            ? throw new InvalidDataException("the archive of the page has no boundary")
            : type[(start + name.Length)..end];
    }

    // Ends after the empty line.
    private static Dictionary<string, string> ReadHeaders(ref ReadOnlySpan<byte> rest)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var last = "";
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = Encoding.UTF8.GetString(rest[..(end < 0 ? rest.Length : end)]).TrimEnd('\r');
            rest = rest[(end < 0 ? rest.Length : end + 1)..];
            if (line.Length == 0)
                break;
            if (line[0] is ' ' or '\t')
                headers[last] = headers.GetValueOrDefault(last) + line;
            else if (line.Split(':', 2) is [var name, var value])
                headers[last = name] = value.Trim();
        }
        return headers;
    }

    private static MhtmlPart ToPart(Dictionary<string, string> headers, ReadOnlySpan<byte> body) =>
        new(
            headers.GetValueOrDefault("content-location") ?? "",
            headers.GetValueOrDefault("content-id")?.Trim('<', '>'),
            (headers.GetValueOrDefault("content-type") ?? "application/octet-stream").Split(';')[0].Trim(),
            (headers.GetValueOrDefault("content-transfer-encoding") ?? "").ToUpperInvariant() switch
            {
                "BASE64" => FromBase64(body),
                "QUOTED-PRINTABLE" => FromQuotedPrintable(body),
                _ => body.ToArray(),
            }
        );

    private static byte[] FromBase64(ReadOnlySpan<byte> text)
    {
        var content = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        var status = Base64.DecodeFromUtf8(text, content, out _, out var written);
        return status == System.Buffers.OperationStatus.Done
            ? content[..written]
            : throw new InvalidDataException("the archive of the page has a part that is not base64");
    }

    private static byte[] FromQuotedPrintable(ReadOnlySpan<byte> text)
    {
        var content = new byte[text.Length];
        var written = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=')
                content[written++] = text[i];
            else if (
                i + 2 < text.Length
                && Utf8Parser.TryParse(text.Slice(i + 1, 2), out byte value, out var used, 'X')
                && used == 2
            )
            {
                content[written++] = value;
                i += 2;
            }
            else
                // A line break that is not part of the content.
                i += text[(i + 1)..].StartsWith("\r\n"u8) ? 2 : 1;
        }
        return content[..written];
    }
}

/// <summary>A file of an archive.</summary>
/// <param name="Location">Its URL.</param>
/// <param name="ContentId">Its id, by which others refer to it with the scheme cid; null if it has none.</param>
/// <param name="ContentType">Its media type, without parameters.</param>
/// <param name="Content">The file.</param>
internal sealed record MhtmlPart(string Location, string? ContentId, string ContentType, byte[] Content);
