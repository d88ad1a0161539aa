using System.Net;
using System.Text;
using System.Xml;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Rewrites XHTML as HTML. In XML every element can be empty (<c>&lt;script/&gt;</c>, <c>&lt;a id="x"/&gt;</c>), and CDATA sections
/// are text; an HTML parser would read both wrongly.
/// </summary>
internal static class Xhtml
{
    private const int MaxAttributes = 1000;
    private const string CDataStart = "<![CDATA[";

    private static readonly HashSet<string> Void = new(
        "area base br col embed hr img input link meta param source track wbr frame".Split(' '),
        StringComparer.Ordinal
    );

    private static readonly XmlReaderSettings Settings = new()
    {
        // No document type is read: it could define entities that grow without limit.
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        CheckCharacters = false,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>Returns the document as HTML; null if it is not well-formed XML with the root html.</summary>
    public static string? ToHtml(string xml)
    {
        if (HasEndlessTag(xml))
            return null;
        try
        {
            using var text = new StringReader(WithoutNamedEntities(xml.TrimStart('\ufeff', ' ', '\t', '\r', '\n')));
            using var reader = XmlReader.Create(text, Settings);
            return Convert(reader, xml.Length);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    // Comparing the names of very many attributes takes more than linear time.
    private static bool HasEndlessTag(string xml)
    {
        var attributes = 0;
        var quote = '\0';
        var isInTag = false;
        for (var i = 0; i < xml.Length; i++)
        {
            var c = xml[i];
            if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (isInTag && c is ('"' or '\''))
                quote = c;
            else if (c == '<')
                (isInTag, attributes) = (i + 1 < xml.Length && char.IsLetter(xml[i + 1]), 0);
            else if (c == '>')
                isInTag = false;
            else if (c == '=' && isInTag && ++attributes > MaxAttributes)
                return true;
        }
        return false;
    }

    private static string? Convert(XmlReader reader, int length)
    {
        var html = new StringBuilder("<!DOCTYPE html>", length + length / 8);
        var parent = "";
        var isFirst = false;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (reader.Depth == 0 && !IsName(reader, "html"))
                        return null;
                    parent = StartTag(reader, html);
                    isFirst = true;
                    break;
                case XmlNodeType.EndElement:
                    EndTag(NameOf(reader), html);
                    (parent, isFirst) = ("", false);
                    break;
                case XmlNodeType.Text
                or XmlNodeType.CDATA
                or XmlNodeType.Whitespace
                or XmlNodeType.SignificantWhitespace:
                    Text(reader.Value, parent, isFirst, html);
                    isFirst = false;
                    break;
            }
        }
        return html.ToString();
    }

    private static string StartTag(XmlReader reader, StringBuilder html)
    {
        var (name, isEmpty) = (NameOf(reader), reader.IsEmptyElement);
        html.Append('<').Append(name);
        while (reader.MoveToNextAttribute())
            if (reader.Prefix is not "xmlns" && reader.Name is not "xmlns")
                html.Append(' ')
                    .Append(reader.Prefix is "xml" ? reader.LocalName : reader.Name)
                    .Append("=\"")
                    .Append(WebUtility.HtmlEncode(reader.Value))
                    .Append('"');
        html.Append('>');
        reader.MoveToElement();
        if (!isEmpty)
            return name;
        EndTag(name, html);
        return "";
    }

    private static void EndTag(string name, StringBuilder html)
    {
        if (!Void.Contains(name))
            html.Append("</").Append(name).Append('>');
    }

    private static void Text(string text, string parent, bool isFirst, StringBuilder html)
    {
        if (parent is "script" or "style")
        {
            // Text that would end the element early is of no use to a crawler.
            if (!text.Contains("</", StringComparison.Ordinal))
                html.Append(text);
            return;
        }
        // An HTML parser drops a line feed at the start of these elements.
        if (isFirst && parent is "pre" or "textarea" && text.StartsWith('\n'))
            html.Append('\n');
        foreach (var c in text)
            _ = c switch
            {
                '&' => html.Append("&amp;"),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                _ => html.Append(c),
            };
    }

    private static bool IsName(XmlReader reader, string name) =>
        string.Equals(NameOf(reader), name, StringComparison.Ordinal);

    // Raw text elements of HTML cannot hold what XML puts into them.
    private static string NameOf(XmlReader reader) =>
        reader.LocalName switch
        {
            "xmp" or "listing" or "plaintext" => "pre",
            var name => name,
        };

    /// <summary>Replaces the named entities of XHTML, which its document type defines, outside CDATA sections.</summary>
    private static string WithoutNamedEntities(string xml)
    {
        if (!xml.Contains('&', StringComparison.Ordinal))
            return xml;
        var replaced = new StringBuilder(xml.Length);
        var start = 0;
        while (start < xml.Length)
        {
            var section = xml.IndexOf(CDataStart, start, StringComparison.Ordinal);
            var end = section < 0 ? xml.Length : section;
            AppendReplaced(xml.AsSpan(start, end - start), replaced);
            if (section < 0)
                break;
            var close = xml.IndexOf("]]>", section, StringComparison.Ordinal);
            start = close < 0 ? xml.Length : close;
            replaced.Append(xml, section, start - section);
        }
        return replaced.ToString();
    }

    private static void AppendReplaced(ReadOnlySpan<char> text, StringBuilder replaced)
    {
        while (text.IndexOf('&') is var at && at >= 0)
        {
            replaced.Append(text[..at]);
            text = text[at..];
            var end = text[..Math.Min(text.Length, 12)].IndexOf(';');
            var entity = end > 1 && text[1] != '#' ? text[..(end + 1)].ToString() : "&";
            var character = entity is "&" or "&amp;" or "&lt;" or "&gt;" or "&quot;" or "&apos;"
                ? entity
                : WebUtility.HtmlDecode(entity);
            replaced.Append(character);
            text = text[entity.Length..];
        }
        replaced.Append(text);
    }
}
