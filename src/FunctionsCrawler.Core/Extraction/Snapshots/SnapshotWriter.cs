using System.Text;

namespace FunctionsCrawler.Extraction.Snapshots;

/// <summary>
/// Writes an archived page as one HTML document that shows the same and loads nothing: styles, pictures, fonts and frames become
/// data URLs, and scripts are removed. A policy in the document forbids what could have been overlooked.
/// </summary>
/// <param name="archive">The page and what it shows.</param>
/// <param name="maxLength">The most characters to write. What would exceed that is left out.</param>
internal sealed class SnapshotWriter(MhtmlArchive archive, long maxLength)
{
    // Frames in frames, and style sheets that import others.
    private const int MaxDepth = 5;

    private const string Policy =
        "<meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
        + "media-src data:; font-src data:; style-src 'unsafe-inline' data:; frame-src data:\">";

    private long _left = maxLength;

    /// <summary>Whether something was left out because the document would have been too large.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Writes the document.</summary>
    public string Write() => WriteDocument(archive.Page, 0);

    /// <summary>The data URL of what a URL leads to; null if the archive does not have it, or it is too large.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="baseUrl">What it is relative to.</param>
    /// <param name="depth">The number of documents and style sheets around it.</param>
    internal string? Inline(string url, string baseUrl, int depth)
    {
        var absolute = Resolve(url, baseUrl);
        if (depth >= MaxDepth || archive.Find(absolute) is not { } part)
            return null;
        // Four characters for three bytes. What is in a document or style sheet is counted on its own, and again as a part of it.
        if (part.Content.Length * 4L / 3 > _left)
        {
            IsCut = true;
            return null;
        }
        var content =
            part.ContentType is "text/html" or "application/xhtml+xml"
                ? Encoding.UTF8.GetBytes(WriteDocument(part, depth + 1))
            : part.ContentType is "text/css" ? Encoding.UTF8.GetBytes(WriteStyles(part, depth + 1))
            : part.Content;
        _left -= content.Length * 4L / 3;
        if (_left < 0)
        {
            IsCut = true;
            return null;
        }
        return $"data:{TypeOf(part)};base64,{Convert.ToBase64String(content)}";
    }

    /// <summary>A URL as an absolute one; unchanged if it is not valid.</summary>
    internal static string Resolve(string url, string baseUrl) =>
        Uri.TryCreate(baseUrl, UriKind.Absolute, out var source) && Uri.TryCreate(source, url.Trim(), out var absolute)
            ? absolute.AbsoluteUri
            : url;

    private string WriteDocument(MhtmlPart part, int depth)
    {
        var html = Encoding.UTF8.GetString(part.Content);
        return new SnapshotMarkup(this, html, part.Location, depth).Write(Policy);
    }

    private string WriteStyles(MhtmlPart part, int depth)
    {
        // The part is in the encoding that its first rule names. Others than UTF-8 are rare, and only their text differs.
        var css = Encoding.UTF8.GetString(part.Content);
        return SnapshotStyles.Write(css, url => Inline(url, part.Location, depth));
    }

    private static string TypeOf(MhtmlPart part) =>
        part.ContentType is "text/html" or "application/xhtml+xml" ? "text/html;charset=utf-8"
        : part.ContentType is "text/css" ? "text/css;charset=utf-8"
        : part.ContentType.Contains('"', StringComparison.Ordinal) ? "application/octet-stream"
        : part.ContentType;
}
