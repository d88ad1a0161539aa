using System.Text.Json;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Translates an extraction_strategy with a schema.</summary>
internal sealed class SchemaReader(RequestFindings findings)
{
    private const string Field = "extraction_strategy";

    /// <summary>Reads the strategy; null if there is none.</summary>
    public ExtractSchema? Read(FieldReader fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (fields.Value(Field) is not { ValueKind: JsonValueKind.Object } || fields.Object(Field) is not { } strategy)
            return null;
        var name = strategy.Text(ConfigGrammar.ClassField);
        switch (name)
        {
            case "JsonCssExtractionStrategy" or "JsonLxmlExtractionStrategy":
                return ReadSchema(strategy, SelectorKind.Css);
            case "JsonXPathExtractionStrategy":
                return ReadSchema(strategy, SelectorKind.Xpath);
            case "RegexExtractionStrategy" or "CosineStrategy":
                findings.Refuse(
                    fields.PathOf(Field),
                    $"{name} is not offered; JsonCssExtractionStrategy and JsonXPathExtractionStrategy are offered."
                );
                return null;
            default:
                return null;
        }
    }

    private ExtractSchema? ReadSchema(FieldReader strategy, SelectorKind selectors)
    {
        if (strategy.Object("schema") is not { } schema)
        {
            findings.Refuse(
                strategy.PathOf("schema"),
                "It is missing; an object with baseSelector and fields is needed."
            );
            return null;
        }
        return new ExtractSchema
        {
            Name = schema.Text("name"),
            Selectors = selectors,
            BaseSelector = schema.Text("baseSelector") ?? "",
            // What crawl4ai takes from the element of an item itself.
            Fields = [.. ReadFields(schema, "baseFields"), .. ReadFields(schema, "fields")],
        };
    }

    private List<SchemaField> ReadFields(FieldReader parent, string name)
    {
        var read = new List<SchemaField>();
        foreach (var (i, item) in parent.Items(name).Index())
        {
            var path = $"{parent.PathOf(name)}[{i}]";
            if (item.ValueKind != JsonValueKind.Object)
                findings.Refuse(path, $"It is {FieldReader.Shown(item)}; an object with name and type is allowed.");
            else
                read.Add(ReadField(new FieldReader(item, path + ".", findings)));
        }
        return read;
    }

    private SchemaField ReadField(FieldReader field)
    {
        var type = ReadType(field);
        return new SchemaField
        {
            Name = field.Text("name") ?? "",
            Selector = field.Text("selector") is { Length: > 0 } selector ? selector : null,
            Type = type,
            Attribute = field.Text("attribute"),
            Pattern = field.Text("pattern"),
            Group = type == FieldType.Regex ? field.Integer("group", 0, 100) : null,
            Transform = ReadTransform(field),
            Default = field.Value("default")?.Clone(),
            Fields = type is FieldType.Nested or FieldType.List or FieldType.NestedList
                ? ReadFields(field, "fields")
                : [],
        };
    }

    private FieldType ReadType(FieldReader field)
    {
        if (field.Value("type") is { ValueKind: JsonValueKind.Array })
        {
            findings.Refuse(field.PathOf("type"), "A list of types is not offered; one type is allowed.");
            return FieldType.Text;
        }
        return field.Choice("type", "text", "attribute", "html", "regex", "nested", "list", "nested_list") switch
        {
            "attribute" => FieldType.Attribute,
            "html" => FieldType.Html,
            "regex" => FieldType.Regex,
            "nested" => FieldType.Nested,
            "list" => FieldType.List,
            "nested_list" => FieldType.NestedList,
            _ => FieldType.Text,
        };
    }

    private static IReadOnlyList<FieldTransform> ReadTransform(FieldReader field) =>
        field.Choice("transform", "lowercase", "uppercase", "strip") switch
        {
            "lowercase" => [FieldTransform.Lower],
            "uppercase" => [FieldTransform.Upper],
            "strip" => [FieldTransform.Trim],
            _ => [],
        };
}
