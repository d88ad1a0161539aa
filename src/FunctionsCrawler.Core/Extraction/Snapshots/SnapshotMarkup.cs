using System.Net;
using System.Text;

namespace FunctionsCrawler.Extraction.Snapshots;

/// <summary>
/// Rewrites one document of an archive, tag by tag. It is no HTML parser and needs none, because Chromium writes archives in one
/// form: every attribute value is quoted, and every special character of a text is escaped. So nesting costs nothing.
/// </summary>
internal sealed class SnapshotMarkup(SnapshotWriter writer, string html, string location, int depth)
{
    private static readonly HashSet<string> UrlAttributes = new(
        ["src", "poster", "background", "data", "xlink:href"],
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly HashSet<string> DroppedAttributes = new(
        ["srcdoc", "integrity", "nonce", "crossorigin", "ping", "loading"],
        StringComparer.OrdinalIgnoreCase
    );

    // The elements whose href is shown, not followed.
    private static readonly HashSet<string> ShownLinks = new(
        ["link", "image", "use", "feimage"],
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly string[] KeptLinks = ["stylesheet", "icon", "canonical", "alternate"];

    private readonly StringBuilder _out = new(html.Length);
    private string _base = "";
    private int _at;

    /// <summary>Writes the document.</summary>
    /// <param name="head">What is inserted at the beginning of its head.</param>
    public string Write(string head)
    {
        var hasHead = false;
        _base = location;
        while (_at < html.Length)
        {
            var tag = html.IndexOf('<', _at);
            CopyTo(tag < 0 ? html.Length : tag);
            if (tag < 0)
                break;
            if (StartsWith("<!--"))
                CopyTo(After("-->"));
            else if (_at + 1 < html.Length && char.IsAsciiLetter(html[_at + 1]))
            {
                var name = WriteTag();
                if (!hasHead && string.Equals(name, "head", StringComparison.OrdinalIgnoreCase))
                {
                    hasHead = true;
                    _out.Append(head);
                }
            }
            else
                CopyTo(After(">"));
        }
        // A policy counts only in the head, which this starts if there is none.
        return hasHead ? _out.ToString() : head + _out;
    }

    private string WriteTag()
    {
        var tag = SnapshotTag.Read(html, _at);
        _at = tag.End;
        if (tag.Is("script"))
            _at = After("</script>");
        else if (tag.Is("base"))
            _base = SnapshotWriter.Resolve(tag.ValueOf("href"), location);
        else if (!IsDropped(tag))
            Write(tag);
        if (!tag.Is("style"))
            return tag.Name;
        var end = html.IndexOf("</style", _at, StringComparison.OrdinalIgnoreCase);
        end = end < 0 ? html.Length : end;
        _out.Append(Styles(html[_at..end]));
        _at = end;
        return tag.Name;
    }

    private static bool IsDropped(SnapshotTag tag) =>
        (tag.Is("meta") && tag.ValueOf("http-equiv").Length > 0)
        || (tag.Is("meta") && tag.ValueOf("charset").Length > 0)
        || (
            tag.Is("link")
            && !tag.ValueOf("rel").Split(' ').Intersect(KeptLinks, StringComparer.OrdinalIgnoreCase).Any()
        );

    private void Write(SnapshotTag tag)
    {
        _out.Append('<').Append(tag.Name);
        foreach (var (name, value) in tag.Attributes)
        {
            if (
                DroppedAttributes.Contains(name)
                || name.StartsWith("on", StringComparison.OrdinalIgnoreCase)
                || value.TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase)
            )
                continue;
            // Chromium writes shadow roots with the name that its own archives have.
            _out.Append(' ').Append(name is "shadowmode" ? "shadowrootmode" : name);
            if (value.Length > 0)
                _out.Append("=\"").Append(WebUtility.HtmlEncode(Rewritten(tag, name, value))).Append('"');
        }
        _out.Append('>');
    }

    private string Rewritten(SnapshotTag tag, string name, string value)
    {
        if (name.Equals("style", StringComparison.OrdinalIgnoreCase))
            return Styles(value);
        if (name.Equals("srcset", StringComparison.OrdinalIgnoreCase))
            return SourceSet(value);
        var isLink = name.Equals("href", StringComparison.OrdinalIgnoreCase);
        if (UrlAttributes.Contains(name) || (isLink && ShownLinks.Contains(tag.Name)))
            return IsInside(value) ? value : writer.Inline(value, _base, depth) ?? SnapshotWriter.Resolve(value, _base);
        return isLink && !IsInside(value) ? SnapshotWriter.Resolve(value, _base) : value;
    }

    // What needs no other file.
    private static bool IsInside(string url) =>
        url.StartsWith('#') || url.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    // The archive has the one that was shown.
    private string SourceSet(string value)
    {
        foreach (var candidate in value.Split(", ", StringSplitOptions.TrimEntries))
        {
            var parts = candidate.Split(' ', 2);
            if (writer.Inline(parts[0], _base, depth) is { } data)
                return parts.Length > 1 ? $"{data} {parts[1]}" : data;
        }
        return value;
    }

    private string Styles(string css) => SnapshotStyles.Write(css, url => writer.Inline(url, _base, depth));

    private void CopyTo(int end)
    {
        _out.Append(html, _at, end - _at);
        _at = end;
    }

    private bool StartsWith(string text) => string.CompareOrdinal(html, _at, text, 0, text.Length) == 0;

    private int After(string text)
    {
        var found = html.IndexOf(text, _at, StringComparison.OrdinalIgnoreCase);
        return found < 0 ? html.Length : found + text.Length;
    }
}
