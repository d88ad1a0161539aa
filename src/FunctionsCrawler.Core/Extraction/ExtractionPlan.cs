using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction.Schema;
using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Extraction;

/// <summary>What is extracted from each page, prepared once: selectors and patterns are parsed. Immutable and thread-safe.</summary>
internal sealed class ExtractionPlan
{
    /// <summary>Prepares the formats alone.</summary>
    public ExtractionPlan(PageFormats formats) => Formats = formats;

    /// <summary>Prepares valid options.</summary>
    /// <exception cref="ArgumentException">A selector is invalid; requests are validated before.</exception>
    public ExtractionPlan(ExtractOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Formats = options.Formats is { } formats ? new PageFormats(formats) : PageFormats.Standard;
        Include = [.. options.Include.Select(Parse)];
        Exclude = [.. options.Exclude.Select(Parse)];
        Schema = options.Schema is { } schema ? new CompiledSchema(schema) : null;
        (Query, Citations) = (options.Query, options.Citations);
    }

    /// <summary>The plan of a request that specifies nothing.</summary>
    public static ExtractionPlan Standard { get; } = new(PageFormats.Standard);

    /// <summary>The formats to put into the record.</summary>
    public PageFormats Formats { get; }

    /// <summary>Selects the parts that reach the record; empty for the whole page.</summary>
    public IReadOnlyList<CssQuery> Include { get; } = [];

    /// <summary>Selects the parts that do not reach the record.</summary>
    public IReadOnlyList<CssQuery> Exclude { get; } = [];

    /// <summary>The structured data to extract; null for none.</summary>
    public CompiledSchema? Schema { get; }

    /// <summary>What the relevant Markdown is searched for; null for none.</summary>
    public string? Query { get; }

    /// <summary>Whether links are written as references.</summary>
    public bool Citations { get; }

    /// <summary>Whether <see cref="ExtractedPage.Signs"/> are read.</summary>
    public bool ReadsSigns { get; init; }

    /// <summary>Whether the record may get only parts of the page.</summary>
    public bool SelectsParts => Include.Count > 0 || Exclude.Count > 0;

    private static CssQuery Parse(string selector) =>
        CssQuery.TryParse(selector, out var query, out var fault)
            ? query
            : throw new ArgumentException(fault, nameof(selector));
}
