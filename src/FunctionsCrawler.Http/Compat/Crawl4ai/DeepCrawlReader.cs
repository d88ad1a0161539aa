using System.Text.Json;
using System.Text.RegularExpressions;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Translates a deep_crawl_strategy with its filters and scorers.</summary>
internal sealed partial class DeepCrawlReader(RequestFindings findings)
{
    private const int AnyDepth = 1000;

    private readonly List<string> _include = [];
    private readonly List<string> _exclude = [];
    private readonly List<string> _keywords = [];
    private int _includingFilters;

    /// <summary>Reads the strategy; null if there is none.</summary>
    public DeepCrawl? Read(FieldReader fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (
            fields.Value("deep_crawl_strategy") is not { ValueKind: JsonValueKind.Object }
            || fields.Object("deep_crawl_strategy") is not { } strategy
        )
            return null;
        CrawlOrder? order = strategy.Text(ConfigGrammar.ClassField) switch
        {
            "BFSDeepCrawlStrategy" => CrawlOrder.BreadthFirst,
            "DFSDeepCrawlStrategy" => CrawlOrder.DepthFirst,
            "BestFirstCrawlingStrategy" => CrawlOrder.BestFirst,
            _ => null,
        };
        if (order is null)
            return null;
        ReadFilters(strategy);
        if (strategy.Object("url_scorer") is { } scorer)
            ReadKeywords(scorer);
        return new DeepCrawl
        {
            MaxDepth = (int)Math.Min(strategy.Number("max_depth", 0, double.MaxValue) ?? 0, AnyDepth),
            MaxPages = ReadMaxPages(strategy),
            IncludesExternal = strategy.Flag("include_external", false),
            Order = order.Value,
            Keywords = order == CrawlOrder.BestFirst ? [.. _keywords.Distinct(StringComparer.OrdinalIgnoreCase)] : [],
            Include = _include,
            Exclude = _exclude,
        };
    }

    // JSON has no infinity; Python writes it as a name or a text.
    private static int ReadMaxPages(FieldReader strategy) =>
        strategy.Value("max_pages") is { ValueKind: JsonValueKind.Number } value
        && value.TryGetDouble(out var pages)
        && pages >= 1
            ? (int)Math.Min(pages, DeepCrawl.MaxPagesWithoutLimit)
            : DeepCrawl.MaxPagesWithoutLimit;

    private void ReadFilters(FieldReader strategy)
    {
        if (strategy.Object("filter_chain") is not { } chain)
            return;
        foreach (var (i, item) in chain.Items("filters").Index())
        {
            if (item.ValueKind != JsonValueKind.Object)
                continue;
            var filter = new FieldReader(item, $"{chain.PathOf("filters")}[{i}].", findings);
            switch (filter.Text(ConfigGrammar.ClassField))
            {
                case "URLPatternFilter":
                    ReadPatterns(filter);
                    break;
                case "DomainFilter":
                    Including(filter, [.. OneOrMore(filter, "allowed_domains").Select(DomainPattern)]);
                    _exclude.AddRange(OneOrMore(filter, "blocked_domains").Select(DomainPattern));
                    break;
                // What is no page is not read in any case.
                case "ContentTypeFilter":
                    break;
            }
        }
    }

    private void ReadPatterns(FieldReader filter)
    {
        var isGlob = filter.Flag("use_glob", true);
        string[] patterns = [.. OneOrMore(filter, "patterns").Select(p => isGlob ? ToOurGlob(p) : UrlRegex.Prefix + p)];
        if (filter.Flag("reverse", false))
            _exclude.AddRange(patterns);
        else
            Including(filter, patterns);
    }

    // Filters of a chain must all agree. The patterns of a crawl of ours are alternatives.
    private void Including(FieldReader filter, string[] patterns)
    {
        if (patterns.Length == 0)
            return;
        if (++_includingFilters > 1)
            findings.Refuse(
                filter.PathOf("patterns"),
                "There are two filters that URLs must pass; one is allowed, and any number of those that exclude URLs."
            );
        _include.AddRange(patterns);
    }

    private void ReadKeywords(FieldReader scorer)
    {
        _keywords.AddRange(scorer.Texts("keywords"));
        foreach (var (i, item) in scorer.Items("scorers").Index())
            if (item.ValueKind == JsonValueKind.Object)
                _keywords.AddRange(
                    new FieldReader(item, $"{scorer.PathOf("scorers")}[{i}].", findings).Texts("keywords")
                );
    }

    private static IReadOnlyList<string> OneOrMore(FieldReader fields, string name) =>
        fields.Value(name) is { ValueKind: JsonValueKind.String } one ? [one.GetString()!] : fields.Texts(name);

    // In crawl4ai's globs * matches slashes too.
    private static string ToOurGlob(string glob) => Stars().Replace(glob, "**");

    private static string DomainPattern(string domain) =>
        $"{UrlRegex.Prefix}^https?://([^/@]*[.])?{Regex.Escape(domain.ToLowerInvariant())}(:[0-9]+)?/";

    [GeneratedRegex(@"\*+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Stars();
}
