using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Hostile;

/// <summary>Plans that run all code of the extraction: every format, and selectors of each kind.</summary>
internal static class FullExtraction
{
    private static readonly SchemaField[] Fields =
    [
        new SchemaField { Name = "t" },
        new SchemaField { Name = "h", Type = FieldType.Html },
        new SchemaField
        {
            Name = "r",
            Type = FieldType.Regex,
            Pattern = "(a+)+b",
        },
    ];

    public static ExtractionPlan WithCss { get; } =
        Plan(
            new ExtractSchema
            {
                BaseSelector = "div, p, a, td",
                Fields =
                [
                    .. Fields,
                    new SchemaField
                    {
                        Name = "l",
                        Selector = "a, b",
                        Type = FieldType.List,
                    },
                ],
            }
        );

    public static ExtractionPlan WithXPath { get; } =
        Plan(
            new ExtractSchema
            {
                Selectors = SelectorKind.Xpath,
                BaseSelector = "//*[self::div or self::p or @href]",
                Fields =
                [
                    .. Fields,
                    new SchemaField
                    {
                        Name = "l",
                        Selector = ".//a/@href | preceding::b",
                        Type = FieldType.List,
                    },
                ],
            }
        );

    private static ExtractionPlan Plan(ExtractSchema schema) =>
        new(
            new ExtractOptions
            {
                Formats = [.. Enum.GetValues<PageFormat>()],
                Include = ["body *", "div > div ~ p"],
                Exclude = [".a .b > .c", "[hidden] *"],
                Query = "a text",
                Citations = true,
                Schema = schema,
            }
        );
}
