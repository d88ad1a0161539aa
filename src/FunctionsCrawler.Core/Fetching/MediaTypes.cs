namespace FunctionsCrawler.Fetching;

/// <summary>Which content is a page: HTML, XHTML, plain text and Markdown.</summary>
internal static class MediaTypes
{
    public const string Html = "text/html";
    public const string PlainText = "text/plain";

    /// <summary>The Accept header.</summary>
    public const string Accept = "text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8,*/*;q=0.1";

    /// <summary>How far into the text an XML document may name itself HTML.</summary>
    private const int SniffLength = 1024;

    /// <summary>The media type of a Content-Type header without parameters, in lower case; null when it holds none.</summary>
    public static string? Essence(string? contentType)
    {
        if (contentType is null)
            return null;
        var essence = contentType.Split(';')[0].Trim();
        var slash = essence.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < essence.Length - 1 ? essence.ToLowerInvariant() : null;
    }

    /// <summary>Whether content of this type has text to crawl.</summary>
    public static bool IsPage(string essence) =>
        essence is Html or "application/xhtml+xml" or PlainText or "text/markdown" or "text/x-markdown";

    /// <summary>Whether content of this type may say its own charset. Content of no type may.</summary>
    public static bool IsMarkup(string? essence) => essence is null or Html or "application/xhtml+xml";

    /// <summary>Whether a Content-Disposition header asks to save the content (RFC 6266, section 4.2).</summary>
    public static bool IsAttachment(string? contentDisposition) =>
        contentDisposition is not null
        && contentDisposition.Split(';')[0].Trim().Equals("attachment", StringComparison.OrdinalIgnoreCase);

    /// <summary>The type of content that came without one; null when it is binary or another kind of XML.</summary>
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
