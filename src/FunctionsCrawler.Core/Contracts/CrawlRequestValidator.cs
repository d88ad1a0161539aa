using System.Globalization;
using System.Text.Json;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Contracts;

/// <summary>Validates requests and reports all faults at once.</summary>
internal static class CrawlRequestValidator
{
    private const int MaxUrls = 10_000;
    private const int MaxRegexes = 100;

    /// <summary>Returns all faults of a request; an empty list means that it is valid.</summary>
    public static IReadOnlyList<RequestFault> Validate(CrawlRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return
        [
            .. Range("maxDepth", request.MaxDepth, 0, 1000),
            .. Range("maxPages", request.MaxPages, 1, 10_000_000),
            .. Range("concurrency", request.Concurrency, 1, 500),
            .. Range("pagesPerBrowser", request.PagesPerBrowser, 1, 20),
            .. Range("delayMs", request.DelayMs, 0, 60_000),
            .. Range("maxMinutes", request.MaxMinutes, 1, 525_600),
            .. request.PerHostConcurrency is { } perHost ? Range("perHostConcurrency", perHost, 1, 500) : [],
            .. request.Dispatcher is { } dispatcher ? Dispatcher(dispatcher) : Missing("dispatcher", "an object"),
            .. request.Recycling is { } recycling ? Recycling(recycling) : Missing("recycling", "an object"),
            .. Defined("mode", request.Mode),
            .. Defined("scope", request.Scope),
            .. Defined("render", request.Render),
            .. request.Page is { } page
                ? PageOptionsValidator.Validate(page, request.Render)
                : Missing("page", "an object"),
            .. request.Extract is { } extract
                ? ExtractOptionsValidator.Validate(extract)
                : Missing("extract", "an object"),
            .. request.Page is { } visits ? PageIdentityValidator.Origins(visits, request.Urls) : [],
            .. request.Render == RenderMode.Never ? NoScreenshot("extract.formats", request.Extract?.Formats) : [],
            .. request.Since is { } since ? Id("since", since) : [],
            .. Patterns("include", request.Include),
            .. Patterns("exclude", request.Exclude),
            .. DiscoveryValidator.Validate(request),
            .. request.CallbackUrl is { } callback ? Url("callbackUrl", callback) : [],
            .. Urls(request.Urls),
        ];
    }

    /// <summary>The faults of a request for one page; none when it is valid.</summary>
    public static IReadOnlyList<RequestFault> Validate(PageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return
        [
            .. Url("url", request.Url),
            .. request.Formats is { } formats
                ? ExtractOptionsValidator.Formats("formats", formats, request.Extract)
                : [],
            .. request.Extract is { } extract
                ? ExtractOptionsValidator.Validate(extract)
                : Missing("extract", "an object"),
            .. request is { Formats: not null, Extract.Formats: not null }
                ? new[]
                {
                    new RequestFault("formats", "formats and extract.formats are both given; give only one of them."),
                }
                : [],
            .. Defined("render", request.Render),
            .. DiscoveryValidator.Distinct("types", request.Types),
            .. request.Page is { } page
                ? PageOptionsValidator.Validate(page, request.Render)
                : Missing("page", "an object"),
            .. request.Render == RenderMode.Never
                ? NoScreenshot(request.Formats is null ? "extract.formats" : "formats", request.NamedFormats)
                : [],
        ];
    }

    private static RequestFault[] NoScreenshot(string field, IReadOnlyList<PageFormat>? formats) =>
        formats?.Contains(PageFormat.Screenshot) is true
            ? [new RequestFault(field, "screenshot needs a browser; render is never, auto or always is needed.")]
            : [];

