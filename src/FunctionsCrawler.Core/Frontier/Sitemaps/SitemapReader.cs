using System.IO.Compression;
using System.Text;
using System.Xml;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// Reads sitemaps (https://www.sitemaps.org/protocol.html): XML, a sitemap index, or one URL a line; each of them also
/// compressed by gzip.
/// </summary>
/// <remarks>
/// Strangers write them, so all that could grow is bounded: bytes, entries, nesting, the length of a tag, the number of
/// names. Document types, and with them entities, are refused.
/// </remarks>
internal sealed class SitemapReader
{
    private static readonly string[] Endings = [".xml", ".xml.gz", ".txt"];

    // A sitemap with images and languages is 4 deep; its longest tags have some hundred characters.
    private const int MaxDepth = 64;
    private const int MaxPartBytes = 1024 * 1024;
    private const int SniffedBytes = 1024;

    private static readonly byte[] Utf8Mark = [0xef, 0xbb, 0xbf];

    private readonly ArraySegment<byte> _content;
    private readonly SitemapLimits _limits;
    private readonly List<string> _pages = [];
    private readonly List<string> _sitemaps = [];
    private int _entries;

    private SitemapReader(ArraySegment<byte> content, SitemapLimits limits)
    {
        _content = content;
        _limits = limits;
    }

    /// <summary>Whether a URL is named as sitemaps are: the last segment speaks of one and ends in .xml, .xml.gz or .txt.</summary>
    public static bool IsSitemap(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var name = url.Segments[^1];
        return name.Contains("sitemap", StringComparison.OrdinalIgnoreCase)
            && Array.Exists(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Reads a sitemap; never throws for any content.</summary>
    /// <param name="content">The file, as it was sent.</param>
    /// <param name="limits">How much of it is read.</param>
    public static SitemapContent Read(ArraySegment<byte> content, SitemapLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return new SitemapReader(content, limits).Read();
    }

    private SitemapContent Read()
    {
        using var stream = Open();
        string? fault = null;
        try
        {
            var (isXml, skipped) = Sniff();
            stream.ReadExactly(new byte[skipped]);
            if (isXml)
                fault = ReadXml(stream);
            else
                ReadLines(stream);
        }
        catch (Exception e) when (e is XmlException or InvalidDataException or EndOfStreamException)
        {
            // What was cut off ends in the middle, of course.
            fault = stream.IsCut ? null : e.Message;
        }
        var cut =
            _entries > _limits.MaxEntries ? SitemapCut.Entries
            : stream.IsCut ? SitemapCut.Bytes
            : SitemapCut.None;
        var dropped = Math.Min(_entries, _limits.MaxEntries) - _pages.Count - _sitemaps.Count;
        return new SitemapContent(_pages, _sitemaps, dropped, cut, fault);
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

    /// <summary>Whether it is XML, and how many bytes before it some servers write although XML must come first.</summary>
    private (bool IsXml, int Skipped) Sniff()
    {
        using var stream = Open();
        var buffer = new byte[SniffedBytes];
        var start = buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        var mark = start.StartsWith(Utf8Mark) ? Utf8Mark.Length : 0;
        var first = start[mark..].IndexOfAnyExcept(" \t\r\n"u8);
        if (first >= 0 && start[mark + first] == '<')
            return (true, first == 0 ? 0 : mark + first);
        // UTF-16, with a mark or without.
        return (start is [0xff, 0xfe, (byte)'<', ..] or [0xfe, 0xff, 0, (byte)'<', ..] or [0, (byte)'<', ..], 0);
    }

    /// <returns>A fault, or null.</returns>
    private string? ReadXml(SitemapStream stream)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            NameTable = new BoundedNames(),
        };
        using var reader = XmlReader.Create(stream, settings);
        var parent = "";
        while (Advance(reader, stream))
        {
            if (reader.NodeType != XmlNodeType.Element)
                continue;
            switch (reader.Depth)
            {
                case 0 when reader.LocalName is not ("urlset" or "sitemapindex"):
                    return $"Its root element is {UrlText.Quote(reader.LocalName)}; urlset or sitemapindex was expected.";
                case 1:
                    parent = reader.LocalName;
                    break;
                case 2 when reader.LocalName is "loc" && parent is "url" or "sitemap":
                    if (!TryAdd(ReadText(reader, stream), parent is "url" ? _pages : _sitemaps))
                        return null;
                    break;
            }
        }
        return null;
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
            // The last line is none where it was cut off.
            var isOver = next < 0 && stream.IsCut;
            var isEntry = !isOver && !string.IsNullOrWhiteSpace(line.ToString());
            if ((isEntry && !TryAdd(line.ToString(), _pages)) || next < 0)
                return;
            line.Clear();
        }
    }

    /// <summary>Takes an entry; false when it is one too many.</summary>
    private bool TryAdd(string text, List<string> entries)
    {
        if (++_entries > _limits.MaxEntries)
            return false;
        if (UrlNormalizer.TryNormalize(text, dropTrackingParameters: false, out var url, out _))
            entries.Add(url);
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

    // One character too many is enough to see that it is no URL.
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
            : throw new InvalidDataException($"Its elements lie more than {MaxDepth} deep in one another.");
    }

    /// <summary>An XML reader keeps every name it has seen.</summary>
    private sealed class BoundedNames : NameTable
    {
        private const int MaxNames = 1000;

        private int _names;

        public override string Add(string key) => Get(key) ?? Counted(base.Add(key));

        public override string Add(char[] key, int start, int len) =>
            Get(key, start, len) ?? Counted(base.Add(key, start, len));

        private string Counted(string name) =>
            ++_names <= MaxNames
                ? name
                : throw new InvalidDataException($"It has more than {MaxNames} names of elements and attributes.");
    }
}
