using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Fetching;

/// <summary>The kinds of content by their media types.</summary>
internal static class ContentKinds
{
    /// <summary>What is accepted if nothing else is asked for.</summary>
    public static IReadOnlyList<ContentKind> Standard { get; } =
    [ContentKind.Html, ContentKind.Text, ContentKind.Markdown];

    /// <summary>The kind of a media type in lower case without parameters; null if it is none of them.</summary>
    public static ContentKind? Of(string? essence) =>
        essence switch
        {
            MediaTypes.Html or "application/xhtml+xml" => ContentKind.Html,
            MediaTypes.PlainText => ContentKind.Text,
            "text/markdown" or "text/x-markdown" => ContentKind.Markdown,
            "application/json" or "text/json" => ContentKind.Json,
            "application/pdf" or "application/x-pdf" => ContentKind.Pdf,
            _ when IsXml(essence) => ContentKind.Feed,
            _ when essence?.EndsWith("+json", StringComparison.Ordinal) is true => ContentKind.Json,
            _ => null,
        };

    /// <summary>Whether content of this type may be a sitemap or a feed.</summary>
    public static bool IsXml(string? essence) =>
        essence
            is "application/xml"
                or "text/xml"
                or "application/rss+xml"
                or "application/atom+xml"
                or "application/rdf+xml";

    /// <summary>Whether content of this type is read from its bytes, because it declares its encoding itself or has none.</summary>
    public static bool IsReadAsBytes(string? essence) => Of(essence) is ContentKind.Feed or ContentKind.Pdf;
}
