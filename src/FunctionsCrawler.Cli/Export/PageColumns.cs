using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Export;

/// <summary>
/// The columns of a page in a table. The names are those of its record. New ones are added at the end, because programs may
/// read columns by position.
/// </summary>
internal static class PageColumns
{
    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "url",
        "finalUrl",
        "status",
        "depth",
        "parentUrl",
        "duplicateOf",
        "contentType",
        "title",
        "description",
        "language",
        "contentHash",
        "renderedBy",
        "fetchedAt",
        "durationMs",
        "bytes",
        "attempts",
        "links",
        "errorCode",
        "errorMessage",
        "text",
        "author",
        "published",
        "modified",
        "lastMod",
        "unchanged",
        "nearDuplicateOf",
        "warnings",
    ];

    /// <summary>The columns that hold numbers.</summary>
    public static IReadOnlySet<string> Numbers { get; } =
        new HashSet<string>(
            ["status", "depth", "durationMs", "bytes", "attempts", "links", "unchanged"],
            StringComparer.Ordinal
        );

    /// <summary>The values of a record, in the order of <see cref="Names"/>: text, whole numbers, or null.</summary>
    public static IReadOnlyList<object?> Of(PageRecord record, FileSettings files) =>
        [
            record.Url,
            record.FinalUrl,
            (long?)record.Status,
            (long)record.Depth,
            record.ParentUrl,
            record.DuplicateOf,
            record.ContentType,
            record.Title,
            record.Description,
            record.Language,
            record.ContentHash,
            record.RenderedBy is { } by ? JsonNamingPolicy.CamelCase.ConvertName(by.ToString()) : null,
            TextOf(record.FetchedAt),
            record.DurationMs,
            record.Bytes,
            (long)record.Attempts,
            (long)record.Links.Count,
            record.Error is { } error ? NameOf(error.Code, CrawlJson.Default.ErrorCode) : null,
            record.Error?.Message,
            files.ContentOf(record),
            record.Author,
            record.Published,
            record.Modified,
            record.LastMod is { } lastMod ? TextOf(lastMod) : null,
            record.Unchanged is { } unchanged ? (unchanged ? 1L : 0L) : null,
            record.NearDuplicateOf,
            record.Warnings is { Count: > 0 } warnings ? TextOf(warnings) : null,
        ];

    private static string TextOf(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    // Each code once, separated by spaces: commas would need quotation marks in CSV.
    private static string TextOf(IReadOnlyList<PageWarning> warnings) =>
        string.Join(
            ' ',
            warnings.Select(w => w.Code).Distinct().Select(code => NameOf(code, CrawlJson.Default.PageWarningCode))
        );

    // The name that the code has in the JSON of a record.
    private static string? NameOf<T>(T code, JsonTypeInfo<T> type) =>
        JsonSerializer.SerializeToElement(code, type).GetString();
}
