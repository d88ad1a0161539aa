using System.Globalization;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Orchestration;

/// <summary>Tells what is wrong with a request, all of it at once.</summary>
public static class CrawlRequestValidator
{
    private const int MaxUrls = 10_000;

    /// <summary>The faults of a request; none when it is valid.</summary>
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
                ? Range("page.timeoutSeconds", page.TimeoutSeconds, 1, 300)
                : Missing("page", "an object"),
            .. Globs("include", request.Include),
            .. Globs("exclude", request.Exclude),
            .. request.CallbackUrl is { } callback ? Url("callbackUrl", callback) : [],
            .. Urls(request.Urls),
        ];
    }

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
            return [new RequestFault("urls", $"There are {Written(urls.Count)} URLs; 1 to 10,000 are allowed.")];
        return urls.SelectMany((url, i) => Url($"urls[{i}]", url));
    }

    private static RequestFault[] Url(string field, string? url) =>
        url is null ? Missing(field, "an absolute http or https URL")
        : UrlNormalizer.TryNormalize(url, dropTrackingParameters: false, out _, out var fault) ? []
        : [new RequestFault(field, fault)];

    private static IEnumerable<RequestFault> Globs(string field, IReadOnlyList<string>? globs) =>
        globs is null ? Missing(field, "a list of globs") : globs.SelectMany((glob, i) => Glob($"{field}[{i}]", glob));

    private static RequestFault[] Glob(string field, string? glob) =>
        glob is null ? Missing(field, "a glob")
        : UrlGlob.TryParse(glob, out _, out var fault) ? []
        : [new RequestFault(field, fault)];

    private static IEnumerable<RequestFault> Range(string field, int value, int least, int most) =>
        value >= least && value <= most
            ? []
            : [new RequestFault(field, $"{value} is out of range; {Written(least)} to {Written(most)} is allowed.")];

    private static IEnumerable<RequestFault> Defined<T>(string field, T value)
        where T : struct, Enum =>
        Enum.IsDefined(value)
            ? []
            : [new RequestFault(field, $"There is no {field} {value:D}; allowed are {string.Join(", ", Names<T>())}.")];

    private static IEnumerable<string> Names<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(name => char.ToLowerInvariant(name[0]) + name[1..]);

    private static RequestFault[] Missing(string field, string allowed) =>
        [new RequestFault(field, $"It is null; it must be {allowed}.")];

    private static string Written(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>What is wrong with a request.</summary>
/// <param name="Field">The field, as JSON names it: "maxDepth", "urls[3]".</param>
/// <param name="Message">One sentence for people: the value, and what is allowed.</param>
public sealed record RequestFault(string Field, string Message);
