using FunctionsCrawler.Contracts;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Frontier;

/// <summary>What the fields of a request mean to the frontier.</summary>
internal static class CrawlRules
{
    /// <summary>The rules by which the crawl normalises URLs.</summary>
    public static UrlRules UrlRulesOf(CrawlRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new UrlRules
        {
            DropTrackingParameters = request.DropTrackingParameters,
            DropSessionIds = request.UrlPolicy.DropSessionIds,
            DropQuery = request.UrlPolicy.DropQuery,
            DropIndexFiles = request.UrlPolicy.DropIndexFiles,
            TrailingSlash = request.UrlPolicy.TrailingSlash switch
            {
                TrailingSlash.Add => SlashRule.Add,
                TrailingSlash.Remove => SlashRule.Remove,
                _ => SlashRule.Keep,
            },
            // A server sends the same document for every route; only scripts tell them apart.
            KeepHashRoutes = request.UrlPolicy.HashRoutes && request.Render != RenderMode.Never,
        };
    }

    /// <summary>Whether the crawl looks for sitemaps of the start pages' sites.</summary>
    public static bool SeeksSitemaps(CrawlRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Sitemap != SitemapUse.Skip && request.Mode != CrawlMode.Batch;
    }

    /// <summary>What a page that a sitemap lists is: a page like others, or one whose links are not followed.</summary>
    public static Scraping.LinkKind? KindOfListed(CrawlRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Sitemap == SitemapUse.Include ? null : Scraping.LinkKind.Listed;
    }
}