    private static IEnumerable<RequestFault> Dispatcher(DispatcherOptions options) =>
        [
            .. Defined("dispatcher.kind", options.Kind),
            .. Range("dispatcher.pauseAtPercent", options.PauseAtPercent, 10, 100),
            .. Range("dispatcher.shedAtPercent", options.ShedAtPercent, 10, 100),
            .. Range("dispatcher.resumeAtPercent", options.ResumeAtPercent, 10, 100),
            .. options.ResumeAtPercent < options.PauseAtPercent && options.PauseAtPercent < options.ShedAtPercent
                ? []
                : new[]
                {
                    new RequestFault(
                        "dispatcher",
                        $"Its percentages are out of order: resumeAtPercent {options.ResumeAtPercent} must be below pauseAtPercent {options.PauseAtPercent}, and that below shedAtPercent {options.ShedAtPercent}."
                    ),
                },
        ];

    private static IEnumerable<RequestFault> Recycling(BrowserRecycling options) =>
        [
            .. Range("recycling.afterPages", options.AfterPages, 1, 10_000),
            .. Range("recycling.afterSeconds", options.AfterSeconds, 1, 86_400),
            .. Range("recycling.aboveMegabytes", options.AboveMegabytes, 100, 1_048_576),
        ];

    private static IEnumerable<RequestFault> Urls(IReadOnlyList<string>? urls)
    {
        if (urls is null)
            return Missing("urls", "a list of 1 to 10,000 URLs");
        if (urls.Count is 0 or > MaxUrls)
            return [new RequestFault("urls", $"There are {Formatted(urls.Count)} URLs; 1 to 10,000 are allowed.")];
        return urls.SelectMany((url, i) => Url($"urls[{i}]", url));
    }

    internal static RequestFault[] Url(string field, string? url) =>
        url is null ? Missing(field, "an absolute http or https URL")
        : UrlNormalizer.TryNormalize(url, dropTrackingParameters: false, out _, out var fault) ? []
        : [new RequestFault(field, fault)];

    private static RequestFault[] Id(string field, string id) =>
        CrawlIds.IsValid(id)
            ? []
            : [new RequestFault(field, $"'{id}' is not the id of a crawl; an id matches {CrawlIds.Pattern}.")];

    internal static IEnumerable<RequestFault> Patterns(string field, IReadOnlyList<string>? patterns) =>
        patterns is null
            ? Missing(field, "a list of globs and regular expressions")
            : patterns
                .SelectMany((pattern, i) => Pattern($"{field}[{i}]", pattern))
                .Concat(TooManyRegexes(field, patterns.Count(p => p is not null && UrlRegex.IsRegex(p))));

    // Each is compiled for every chunk, and takes far more memory than a glob.
    private static RequestFault[] TooManyRegexes(string field, int count) =>
        count <= MaxRegexes
            ? []
            :
            [
                new RequestFault(
                    field,
                    $"There are {Formatted(count)} regular expressions; at most {MaxRegexes} are allowed."
                ),
            ];

    private static RequestFault[] Pattern(string field, string? pattern) =>
        pattern is null ? Missing(field, "a glob or a regular expression")
        : UrlPattern.TryParse(pattern, out _, out var fault) ? []
        : [new RequestFault(field, fault)];

    internal static IEnumerable<RequestFault> Range(string field, int value, int min, int max) =>
        value >= min && value <= max
            ? []
            : [new RequestFault(field, $"{value} is out of range; {Formatted(min)} to {Formatted(max)} is allowed.")];

    internal static IEnumerable<RequestFault> Defined<T>(string field, T value)
        where T : struct, Enum =>
        Enum.IsDefined(value)
            ? []
            : [new RequestFault(field, $"{value:D} is not a valid {field}; allowed: {string.Join(", ", Names<T>())}.")];

    internal static IEnumerable<string> Names<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(NameOf);

    internal static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    internal static RequestFault[] Missing(string field, string allowed) =>
        [new RequestFault(field, $"It is null; it must be {allowed}.")];

    internal static string Formatted(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>A validation error of one field of a request.</summary>
/// <param name="Field">The JSON path of the field: "maxDepth", "urls[3]".</param>
/// <param name="Message">One sentence with the invalid value and the allowed ones.</param>
internal sealed record RequestFault(string Field, string Message);
