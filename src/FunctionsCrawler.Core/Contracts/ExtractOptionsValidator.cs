using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Contracts;

/// <summary>Validates what is extracted from pages and reports all faults at once.</summary>
internal static class ExtractOptionsValidator
{
    private const int MaxSelectors = 100;
    private const int MaxQueryLength = 1000;

    /// <summary>The faults of the field "extract" of a request.</summary>
    public static IEnumerable<RequestFault> Validate(ExtractOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return
        [
            .. options.Formats is { } formats ? Formats("extract.formats", formats, options) : [],
            .. Selectors("extract.include", options.Include),
            .. Selectors("extract.exclude", options.Exclude),
            .. options.Schema is { } schema ? ExtractSchemaValidator.Validate("extract.schema", schema) : [],
            .. Query(options.Query),
        ];
    }

    /// <summary>The faults of a list of formats. It may be empty if the options ask for something else.</summary>
    public static IEnumerable<RequestFault> Formats(
        string field,
        IReadOnlyList<PageFormat> formats,
        ExtractOptions? options
    )
    {
        ArgumentNullException.ThrowIfNull(formats);
        return formats.Count == 0 && options is not ({ Schema: not null } or { Query: not null })
            ?
            [
                new RequestFault(
                    field,
                    $"It is empty; specify one or more of {string.Join(", ", CrawlRequestValidator.Names<PageFormat>())}."
                ),
            ]
            : formats.SelectMany((format, i) => CrawlRequestValidator.Defined($"{field}[{i}]", format));
    }

    private static IEnumerable<RequestFault> Selectors(string field, IReadOnlyList<string>? selectors)
    {
        if (selectors is null)
            return CrawlRequestValidator.Missing(field, "a list of CSS selectors");
        if (selectors.Count > MaxSelectors)
            return
            [
                new RequestFault(field, $"There are {selectors.Count} selectors; at most {MaxSelectors} are allowed."),
            ];
        return selectors.SelectMany((selector, i) => Selector($"{field}[{i}]", selector));
    }

    private static RequestFault[] Selector(string field, string? selector) =>
        selector is null ? CrawlRequestValidator.Missing(field, "a CSS selector")
        : CssQuery.TryParse(selector, out _, out var fault) ? []
        : [new RequestFault(field, fault)];

    private static RequestFault[] Query(string? query)
    {
        if (query is null)
            return [];
        if (query.Length > MaxQueryLength)
            return
            [
                new RequestFault(
                    "extract.query",
                    $"It has {query.Length} characters; at most {MaxQueryLength} are allowed."
                ),
            ];
        return query.Any(char.IsLetterOrDigit)
            ? []
            : [new RequestFault("extract.query", $"'{query}' has no letter or digit to search for.")];
    }
}
