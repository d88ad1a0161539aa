using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Detects the encoding of content in the order of the HTML standard (section 13.2.3.2): byte order mark, HTTP charset, meta
/// element, XML declaration; then UTF-8 if the bytes are valid UTF-8, otherwise windows-1252. Labels are those of the
/// Encoding standard, in which "iso-8859-1" means windows-1252.
/// </summary>
internal static partial class CharsetDetector
{
    /// <summary>The number of leading bytes searched for a meta element or XML declaration.</summary>
    private const int PrescanLength = 1024;

    private const RegexOptions Html = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
    private const int MaxMatchMs = 1000;

    private static readonly Encoding Utf8Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
    private static readonly Encoding Windows1252 = EncodingLabels.OfCodePage(1252);

    /// <summary>
    /// Decodes <paramref name="bytes"/> in the detected encoding, without the byte order mark. Invalid bytes become U+FFFD.
    /// </summary>
    /// <param name="bytes">The complete content.</param>
    /// <param name="contentType">The Content-Type header; null if there is none.</param>
    public static string Decode(ReadOnlySpan<byte> bytes, string? contentType)
    {
        var (marked, length) = ByteOrderMark(bytes);
        return (marked ?? Detect(bytes, contentType)).GetString(bytes[length..]);
    }

    /// <summary>Detects the encoding of <paramref name="bytes"/>.</summary>
    /// <inheritdoc cref="Decode"/>
    public static Encoding Detect(ReadOnlySpan<byte> bytes, string? contentType)
    {
        if (ByteOrderMark(bytes).Encoding is { } marked)
            return marked;
        if (EncodingLabels.Resolve(ContentType.Parse(contentType).Charset) is { } declared)
            return declared;
        if (MediaTypes.IsMarkup(MediaTypes.Essence(contentType)))
        {
            var start = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, PrescanLength)]);
            if ((FromMeta(start) ?? EncodingLabels.Resolve(Value(XmlDeclaration(), start))) is { } inContent)
                // A declaration that is readable as ASCII cannot be UTF-16; the standard says to use UTF-8 (section 13.2.3.3).
                return inContent is UnicodeEncoding ? Utf8Encoding : inContent;
        }
        return Utf8.IsValid(bytes) ? Utf8Encoding : Windows1252;
    }

    private static (Encoding? Encoding, int Length) ByteOrderMark(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? (Utf8Encoding, 3)
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? (Encoding.BigEndianUnicode, 2)
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? (Encoding.Unicode, 2)
        : (null, 0);

    private static Encoding? FromMeta(string start)
    {
        foreach (Match meta in Meta().Matches(Comment().Replace(start, "")))
        {
            string? charset = null;
            string? content = null;
            var isContentType = false;
            foreach (Match attribute in Attribute().Matches(meta.Value[5..]))
            {
                var value = attribute.Groups["value"].Value;
                switch (attribute.Groups["name"].Value.ToLowerInvariant())
                {
                    case "charset":
                        charset ??= value;
                        break;
                    case "content":
                        content ??= value;
                        break;
                    case "http-equiv":
                        isContentType |= value.Equals("content-type", StringComparison.OrdinalIgnoreCase);
                        break;
                }
            }
            if (
                EncodingLabels.Resolve(charset ?? (isContentType ? Value(MetaCharset(), content) : null)) is
                { } encoding
            )
                return encoding;
        }
        return null;
    }

    private static string? Value(Regex regex, string? text) =>
        text is not null && regex.Match(text) is { Success: true } match ? match.Groups["value"].Value : null;

    [GeneratedRegex("""charset\s*=\s*["']?(?<value>[^\s"';,]+)""", Html, MaxMatchMs)]
    private static partial Regex MetaCharset();

    [GeneratedRegex("""<meta[\s/](?:[^>"']|"[^"]*"|'[^']*')*>""", Html, MaxMatchMs)]
    private static partial Regex Meta();

    [GeneratedRegex(
        """(?<name>[^\s=/>"']+)\s*=\s*(?:"(?<value>[^"]*)"|'(?<value>[^']*)'|(?<value>[^\s"'>]+))""",
        Html,
        MaxMatchMs
    )]
    private static partial Regex Attribute();

    [GeneratedRegex("<!--.*?(?:-->|$)", Html | RegexOptions.Singleline, MaxMatchMs)]
    private static partial Regex Comment();

    [GeneratedRegex("""^\s*<\?xml\s[^>]*?encoding\s*=\s*["'](?<value>[^"']+)["']""", Html, MaxMatchMs)]
    private static partial Regex XmlDeclaration();
}
