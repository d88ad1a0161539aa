using System.IO.Compression;
using System.Text;
using System.Xml;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// Parses files that list URLs: XML sitemaps, sitemap indexes and text files with one URL per line
/// (https://www.sitemaps.org/protocol.html), RSS and Atom feeds; each optionally compressed with gzip.
/// </summary>
/// <remarks>
/// The input is untrusted, so everything that could grow is bounded: bytes, entries, nesting, the length of a tag, the
/// number of names. Document types, and thereby entities, are rejected.
/// </remarks>
internal sealed class SitemapReader
{
    private static readonly string[] Extensions = [".xml", ".xml.gz", ".txt"];

    // Real sitemaps with images and languages are 4 levels deep, and their longest tags have a few hundred characters.
    private const int MaxDepth = 64;
    private const int MaxPartBytes = 1024 * 1024;
    private const int SniffedBytes = 1024;

    private static readonly byte[] Utf8Mark = [0xef, 0xbb, 0xbf];

    private readonly ArraySegment<byte> _content;
    private readonly SitemapLimits _limits;
    private readonly List<string> _pages = [];
    private readonly List<string> _sitemaps = [];
    private readonly Dictionary<string, DateTimeOffset> _modified = new(StringComparer.Ordinal);
    private readonly SitemapEntry _current = new();
    private readonly Uri? _baseUrl;
    private int _entries;

    private SitemapReader(ArraySegment<byte> content, SitemapLimits limits, Uri? baseUrl)
    {
        _content = content;
        _limits = limits;
        _baseUrl = baseUrl;
    }

