using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Frontier;

/// <summary>Signs that a page is a sitemap or feed. These need not be named like one, so only reading it as one is proof.</summary>
internal static class SitemapSigns
{
    /// <summary>
    /// Whether a visited page should be read as a sitemap: its content type is that of one, or it was sent as HTML under the
    /// name of one and has no links.
    /// </summary>
    public static bool AreIn(ScrapedPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        var record = page.Record;
        return record.Error is null or { Code: ErrorCode.UnsupportedType or ErrorCode.Protocol }
            && (
                ContentKinds.IsXml(record.ContentType)
                || record.ContentType is "application/gzip" or "application/x-gzip"
                || (page.Outlinks.Count == 0 && HasNameOfXml(new Uri(record.FinalUrl ?? record.Url)))
            );
    }

    private static bool HasNameOfXml(Uri url) =>
        Path.GetExtension(url.AbsolutePath).ToLowerInvariant() is ".xml" or ".rss" or ".atom" or ".rdf"
        || url.AbsolutePath.TrimEnd('/').EndsWith("/feed", StringComparison.OrdinalIgnoreCase);
}
