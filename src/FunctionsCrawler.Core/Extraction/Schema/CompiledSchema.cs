using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Extraction.Schema;

/// <summary>A schema whose selectors and patterns are parsed. Immutable and thread-safe.</summary>
internal sealed class CompiledSchema
{
    /// <summary>Prepares a valid schema.</summary>
    /// <exception cref="ArgumentException">A selector or pattern is invalid; requests are validated before.</exception>
    public CompiledSchema(ExtractSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        MaxItems = schema.MaxItems;
        Base = ElementSelector.Parse(schema.BaseSelector, schema.Selectors);
        Fields = CompiledField.All("fields", schema.Fields, schema.Selectors);
    }

    /// <summary>Selects the items.</summary>
    public ElementSelector Base { get; }

    /// <summary>The fields of an item.</summary>
    public IReadOnlyList<CompiledField> Fields { get; }

    /// <summary>The maximum number of items.</summary>
    public int MaxItems { get; }
}
