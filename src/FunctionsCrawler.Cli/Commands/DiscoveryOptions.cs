using System.CommandLine;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options of a crawl request on how pages are found and told apart, and which come first.</summary>
internal sealed class DiscoveryOptions
{
    private static readonly CrawlRequest Standard = new();

    public Option<SitemapUse> Sitemap { get; } =
        OptionKinds.Choice(
            "--sitemap",
            Standard.Sitemap,
            "The sitemaps of the start pages' sites. include: their pages are crawled too; only: nothing but their pages; skip: not looked for."
        );

    public Option<ContentKind[]> Types { get; } =
        OptionKinds.Choices("--types", Standard.Types, "The kinds of content to store.");

    public Option<CrawlOrder> Order { get; } =
        OptionKinds.Choice(
            "--order",
            Standard.Order,
            "Which pages come first: those near the start pages, those far from them, or the best by --rank-by."
        );

    public Option<string[]> Keywords { get; } =
        OptionKinds.Many("--keyword", "WORD", "Ranks pages first whose URL contains the word, with --order bestFirst.");

    public Option<RankCriterion[]> RankBy { get; } =
        OptionKinds.Choices(
            "--rank-by",
            Standard.RankBy,
            "What makes a page better with --order bestFirst, the most important first."
        );

    public Option<bool> DropTracking { get; } =
        new("--drop-tracking") { Description = "Removes query parameters that only track visitors from URLs." };

    public Option<bool> DropSessions { get; } =
        new("--drop-sessions") { Description = "Removes session ids (jsessionid, PHPSESSID, …) from URLs." };

    public Option<bool> DropQuery { get; } = new("--drop-query") { Description = "Removes the whole query from URLs." };

    public Option<bool> DropIndex { get; } =
        new("--drop-index") { Description = "Treats /a/index.html and the like as /a/." };

    public Option<TrailingSlash> TrailingSlash { get; } =
        OptionKinds.Choice(
            "--trailing-slash",
            Standard.UrlPolicy.TrailingSlash,
            "keep: /a and /a/ are different pages; add, remove: they are the same one."
        );

    public Option<bool> Canonical { get; } =
        new("--canonical") { Description = "Treats pages with the same canonical URL as duplicates." };

    public Option<bool> NoHashRoutes { get; } =
        new("--no-hash-routes") { Description = "Treats /#/guide and /#/faq as the same page." };

    /// <summary>Which pages are crawled.</summary>
    public IReadOnlyList<Option> What => [Sitemap, Types, Order, Keywords, RankBy];

    /// <summary>Which URLs are the same page.</summary>
    public IReadOnlyList<Option> Urls =>
        [DropTracking, DropSessions, DropQuery, DropIndex, TrailingSlash, Canonical, NoHashRoutes];

    /// <summary>Returns the request with the options of a command line.</summary>
    public CrawlRequest Apply(ParseResult parsed, CrawlRequest request) =>
        request with
        {
            Sitemap = parsed.GetValue(Sitemap),
            Types = parsed.GetValue(Types)!,
            Order = parsed.GetValue(Order),
            Keywords = parsed.GetValue(Keywords) ?? [],
            RankBy = parsed.GetValue(RankBy)!,
            DropTrackingParameters = parsed.GetValue(DropTracking),
            UrlPolicy = new UrlPolicy
            {
                DropSessionIds = parsed.GetValue(DropSessions),
                DropQuery = parsed.GetValue(DropQuery),
                DropIndexFiles = parsed.GetValue(DropIndex),
                TrailingSlash = parsed.GetValue(TrailingSlash),
                Canonical = parsed.GetValue(Canonical),
                HashRoutes = !parsed.GetValue(NoHashRoutes),
            },
        };
}