    /// <summary>
    /// Whether a URL looks like a sitemap: its last segment contains "sitemap" and ends in .xml, .xml.gz or .txt.
    /// </summary>
    public static bool IsSitemap(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var name = url.Segments[^1];
        return name.Contains("sitemap", StringComparison.OrdinalIgnoreCase)
            && Array.Exists(Extensions, extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Parses a sitemap. Never throws, whatever the content: faults are part of the result.</summary>
    /// <param name="content">The file as received; may be gzip.</param>
    /// <param name="limits">Where to stop parsing.</param>
    /// <param name="baseUrl">The URL of the sitemap; null drops relative URLs.</param>
    public static SitemapContent Read(ArraySegment<byte> content, SitemapLimits limits, Uri? baseUrl = null)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return new SitemapReader(content, limits, baseUrl).Read();
    }

    private SitemapContent Read()
    {
        using var stream = Open();
        string? fault = null;
        try
        {
            var (isXml, isAscii, skipped) = Sniff();
            stream.ReadExactly(new byte[skipped]);
            if (isXml)
                fault = ReadXml(stream, isAscii);
            else
                ReadLines(stream);
        }
        catch (Exception e) when (e is XmlException or InvalidDataException or EndOfStreamException)
        {
            // A file cut off at MaxBytes usually ends inside an element; that is not a fault.
            fault = stream.IsCut ? null : e.Message;
        }
        var cut =
            _entries > _limits.MaxEntries ? SitemapCut.Entries
            : stream.IsCut ? SitemapCut.Bytes
            : SitemapCut.None;
        var dropped = Math.Min(_entries, _limits.MaxEntries) - _pages.Count - _sitemaps.Count;
        return new SitemapContent(_pages, _sitemaps, dropped, cut, fault) { Modified = _modified };
    }

    private SitemapStream Open()
    {
        var bytes = new MemoryStream(_content.Array ?? [], _content.Offset, _content.Count, writable: false);
        var isCompressed = _content is [0x1f, 0x8b, ..];
        return new SitemapStream(
            isCompressed ? new GZipStream(bytes, CompressionMode.Decompress) : bytes,
            _limits.MaxBytes
        );
    }

    /// <summary>
    /// Detects whether the content is XML, and how many bytes to skip before it: some servers send white space before the XML
    /// declaration, which parsers reject.
    /// </summary>
    private (bool IsXml, bool IsAscii, int Skipped) Sniff()
    {
        using var stream = Open();
        var buffer = new byte[SniffedBytes];
        var start = buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        var mark = start.StartsWith(Utf8Mark) ? Utf8Mark.Length : 0;
        var first = start[mark..].IndexOfAnyExcept(" \t\r\n"u8);
        if (first >= 0 && start[mark + first] == '<')
            return (true, start is not [(byte)'<', 0, ..], first == 0 ? 0 : mark + first);
        // UTF-16, with or without a byte order mark.
        return (start is [0xff, 0xfe, (byte)'<', ..] or [0xfe, 0xff, 0, (byte)'<', ..] or [0, (byte)'<', ..], false, 0);
    }

    /// <returns>A fault, or null if the document is a sitemap or feed.</returns>
    private string? ReadXml(SitemapStream stream, bool isAscii)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            NameTable = new BoundedNameTable(),
        };
        using var repaired = new AmpersandRepair(stream);
        using var reader = XmlReader.Create(isAscii ? repaired : stream, settings);
        try
        {
            return ReadEntries(reader, stream) ?? (repaired.Count > 0 ? Describe(repaired.Count) : null);
        }
        catch (XmlException e) when (repaired.Count > 0 && !stream.IsCut)
        {
            return $"{Describe(repaired.Count)}, and {e.Message}";
        }
    }

    private static string Describe(int ampersands) =>
        ampersands == 1 ? "an ampersand is not written as &amp;" : $"{ampersands} ampersands are not written as &amp;";

    private string? ReadEntries(XmlReader reader, SitemapStream stream)
    {
        SitemapFormat? format = null;
        while (Advance(reader, stream))
        {
            if (reader.NodeType != XmlNodeType.Element)
                continue;
            if (reader.Depth == 0)
            {
                format = SitemapFormat.Find(reader.LocalName);
                if (format is null)
                    return $"The root element is {UrlText.Quote(reader.LocalName)}; urlset, sitemapindex, rss or feed was expected.";
            }
            else if (reader.Depth == format!.Depth)
                _current.Begin(reader.LocalName, format.Entries.Contains(reader.LocalName, StringComparer.Ordinal));
            else if (reader.Depth == format.Depth + 1 && _current.IsEntry && !ReadElement(reader, stream, format))
                return null;
        }
        return null;
    }

    // False if there are too many entries.
    private bool ReadElement(XmlReader reader, SitemapStream stream, SitemapFormat format)
    {
        var name = reader.LocalName;
        if (string.Equals(name, format.Link, StringComparison.Ordinal))
        {
            if (format.IsFeed && (_current.HasLink || reader.GetAttribute("rel") is not (null or "alternate")))
                return true;
            _current.HasLink = true;
            var text = format.IsFeed ? reader.GetAttribute("href") : null;
            return TryAdd(text ?? ReadText(reader, stream), _current.Name is "sitemap" ? _sitemaps : _pages, _baseUrl);
        }
        if (format.Dates.Contains(name, StringComparer.Ordinal))
            _current.SetDate(ReadText(reader, stream), _modified);
        return true;
    }

    private void ReadLines(SitemapStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var line = new StringBuilder();
        while (true)
        {
            var next = reader.Read();
            if (next is not (-1 or '\r' or '\n'))
            {
                Append(line, (char)next);
                continue;
            }
            // Ignore the last line if the file was cut off inside it.
            var isPartial = next < 0 && stream.IsCut;
            var isEntry = !isPartial && !string.IsNullOrWhiteSpace(line.ToString());
            if ((isEntry && !TryAdd(line.ToString(), _pages)) || next < 0)
                return;
            line.Clear();
        }
    }

    /// <summary>
    /// Adds an entry, or counts it as dropped if it is not a URL; false if <see cref="SitemapLimits.MaxEntries"/> is
    /// exceeded.
    /// </summary>
    private bool TryAdd(string text, List<string> entries, Uri? baseUrl = null)
    {
        if (++_entries > _limits.MaxEntries)
            return false;
        // The protocol asks for absolute URLs, but browsers and authors do without. Text with spaces is no URL of any kind.
        text = text.Trim();
        var isRelative = baseUrl is not null && text.Length > 0 && !text.Any(char.IsWhiteSpace);
        if (
            isRelative
                ? UrlNormalizer.TryResolve(baseUrl!, text, dropTrackingParameters: false, out var url, out _)
                : UrlNormalizer.TryNormalize(text, dropTrackingParameters: false, out url, out _)
        )
        {
            entries.Add(url);
            _current.Add(url, _modified);
        }
        return true;
    }

    private static string ReadText(XmlReader reader, SitemapStream stream)
    {
        var text = new StringBuilder();
        if (reader.IsEmptyElement)
            return "";
        var depth = reader.Depth;
        var chunk = new char[256];
        while (Advance(reader, stream) && reader.Depth > depth)
        {
            if (reader.NodeType is not (XmlNodeType.Text or XmlNodeType.CDATA) || reader.Depth > depth + 1)
                continue;
            while (
                text.Length <= UrlNormalizer.MaxLength && reader.ReadValueChunk(chunk, 0, chunk.Length) is > 0 and var n
            )
                foreach (var c in chunk.AsSpan(0, n))
                    Append(text, c);
        }
        return text.ToString();
    }

    // Keeps at most one character over the limit, enough for the normaliser to reject the URL as too long.
    private static void Append(StringBuilder text, char c)
    {
        if (text.Length <= UrlNormalizer.MaxLength && (text.Length > 0 || !char.IsWhiteSpace(c)))
            text.Append(c);
    }

    private static bool Advance(XmlReader reader, SitemapStream stream)
    {
        stream.BeginPart(MaxPartBytes);
        if (!reader.Read())
            return false;
        return reader.Depth <= MaxDepth
            ? true
            : throw new InvalidDataException($"The elements are nested more than {MaxDepth} deep.");
    }
}
