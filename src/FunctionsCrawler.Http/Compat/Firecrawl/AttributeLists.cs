using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>
/// The format "attributes" as a schema of ours: one item, the document, with one list of values for each selector.
/// </summary>
internal static class AttributeLists
{
    private const string Name = "attributes";

    /// <summary>The schema of a request.</summary>
    public static ExtractSchema SchemaOf(IReadOnlyList<SchemaField> fields) =>
        new()
        {
            Name = Name,
            BaseSelector = "html",
            MaxItems = 1,
            Fields = fields,
        };

    /// <summary>The field for one selector.</summary>
    public static SchemaField FieldOf(int number, string selector, string attribute) =>
        new()
        {
            Name = number.ToString(CultureInfo.InvariantCulture),
            Selector = selector,
            Type = FieldType.List,
            Attribute = attribute,
        };

    /// <summary>Whether a schema is that of a client that asked for attributes.</summary>
    public static bool Is(ExtractSchema? schema) => schema is { Name: Name };

    /// <summary>The values as Firecrawl lists them.</summary>
    /// <param name="schema">The schema of the request.</param>
    /// <param name="data">What it selected; null if the page has no elements.</param>
    public static JsonArray ToJson(ExtractSchema schema, JsonElement? data)
    {
        var item = data is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : default;
        return
        [
            .. schema.Fields.Select(field => new JsonObject
            {
                ["selector"] = field.Selector,
                ["attribute"] = field.Attribute,
                ["values"] =
                    item.ValueKind == JsonValueKind.Object && item.TryGetProperty(field.Name, out var values)
                        ? JsonArray.Create(values.Clone())
                        : new JsonArray(),
            }),
        ];
    }
}
