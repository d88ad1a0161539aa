using System.Globalization;
using System.Text;
using System.Xml;

namespace FunctionsCrawler.Extraction;

/// <summary>The content of an RSS or Atom feed.</summary>
/// <param name="Title">The title of the feed; null if there is none.</param>
/// <param name="Markdown">A heading for the feed, and one with link, date and text for each entry.</param>
internal sealed record FeedText(string? Title, string Markdown);

/// <summary>
/// Writes RSS and Atom feeds as Markdown. The input is untrusted: document types are rejected, and names, nesting and entries
/// are bounded.
/// </summary>
internal sealed class FeedReader
{
    /// <summary>The maximum number of entries that are read.</summary>
    public const int MaxEntries = 1000;

    private const int MaxDepth = 64;

    private readonly Uri _url;
    private readonly StringBuilder _markdown = new();
    private string? _feedTitle;
    private Entry? _entry;
    private int _entries;

    private readonly int _maxElements;

    private FeedReader(Uri url, int maxElements) => (_url, _maxElements) = (url, maxElements);

    /// <summary>Reads a feed.</summary>
    /// <param name="content">The bytes of the XML document.</param>
    /// <param name="url">Its URL.</param>
    /// <param name="maxElements">The maximum number of HTML elements of an entry.</param>
    /// <returns>The feed; null if the document is neither RSS nor Atom.</returns>
    /// <exception cref="XmlException">The document is not well-formed, or has a document type.</exception>
    /// <exception cref="InvalidDataException">The document exceeds a limit.</exception>
    /// <exception cref="TooManyElementsException">An entry has more than <paramref name="maxElements"/> elements.</exception>
    public static FeedText? Read(ReadOnlyMemory<byte> content, Uri url, int maxElements = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(url);
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            NameTable = new BoundedNameTable(),
        };
        using var bytes = new MemoryStream(content.ToArray(), writable: false);
        using var reader = XmlReader.Create(bytes, settings);
        return new FeedReader(url, maxElements).Read(reader);
    }

    private FeedText? Read(XmlReader reader)
    {
        while (reader.Read() && _entries <= MaxEntries)
        {
            if (reader.Depth > MaxDepth)
                throw new InvalidDataException($"The elements are nested more than {MaxDepth} deep.");
            if (reader.NodeType != XmlNodeType.Element)
                continue;
            if (reader.Depth == 0 && reader.LocalName is not ("rss" or "RDF" or "feed"))
                return null;
            if (reader.LocalName is "item" or "entry")
            {
                WriteEntry();
                _entries++;
                _entry = new Entry(reader.Depth);
            }
            else
            {
                ReadElement(reader);
            }
        }
        WriteEntry();
        var heading = _feedTitle is { Length: > 0 } title ? $"# {Escape(title)}\n\n" : "";
        return new FeedText(_feedTitle, heading + _markdown.ToString().TrimEnd('\n') + "\n");
    }

    private void ReadElement(XmlReader reader)
    {
        if (_entry is null)
        {
            if (reader.LocalName is "title")
                _feedTitle ??= PlainText.Collapse(TextOf(reader));
            return;
        }
        if (reader.Depth != _entry.Depth + 1)
            return;
        switch (reader.LocalName)
        {
            case "title":
                _entry.Title ??= PlainText.Collapse(TextOf(reader));
                break;
            case "link" when reader.GetAttribute("rel") is null or "alternate":
                _entry.Link ??= reader.GetAttribute("href") ?? TextOf(reader);
                break;
            case "pubDate" or "updated" or "published" or "date":
                _entry.Date ??= TextOf(reader);
                break;
            // The whole text wins over the summary.
            case "encoded" or "content":
                _entry.Text = TextOf(reader);
                break;
            case "description" or "summary":
                _entry.Text ??= TextOf(reader);
                break;
        }
    }

    private void WriteEntry()
    {
        if (_entry is not { } entry)
            return;
        var title = entry.Title is { Length: > 0 } text ? Escape(text) : "Untitled";
        var link = Uri.TryCreate(_url, entry.Link?.Trim(), out var target) && UrlResolver.IsWeb(target) ? target : null;
        _markdown.Append(
            CultureInfo.InvariantCulture,
            $"## {(link is null ? title : $"[{title}](<{link.AbsoluteUri}>)")}\n\n"
        );
        if (entry.Date is { Length: > 0 } date)
            _markdown.Append(CultureInfo.InvariantCulture, $"{Escape(PlainText.Collapse(date))}\n\n");
        // The text is HTML, escaped or in a CDATA section.
        if (entry.Text is { Length: > 0 } html)
            _markdown
                .Append(HtmlExtractor.Extract(html, link ?? _url, _maxElements).Markdown.TrimEnd('\n'))
                .Append("\n\n");
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("[", "\\[", StringComparison.Ordinal)
            .Replace("]", "\\]", StringComparison.Ordinal)
            .Replace("<", "\\<", StringComparison.Ordinal)
            .Replace("`", "\\`", StringComparison.Ordinal)
            .Replace("*", "\\*", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);

    // All text below the element; the reader ends at its end tag.
    private static string TextOf(XmlReader reader)
    {
        if (reader.IsEmptyElement)
            return "";
        var text = new StringBuilder();
        var depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader.Depth > MaxDepth)
                throw new InvalidDataException($"The elements are nested more than {MaxDepth} deep.");
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
                text.Append(reader.Value);
        }
        return text.ToString();
    }

    private sealed class Entry(int depth)
    {
        public int Depth => depth;
        public string? Title { get; set; }
        public string? Link { get; set; }
        public string? Date { get; set; }
        public string? Text { get; set; }
    }
}
