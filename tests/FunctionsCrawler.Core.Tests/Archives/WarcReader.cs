using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace FunctionsCrawler.Core.Tests.Archives;

/// <summary>A record of a WARC file, as it was found.</summary>
internal sealed record ReadRecord(
    long Offset,
    long Length,
    IReadOnlyList<KeyValuePair<string, string>> Fields,
    byte[] Block
)
{
    public string Type => this["WARC-Type"]!;

    public string? Uri => this["WARC-Target-URI"];

    /// <summary>The first line of the HTTP message.</summary>
    public string StartLine => Head.Split("\r\n")[0];

    /// <summary>The head of the HTTP message, with its empty line.</summary>
    public string Head => Encoding.Latin1.GetString(Block, 0, HeadLength);

    /// <summary>The body of the HTTP message.</summary>
    public byte[] Body => Block[HeadLength..];

    public string BodyText => Encoding.UTF8.GetString(Body);

    public string? this[string name] =>
        Fields.SingleOrDefault(f => f.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The values of a header of the HTTP message.</summary>
    public IReadOnlyList<string> Header(string name) =>
        [
            .. Head.Split("\r\n")
                .Skip(1)
                .Where(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))
                .Select(line => line[(name.Length + 2)..]),
        ];

    private int HeadLength => Block.AsSpan().IndexOf("\r\n\r\n"u8) is >= 0 and var end ? end + 4 : Block.Length;
}

/// <summary>Reads compressed WARC files strictly: whatever ISO 28500 does not allow fails the test.</summary>
internal static class WarcReader
{
    private static readonly string[] Types = ["warcinfo", "request", "response", "resource"];

    /// <summary>Reads all records. Each gzip member must be exactly one of them.</summary>
    public static IReadOnlyList<ReadRecord> Read(byte[] file)
    {
        var records = new List<ReadRecord>();
        for (var offset = 0; offset < file.Length; offset += (int)records[^1].Length)
            records.Add(ReadMember(file, offset));
        var ids = records.Select(r => r["WARC-Record-ID"]).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        foreach (var request in records.Where(r => r.Type is "request"))
        {
            var response = Assert.Single(records, r => r["WARC-Record-ID"] == request["WARC-Concurrent-To"]);
            Assert.Equal(("response", request.Uri), (response.Type, response.Uri));
        }
        Assert.Equal(records.Count(r => r.Type is "response"), records.Count(r => r.Type is "request"));
        if (records.Count > 0)
            Assert.Equal("warcinfo", records[0].Type);
        return records;
    }

    /// <summary>Reads the record whose gzip member begins at an offset and has a length.</summary>
    public static ReadRecord ReadAt(byte[] file, long offset, long length) =>
        Parse(offset, length, Decompress(file.AsSpan((int)offset, (int)length).ToArray()));

    private static ReadRecord ReadMember(byte[] file, int offset)
    {
        // The end of a member is where the next one begins; .NET does not tell, so it is searched for.
        for (var end = NextMember(file, offset + 1); ; end = NextMember(file, end + 1))
        {
            var member = file[offset..end];
            if (TryDecompress(member) is { } content)
                return Parse(offset, member.Length, content);
            Assert.True(end < file.Length, $"the gzip member at {offset} has no end");
        }
    }

    private static int NextMember(byte[] file, int from)
    {
        var found = from >= file.Length ? -1 : file.AsSpan(from).IndexOf(new byte[] { 0x1f, 0x8b, 0x08 });
        return found < 0 ? file.Length : from + found;
    }

    // Null if the bytes are not one complete member: the last four of it are the size of the content.
    private static byte[]? TryDecompress(byte[] member)
    {
        try
        {
            var content = Decompress(member);
            return content.Length == BitConverter.ToInt32(member, member.Length - 4) ? content : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static byte[] Decompress(byte[] member)
    {
        using var content = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(member), CompressionMode.Decompress))
            gzip.CopyTo(content);
        return content.ToArray();
    }

    private static ReadRecord Parse(long offset, long length, byte[] content)
    {
        var headEnd = content.AsSpan().IndexOf("\r\n\r\n"u8);
        Assert.True(headEnd > 0, "the record has no header");
        var lines = Encoding.UTF8.GetString(content, 0, headEnd).Split("\r\n");
        Assert.Equal("WARC/1.1", lines[0]);
        List<KeyValuePair<string, string>> fields =
        [
            .. lines
                .Skip(1)
                .Select(line =>
                {
                    var colon = line.IndexOf(": ", StringComparison.Ordinal);
                    Assert.True(colon > 0 && !line.Any(char.IsControl), $"'{line}' is not a field");
                    return KeyValuePair.Create(line[..colon], line[(colon + 2)..]);
                }),
        ];
        Assert.Equal(fields.Count, fields.Select(f => f.Key).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        var block = content[(headEnd + 4)..^4];
        Assert.Equal("\r\n\r\n"u8.ToArray(), content[^4..]);
        var record = new ReadRecord(offset, length, fields, block);
        Check(record);
        return record;
    }

    private static void Check(ReadRecord record)
    {
        Assert.Contains(record.Type, Types);
        Assert.Equal(record.Block.Length, int.Parse(record["Content-Length"]!, CultureInfo.InvariantCulture));
        Assert.Matches("^<urn:uuid:[0-9a-f-]{36}>$", record["WARC-Record-ID"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", record["WARC-Date"]);
        Assert.Equal(Digest(record.Block), record["WARC-Block-Digest"]);
        if (record.Type is not "warcinfo")
            Assert.Matches("^[!-~]+$", record.Uri);
        if (record.Type is "request" or "response")
            Assert.Equal($"application/http;msgtype={record.Type}", record["Content-Type"]);
        if (record.Type is not "response")
            return;
        Assert.Equal(Digest(record.Body), record["WARC-Payload-Digest"]);
        Assert.Matches(@"^HTTP/1\.1 \d{3} ", record.StartLine);
        Assert.Empty(record.Header("Transfer-Encoding"));
        Assert.Empty(record.Header("Set-Cookie"));
        Assert.All(
            record.Header("Content-Length"),
            length => Assert.Equal(record.Body.Length.ToString(CultureInfo.InvariantCulture), length)
        );
    }

    private static string Digest(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
