using System.Security.Cryptography;
using System.Text;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// A checksum at the end of a stored JSON object, as its last property: <c>,"sum":"16 hex digits"}</c>. Without it, a damaged
/// byte inside a string would not be noticed, and a wrong URL would be crawled. Programs that do not know it ignore it, and
/// JSON without it is accepted.
/// </summary>
internal static class JsonSeal
{
    private const int Digits = 16;

    /// <summary>Returns the object with its checksum; anything else unchanged.</summary>
    public static byte[] Add(byte[] json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json is not [(byte)'{', (byte)'"', .., (byte)'}'])
            return json;
        var content = json.AsSpan(0, json.Length - 1);
        return [.. content, .. Start, .. Encoding.ASCII.GetBytes(SumOf(content)), .. End];
    }

    /// <summary>Whether the object has no checksum, or the right one.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> json)
    {
        var length = Start.Length + Digits + End.Length;
        if (json.Length <= length || !json.EndsWith(End) || !json[^length..].StartsWith(Start))
            return true;
        var sum = json.Slice(json.Length - End.Length - Digits, Digits);
        return sum.SequenceEqual(Encoding.ASCII.GetBytes(SumOf(json[..^length])));
    }

    /// <summary>Returns the checksum of a blob's content: the first 8 bytes of its SHA-256, as hexadecimal digits.</summary>
    public static string SumOf(ReadOnlySpan<byte> content) =>
        Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, Digits / 2));

    private static ReadOnlySpan<byte> Start => ",\"sum\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}"u8;
}
