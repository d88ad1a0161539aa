using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>Writes records as Firecrawl's documents. Parts that were not asked for are absent.</summary>
/// <param name="shape">Which parts a document has.</param>
/// <param name="open">Opens a file of a crawl; null for pages scraped alone, whose files are in the record.</param>
internal sealed class DocumentWriter(DocumentShape shape, Func<string, CancellationToken, Task<Stream?>>? open = null)
{
    /// <summary>Writes a document.</summary>
    /// <param name="record">The record of a page that was read.</param>
    /// <param name="source">The URL as it was asked for.</param>
    /// <param name="id">An id for the page.</param>
    /// <param name="warning">What the client should know about its request.</param>
    /// <param name="cancellationToken">Stops the reading of files.</param>
    public async Task<JsonObject> WriteAsync(
        PageRecord record,
        string source,
        string id,
        string? warning,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(record);
        var document = new JsonObject();
        if (shape.HasMarkdown)
            document["markdown"] = (shape.HasMainMarkdown ? record.MainMarkdown : record.Markdown) ?? "";
        if (shape.HasHtml)
            document["html"] = record.MainHtml ?? record.CleanedHtml ?? "";
        if (shape.HasRawHtml)
            document["rawHtml"] = record.Html ?? "";
        if (shape.HasLinks)
            document["links"] = Texts(record.Links.Select(link => link.Url));
        if (shape.HasImages)
            document["images"] = Texts((record.Images ?? []).Select(image => image.Url));
        if (shape.Attributes is { } schema)
            document["attributes"] = AttributeLists.ToJson(schema, record.Data);
        await AddFilesAsync(document, record, cancellationToken);
        if (WarningOf(record, warning) is { } text)
            document["warning"] = text;
        document["metadata"] = DocumentMetadata.Of(record, source, id);
        return document;
    }

    private async Task AddFilesAsync(JsonObject document, PageRecord record, CancellationToken cancellationToken)
    {
        var artifacts = record.Artifacts ?? new Dictionary<string, PageArtifact>(StringComparer.Ordinal);
        if (shape.HasScreenshot && artifacts.TryGetValue("screenshot", out var screenshot))
            document["screenshot"] = await DataUrlAsync(screenshot, cancellationToken);
        var pictures = new JsonArray();
        foreach (var name in shape.StepPictures)
            if (artifacts.TryGetValue($"screenshot-{name}", out var picture))
                pictures.Add(await DataUrlAsync(picture, cancellationToken));
        var prints = new JsonArray();
        if (shape.HasPdf && artifacts.TryGetValue("pdf", out var pdf))
            prints.Add(await DataUrlAsync(pdf, cancellationToken));
        if (pictures.Count + prints.Count > 0)
            document["actions"] = new JsonObject { ["screenshots"] = pictures, ["pdfs"] = prints };
    }

    private async Task<string?> DataUrlAsync(PageArtifact artifact, CancellationToken cancellationToken)
    {
        var bytes = artifact.Data;
        if (bytes is null && artifact.Blob is { } blob && open is not null)
        {
            await using var content = await open(blob, cancellationToken);
            if (content is null)
                return null;
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy, cancellationToken);
            bytes = copy.ToArray();
        }
        return bytes is { } data ? $"data:{artifact.ContentType};base64,{Convert.ToBase64String(data.Span)}" : null;
    }

    // That there is no main content is common, and the Markdown is the whole page then.
    private static string? WarningOf(PageRecord record, string? warning)
    {
        string[] all =
        [
            .. warning is null ? (string[])[] : [warning],
            .. (record.Warnings ?? []).Where(w => w.Code != PageWarningCode.NoMainContent).Select(w => w.Message),
        ];
        return all is [] ? null : string.Join(' ', all);
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
