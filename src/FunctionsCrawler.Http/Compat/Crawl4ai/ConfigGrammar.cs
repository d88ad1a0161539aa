using System.Text.Json;
using System.Text.Json.Nodes;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>
/// The notation of values in crawl4ai's configurations. Objects and enums are <c>{"type":"Class","params":…}</c>, dictionaries
/// <c>{"type":"dict","value":{…}}</c>, at any depth; all else stands for itself. Here they become plain JSON: an object keeps the
/// name of its class in <see cref="ClassField"/>, an enum becomes its value, an object of an unknown class null.
/// </summary>
/// <param name="findings">Receives classes that are refused.</param>
internal sealed class ConfigGrammar(RequestFindings findings)
{
    /// <summary>The field that holds the name of the class. No field of a configuration is called so.</summary>
    public const string ClassField = "$class";

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "BrowserConfig",
        "CrawlerRunConfig",
        "CacheMode",
        "MatchMode",
        "DefaultMarkdownGenerator",
        "PruningContentFilter",
        "BM25ContentFilter",
        "JsonCssExtractionStrategy",
        "JsonXPathExtractionStrategy",
        "JsonLxmlExtractionStrategy",
        "RegexExtractionStrategy",
        "CosineStrategy",
        "NoExtractionStrategy",
        "BFSDeepCrawlStrategy",
        "DFSDeepCrawlStrategy",
        "BestFirstCrawlingStrategy",
        "FilterChain",
        "URLPatternFilter",
        "DomainFilter",
        "ContentTypeFilter",
        "KeywordRelevanceScorer",
        "PathDepthScorer",
        "CompositeScorer",
        "DefaultTableExtraction",
        "NoTableExtraction",
        "VirtualScrollConfig",
    };

    /// <summary>Reads a value. Its depth is limited by the parser of the body.</summary>
    public JsonNode? Read(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => ReadObject(value),
            JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(Read)]),
            JsonValueKind.Null or JsonValueKind.Undefined => null,
            _ => JsonValue.Create(value),
        };

    private JsonNode? ReadObject(JsonElement value)
    {
        if (!value.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
            return Fields(value);
        var name = type.GetString()!;
        if (name is "dict" && value.TryGetProperty("value", out var dictionary))
            return dictionary.ValueKind == JsonValueKind.Object ? Fields(dictionary) : null;
        // Fields of extraction schemas have a type as well.
        if (!value.TryGetProperty("params", out var parameters))
            return Fields(value);
        if (RefusedParts.IsClass(name))
        {
            findings.Refuse("", $"Rejected request: type '{name}' is not permitted from an untrusted request");
            return null;
        }
        if (!Known.Contains(name))
            return null;
        if (parameters.ValueKind != JsonValueKind.Object)
            return Read(parameters);
        var fields = Fields(parameters);
        fields[ClassField] = name;
        return fields;
    }

    private JsonObject Fields(JsonElement value)
    {
        var fields = new JsonObject();
        foreach (var field in value.EnumerateObject())
            fields[field.Name] = Read(field.Value);
        return fields;
    }
}
