using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>
/// Writes the metadata of a document: every meta element of the page under its own name, the names that Firecrawl adds, and
/// the response.
/// </summary>
internal static class DocumentMetadata
{
    // Firecrawl's names of meta elements.
    private static readonly (string Theirs, string Meta)[] Renamed =
    [
        ("ogTitle", "og:title"),
        ("ogDescription", "og:description"),
        ("ogUrl", "og:url"),
        ("ogImage", "og:image"),
        ("ogAudio", "og:audio"),
        ("ogDeterminer", "og:determiner"),
        ("ogLocale", "og:locale"),
        ("ogSiteName", "og:site_name"),
        ("ogVideo", "og:video"),
        ("publishedTime", "article:published_time"),
        ("modifiedTime", "article:modified_time"),
        ("articleTag", "article:tag"),
        ("articleSection", "article:section"),
    ];

    /// <summary>Writes the metadata.</summary>
    public static JsonObject Of(PageRecord record, string source, string id)
    {
        ArgumentNullException.ThrowIfNull(record);
        var json = new JsonObject();
        if (record.Metadata is { } metadata)
            AddMeta(json, metadata);
        AddText(json, "title", record.Title);
        AddText(json, "description", record.Description);
        AddText(json, "language", record.Language);
        json["sourceURL"] = source;
        json["url"] = record.FinalUrl ?? source;
        if (record.Status is { } status)
            json["statusCode"] = status;
        AddText(json, "contentType", record.ResponseHeaders?.GetValueOrDefault("content-type") ?? record.ContentType);
        AddText(json, "error", record.Error?.Message);
        json["scrapeId"] = id;
        json["proxyUsed"] = "basic";
        json["cacheState"] = "miss";
        json["creditsUsed"] = 1;
        json["concurrencyLimited"] = false;
        return json;
    }

    private static void AddMeta(JsonObject json, PageMetadata metadata)
    {
        foreach (var (name, value) in metadata.Meta)
            json[name] = metadata.Repeated?.GetValueOrDefault(name) is { } values ? Texts(values) : value;
        foreach (var (theirs, meta) in Renamed)
            AddText(json, theirs, metadata.Meta.GetValueOrDefault(meta));
        if (metadata.Meta.GetValueOrDefault("og:locale:alternate") is { } locale)
            json["ogLocaleAlternate"] = Texts(metadata.Repeated?.GetValueOrDefault("og:locale:alternate") ?? [locale]);
    }

    private static void AddText(JsonObject json, string name, string? text)
    {
        if (text is not null)
            json[name] = text;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
