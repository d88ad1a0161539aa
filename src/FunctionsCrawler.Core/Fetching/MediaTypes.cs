using FunctionsCrawler.Network;

namespace FunctionsCrawler.Fetching;

/// <summary>Classifies content types. A page is HTML, XHTML, plain text or Markdown.</summary>
internal static class MediaTypes
{
    public const string Html = "text/html";
    public const string Xhtml = "application/xhtml+xml";
    public const string PlainText = "text/plain";

    /// <summary>The Accept header of page requests.</summary>
    public const string Accept = "text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8,*/*;q=0.1";

    /// <summary>The number of leading characters of an XML document searched for an html element.</summary>
    private const int SniffLength = 1024;

    /// <summary>
    /// Returns the media type of the Content-Type headers, joined by commas, in lower case without parameters; null if it has none.
    /// </summary>
    public static string? Essence(string? contentType) => ContentType.Parse(contentType).Essence;

    /// <summary>Whether content of this type is crawled as a page.</summary>
    public static bool IsPage(string essence) =>
        essence is Html or Xhtml or PlainText or "text/markdown" or "text/x-markdown";

    /// <summary>Whether content of this type can declare its charset itself. True also if the type is unknown.</summary>
    public static bool IsMarkup(string? essence) => essence is null or Html or Xhtml;

    /// <summary>Whether a Content-Disposition header marks the content as a download (RFC 6266, section 4.2).</summary>
    public static bool IsAttachment(string? contentDisposition) =>
        contentDisposition is not null
        && contentDisposition.Split(';')[0].Trim().Equals("attachment", StringComparison.OrdinalIgnoreCase);

    /// <summary>Guesses the type of content without a Content-Type; null if it is binary or XML other than XHTML.</summary>
    public static string? Sniff(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            return null;
        var start = text.AsSpan().TrimStart();
        if (start.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase))
            return start[..Math.Min(start.Length, SniffLength)].Contains("<html", StringComparison.OrdinalIgnoreCase)
                ? Html
                : null;
        return start.Length > 1 && start[0] == '<' && (char.IsAsciiLetter(start[1]) || start[1] == '!')
            ? Html
            : PlainText;
    }
}
