using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Contracts;

/// <summary>Validates a schema. Each fault names the path of its field: "extract.schema.fields[2].selector".</summary>
internal static class ExtractSchemaValidator
{
    private const int MaxFields = 200;
    private const int MaxDepth = 5;
    private const int MaxNameLength = 128;
    private const int MaxItems = 10_000;

    /// <summary>The faults of a schema.</summary>
    /// <param name="path">The path of the schema in its request.</param>
    /// <param name="schema">The schema.</param>
    public static IEnumerable<RequestFault> Validate(string path, ExtractSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        List<RequestFault> faults =
        [
            .. CrawlRequestValidator.Defined($"{path}.selectors", schema.Selectors),
            .. CrawlRequestValidator.Range($"{path}.maxItems", schema.MaxItems, 1, MaxItems),
            .. string.IsNullOrWhiteSpace(schema.BaseSelector)
                ? [new RequestFault($"{path}.baseSelector", "It is missing; it selects the element of each item.")]
                : Selector($"{path}.baseSelector", schema.BaseSelector, schema.Selectors, mustSelectNodes: true),
        ];
        if (Count(schema.Fields, 1) is var count && count > MaxFields)
            faults.Add(
                new RequestFault($"{path}.fields", $"There are {count} fields; at most {MaxFields} are allowed.")
            );
        else
            AddFields($"{path}.fields", schema.Fields, schema.Selectors, 1, faults);
        return faults;
    }

    private static void AddFields(
        string path,
        IReadOnlyList<SchemaField>? fields,
        SelectorKind kind,
        int depth,
        List<RequestFault> faults
    )
    {
        if (fields is null or [])
            faults.Add(new RequestFault(path, "It is empty; at least one field is needed."));
        else if (depth > MaxDepth)
            faults.Add(new RequestFault(path, $"Fields are nested more than {MaxDepth} deep."));
        else
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < fields.Count; i++)
                if (fields[i] is { } field)
                    AddField($"{path}[{i}]", field, kind, depth, names, faults);
                else
                    faults.AddRange(CrawlRequestValidator.Missing($"{path}[{i}]", "an object"));
        }
    }

    private static void AddField(
        string path,
        SchemaField field,
        SelectorKind kind,
        int depth,
        HashSet<string> names,
        List<RequestFault> faults
    )
    {
        if (string.IsNullOrWhiteSpace(field.Name) || field.Name.Length > MaxNameLength)
            faults.Add(
                new RequestFault(
                    $"{path}.name",
                    $"'{field.Name}' is not a valid name; it needs 1 to {MaxNameLength} characters."
                )
            );
        else if (!names.Add(field.Name))
            faults.Add(new RequestFault($"{path}.name", $"'{field.Name}' is the name of another field beside it."));
        faults.AddRange(CrawlRequestValidator.Defined($"{path}.type", field.Type));
        faults.AddRange(CrawlRequestValidator.Defined($"{path}.as", field.As));
        var isNested =
            field.Type is FieldType.Nested or FieldType.NestedList
            || field.Type == FieldType.List && field.Fields is not (null or []);
        if (field.Selector is { } selector)
            faults.AddRange(Selector($"{path}.selector", selector, kind, isNested));
        AddAttribute(path, field, isNested, faults);
        AddPattern(path, field, isNested, faults);
        if (field.Transform is null)
            faults.AddRange(CrawlRequestValidator.Missing($"{path}.transform", "a list of transforms"));
        else
            faults.AddRange(
                field.Transform.SelectMany((t, i) => CrawlRequestValidator.Defined($"{path}.transform[{i}]", t))
            );
        if (isNested)
            AddFields($"{path}.fields", field.Fields, kind, depth + 1, faults);
        else if (field.Fields is not (null or []))
            faults.Add(
                new RequestFault(
                    $"{path}.fields",
                    $"A field of the type {Name(field.Type)} has no fields; only nested, list and nestedList have."
                )
            );
    }

    private static void AddAttribute(string path, SchemaField field, bool isNested, List<RequestFault> faults)
    {
        if (field.Type == FieldType.Attribute && string.IsNullOrWhiteSpace(field.Attribute))
            faults.Add(
                new RequestFault(
                    $"{path}.attribute",
                    "It is missing; a field of the type attribute needs the name of one."
                )
            );
        else if (field.Attribute is not null && (isNested || field.Type is FieldType.Text or FieldType.Html))
            faults.Add(
                new RequestFault(
                    $"{path}.attribute",
                    $"A field of the type {Name(field.Type)}{(isNested ? " with fields" : "")} takes no attribute; use the type attribute."
                )
            );
    }

    private static void AddPattern(string path, SchemaField field, bool isNested, List<RequestFault> faults)
    {
        if (field.Type == FieldType.Regex && field.Pattern is null)
            faults.Add(
                new RequestFault(
                    $"{path}.pattern",
                    "It is missing; a field of the type regex needs a regular expression."
                )
            );
        else if (field.Pattern is not null && (isNested || field.Type is not (FieldType.Regex or FieldType.List)))
            faults.Add(
                new RequestFault(
                    $"{path}.pattern",
                    $"A field of the type {Name(field.Type)}{(isNested ? " with fields" : "")} takes no pattern; use the type regex."
                )
            );
        else if (field.Pattern is { } pattern && !TextPattern.TryParse(pattern, field.Group, out _, out var fault))
            faults.Add(new RequestFault($"{path}.pattern", fault));
        else if (field is { Pattern: null, Group: not null })
            faults.Add(new RequestFault($"{path}.group", $"It is {field.Group}, but there is no pattern."));
    }

    private static RequestFault[] Selector(string path, string selector, SelectorKind kind, bool mustSelectNodes)
    {
        string? fault;
        if (kind == SelectorKind.Css)
            return CssQuery.TryParse(selector, out _, out fault) ? [] : [new RequestFault(path, fault)];
        if (!XPathQuery.TryParse(selector, out var query, out fault))
            return [new RequestFault(path, fault)];
        return mustSelectNodes && !query.SelectsNodes
            ? [new RequestFault(path, $"'{selector}' computes a value; it must select elements.")]
            : [];
    }

    // Stops below the allowed depth, which is a fault anyway.
    private static int Count(IReadOnlyList<SchemaField>? fields, int depth) =>
        fields is null || depth > MaxDepth + 1 ? 0 : fields.Sum(f => f is null ? 1 : 1 + Count(f.Fields, depth + 1));

    private static string Name(FieldType type) =>
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(type.ToString());
}
