using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Contracts;

/// <summary>Validates how a crawl finds and orders its pages, and requests for the URLs of a site.</summary>
internal static class DiscoveryValidator
{
    private const int MaxKeywords = 100;
    private const int MaxKeywordLength = 100;
    private const int MaxSearchLength = 1000;

    /// <summary>The faults of the fields about discovery.</summary>
    public static IReadOnlyList<RequestFault> Validate(CrawlRequest request) =>
        [
            .. CrawlRequestValidator.Defined("sitemap", request.Sitemap),
            .. request is { Mode: CrawlMode.Batch, Sitemap: SitemapUse.Include or SitemapUse.Only }
                ?
                [
                    new RequestFault(
                        "sitemap",
                        $"sitemap is {CrawlRequestValidator.NameOf(request.Sitemap)}, but a batch crawl visits only its urls; mode auto or recursive is needed."
                    ),
                ]
                : (RequestFault[])[],
            .. CrawlRequestValidator.Defined("order", request.Order),
            .. Distinct("types", request.Types),
            .. Distinct("rankBy", request.RankBy),
            .. Keywords(request.Keywords),
            .. request.UrlPolicy is { } policy
                ? CrawlRequestValidator.Defined("urlPolicy.trailingSlash", policy.TrailingSlash)
                : CrawlRequestValidator.Missing("urlPolicy", "an object"),
        ];

    /// <summary>The faults of a request for the URLs of a site; none when it is valid.</summary>
    public static IReadOnlyList<RequestFault> Validate(MapRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return
        [
            .. CrawlRequestValidator.Url("url", request.Url),
            .. CrawlRequestValidator.Range("limit", request.Limit, 1, 100_000),
            .. CrawlRequestValidator.Range("timeoutSeconds", request.TimeoutSeconds, 1, 300),
            .. CrawlRequestValidator.Defined("sitemap", request.Sitemap),
            .. CrawlRequestValidator.Defined("scope", request.Scope),
            .. CrawlRequestValidator.Patterns("include", request.Include),
            .. CrawlRequestValidator.Patterns("exclude", request.Exclude),
            .. request.Search is { Length: > MaxSearchLength } search
                ?
                [
                    new RequestFault(
                        "search",
                        $"It has {CrawlRequestValidator.Formatted(search.Length)} characters; at most {CrawlRequestValidator.Formatted(MaxSearchLength)} are allowed."
                    ),
                ]
                : (RequestFault[])[],
        ];
    }

    /// <summary>A fault if a list is empty, repeats a value or has an unknown one.</summary>
    public static IEnumerable<RequestFault> Distinct<T>(string field, IReadOnlyList<T>? values)
        where T : struct, Enum
    {
        var names = string.Join(", ", CrawlRequestValidator.Names<T>());
        if (values is null)
            return CrawlRequestValidator.Missing(field, $"a list of {names}");
        if (values.Count == 0)
            return [new RequestFault(field, $"It is empty; specify one or more of {names}.")];
        return values.SelectMany(
            (value, i) =>
                values.Take(i).Contains(value)
                    ?
                    [
                        new RequestFault(
                            $"{field}[{i}]",
                            $"{CrawlRequestValidator.NameOf(value)} is given more than once."
                        ),
                    ]
                    : CrawlRequestValidator.Defined($"{field}[{i}]", value)
        );
    }

    private static IEnumerable<RequestFault> Keywords(IReadOnlyList<string>? keywords)
    {
        if (keywords is null)
            return CrawlRequestValidator.Missing("keywords", "a list of words");
        if (keywords.Count > MaxKeywords)
            return
            [
                new RequestFault("keywords", $"There are {keywords.Count} words; at most {MaxKeywords} are allowed."),
            ];
        return keywords.SelectMany(
            (word, i) =>
                word is null ? CrawlRequestValidator.Missing($"keywords[{i}]", "a word")
                : string.IsNullOrWhiteSpace(word) || word.Length > MaxKeywordLength
                    ?
                    [
                        new RequestFault(
                            $"keywords[{i}]",
                            $"The keyword {UrlText.Quote(word)} has {word.Trim().Length} characters; 1 to {MaxKeywordLength} are allowed."
                        ),
                    ]
                : (IEnumerable<RequestFault>)[]
        );
    }
}
