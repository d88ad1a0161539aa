using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>crawl4ai's names of the fields that a translated request may have faults in.</summary>
internal static class Crawl4aiNames
{
    private static readonly (string Ours, string Theirs)[] Names =
    [
        ("extract.include", "css_selector"),
        ("extract.exclude", "excluded_selector"),
        ("extract.schema", "extraction_strategy.schema"),
        ("extract.query", "markdown_generator.content_filter.user_query"),
        ("page.actions", "js_code"),
        ("page.waitFor", "wait_for"),
        ("page.headers", "headers"),
        ("page.cookies", "cookies"),
        ("page.userAgent", "user_agent"),
        ("page.viewport", "viewport"),
        ("page.locale", "locale"),
        ("page.timezone", "timezone_id"),
        ("include", "deep_crawl_strategy.filter_chain"),
        ("exclude", "deep_crawl_strategy.filter_chain"),
        ("keywords", "deep_crawl_strategy.url_scorer"),
    ];

    /// <summary>Names the fields of faults as the client does.</summary>
    public static IEnumerable<RequestFault> Renamed(IEnumerable<RequestFault> faults) =>
        faults.Select(fault =>
        {
            var (ours, theirs) = Array.Find(Names, n => fault.Field.StartsWith(n.Ours, StringComparison.Ordinal));
            return ours is null ? fault : fault with { Field = theirs + fault.Field[ours.Length..] };
        });
}
