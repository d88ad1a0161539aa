using System.Globalization;
using System.Text;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Http.Compat;

namespace FunctionsCrawler.Http.Mcp;

/// <summary>Writes records as text that models read well: a few lines about the page, then its formats.</summary>
internal static class PageText
{
    /// <summary>The formats that can be asked for, by their names in our API. Pictures have a tool of their own.</summary>
    public static IReadOnlyDictionary<string, PageFormat> Formats { get; } =
        Enum.GetValues<PageFormat>()
            .Where(format => format != PageFormat.Screenshot)
            .ToDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>The name of a format, as in our API.</summary>
    public static string NameOf(PageFormat format) => JsonNamingPolicy.CamelCase.ConvertName(format.ToString());

    /// <summary>Writes a page.</summary>
    /// <param name="record">The page.</param>
    /// <param name="formats">The formats that were asked for. A single one has no heading.</param>
    public static string Write(PageRecord record, IReadOnlyList<PageFormat> formats)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(formats);
        var text = new StringBuilder();
        Add(text, "Title", record.Title);
        Add(text, "URL", record.FinalUrl ?? record.Url);
        if (record.Status is { } status and not 200)
            Add(text, "Status", status.ToString(CultureInfo.InvariantCulture));
        Add(text, "Published", record.Published);
        if (record.Error is { } error)
            Add(text, "Error", $"{PageKinds.NameOf(error.Code)}: {error.Message}");
        foreach (var format in formats)
        {
            if (Content(record, format) is not { } content)
                continue;
            text.Append('\n');
            if (formats.Count > 1)
                text.Append(CultureInfo.InvariantCulture, $"--- {NameOf(format)} ---\n");
            text.Append(content.TrimEnd('\n')).Append('\n');
        }
        return text.ToString();
    }

    private static void Add(StringBuilder text, string name, string? value)
    {
        // A title with line breaks could pretend to be another line of these.
        if (value is not null)
            text.Append(name).Append(": ").Append(value.ReplaceLineEndings(" ")).Append('\n');
    }

    private static string? Content(PageRecord record, PageFormat format) =>
        format switch
        {
            PageFormat.Markdown => record.Markdown,
            PageFormat.MainMarkdown => record.MainMarkdown,
            PageFormat.Html => record.Html,
            PageFormat.CleanedHtml => record.CleanedHtml,
            PageFormat.MainHtml => record.MainHtml,
            PageFormat.Text => record.Text,
            PageFormat.Links => string.Join('\n', record.Links.Select(link => Line(link.Url, link.Text))),
            PageFormat.Images => record.Images is { } images
                ? string.Join('\n', images.Select(image => Line(image.Url, image.Alt)))
                : null,
            PageFormat.Tables => record.Tables is { } tables
                ? JsonSerializer.Serialize(tables, CrawlJson.Default.IReadOnlyListPageTable)
                : null,
            PageFormat.Metadata => record.Metadata is { } metadata
                ? JsonSerializer.Serialize(metadata, CrawlJson.Default.PageMetadata)
                : null,
            _ => null,
        };

    /// <summary>A URL with its text.</summary>
    public static string Line(string url, string? text) =>
        string.IsNullOrWhiteSpace(text) ? url : $"{url} {text.ReplaceLineEndings(" ")}";
}
