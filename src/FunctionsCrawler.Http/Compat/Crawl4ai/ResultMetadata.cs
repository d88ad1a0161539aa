using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Writes the metadata of a result.</summary>
internal static class ResultMetadata
{
    private static readonly string[] Prefixes = ["og:", "twitter:", "article:"];

    /// <summary>Writes the metadata: four names always, then those of social networks.</summary>
    /// <param name="record">The record of a page that was read.</param>
    /// <param name="isDeep">Whether to add how the page was found.</param>
    public static JsonObject Of(PageRecord record, bool isDeep)
    {
        ArgumentNullException.ThrowIfNull(record);
        var meta = record.Metadata?.Meta;
        var json = new JsonObject
        {
            ["title"] = record.Title,
            ["description"] = record.Description,
            ["keywords"] = meta?.GetValueOrDefault("keywords"),
            ["author"] = record.Author,
        };
        foreach (var (name, value) in meta ?? new Dictionary<string, string>(StringComparer.Ordinal))
            if (Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                json[name] = value;
        if (!isDeep)
            return json;
        json["depth"] = record.Depth;
        json["parent_url"] = record.ParentUrl;
        json["score"] = null;
        return json;
    }
}
