using FunctionsCrawler.Contracts;
using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Extraction.Schema;

/// <summary>A field whose selector and pattern are parsed.</summary>
/// <param name="Path">Its path in the schema, for messages: "fields[2]".</param>
/// <param name="Options">The field as requested.</param>
internal sealed record CompiledField(string Path, SchemaField Options)
{
    /// <summary>Selects inside the item; null for the item itself.</summary>
    public ElementSelector? Selector { get; private init; }

    /// <summary>The regular expression; null if there is none.</summary>
    public TextPattern? Pattern { get; private init; }

    /// <summary>The fields of nested items.</summary>
    public IReadOnlyList<CompiledField> Fields { get; private init; } = [];

    /// <summary>Prepares valid fields.</summary>
    /// <exception cref="ArgumentException">A selector or pattern is invalid.</exception>
    public static IReadOnlyList<CompiledField> All(string path, IReadOnlyList<SchemaField> fields, SelectorKind kind) =>
        [.. fields.Select((field, i) => Of($"{path}[{i}]", field, kind))];

    private static CompiledField Of(string path, SchemaField field, SelectorKind kind) =>
        new(path, field)
        {
            Selector = field.Selector is { } selector ? ElementSelector.Parse(selector, kind) : null,
            Pattern =
                field.Pattern is null ? null
                : TextPattern.TryParse(field.Pattern, field.Group, out var pattern, out var fault) ? pattern
                : throw new ArgumentException(fault, nameof(field)),
            Fields = All($"{path}.fields", field.Fields, kind),
        };
}
