using System.Text;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace FunctionsCrawler.Http.Compat.Loader;

/// <summary>Writes a page in the two forms of the reader.</summary>
internal static class ReaderDocument
{
    /// <summary>Writes a page as text; as a picture if one was asked for.</summary>
    public static IResult ToText(ReaderRequest request, PageRecord record)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(record);
        if (request.Format == PageFormat.Screenshot)
            return PictureOf(record) is { Data: { } data } picture
                ? TypedResults.Bytes(data, picture.ContentType)
                : ReaderMount.Instance.Error(502, "The browser took no picture of the page.");
        var text = new StringBuilder();
        if (request.Format is PageFormat.Html or PageFormat.Text)
            text.Append(ContentOf(request, record));
        else
            WriteMarkdown(text, request, record);
        // Text also for HTML: a browser must not run a foreign page on this site.
        return TypedResults.Text(text.ToString(), "text/plain", Encoding.UTF8);
    }

    /// <summary>Writes a page as JSON.</summary>
    public static JsonObject ToJson(ReaderRequest request, PageRecord record)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(record);
        var data = new JsonObject
        {
            ["title"] = record.Title ?? "",
            ["description"] = record.Description ?? "",
            ["url"] = record.FinalUrl ?? record.Url,
        };
        if (WarningOf(record) is { } warning)
            data["warning"] = warning;
        if (record.Published is { } published)
            data["publishedTime"] = published;
        if (request.Format == PageFormat.Screenshot)
            data["screenshotUrl"] = PictureOf(record) is { Data: { } picture } found
                ? $"data:{found.ContentType};base64,{Convert.ToBase64String(picture.Span)}"
                : null;
        else
            data[NameOf(request.Format)] = ContentOf(request, record);
        if (request.WithLinks)
            data["links"] = LinksOf(record);
        return new JsonObject
        {
            ["code"] = 200,
            ["status"] = 20000,
            ["data"] = data,
        };
    }

    private static void WriteMarkdown(StringBuilder text, ReaderRequest request, PageRecord record)
    {
        text.Append("Title: ").Append(record.Title?.ReplaceLineEndings(" ")).Append("\n\n");
        text.Append("URL Source: ").Append(record.FinalUrl ?? record.Url).Append("\n\n");
        if (record.Published is { } published)
            text.Append("Published Time: ").Append(published).Append("\n\n");
        if (WarningOf(record) is { } warning)
            text.Append("Warning: ").Append(warning).Append("\n\n");
        text.Append("Markdown Content:\n").Append(ContentOf(request, record));
        if (!request.WithLinks)
            return;
        text.Append("\nLinks:\n");
        foreach (var link in record.Links)
            text.Append("- [").Append(link.Text.ReplaceLineEndings(" ")).Append("](").Append(link.Url).Append(")\n");
    }

    private static string? WarningOf(PageRecord record) =>
        record is { Error: not null, Status: { } status }
            ? $"Target URL returned error {status}: {ReasonPhrases.GetReasonPhrase(status)}".TrimEnd(' ', ':')
            : null;

    private static string ContentOf(ReaderRequest request, PageRecord record) =>
        request.Format switch
        {
            PageFormat.Html => record.Html,
            PageFormat.Text => record.Text,
            PageFormat.Markdown => record.Markdown,
            _ => record.MainMarkdown,
        } ?? "";

    private static string NameOf(PageFormat format) =>
        format switch
        {
            PageFormat.Html => "html",
            PageFormat.Text => "text",
            _ => "content",
        };

    // By their text, as in the form that is followed; several links with one text are numbered.
    private static JsonObject LinksOf(PageRecord record)
    {
        var links = new JsonObject();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var link in record.Links)
        {
            var count = counts[link.Text] = counts.GetValueOrDefault(link.Text) + 1;
            links[count == 1 ? link.Text : $"{link.Text} ({count})"] = link.Url;
        }
        return links;
    }

    private static PageArtifact? PictureOf(PageRecord record) => record.Artifacts?.GetValueOrDefault("screenshot");
}
