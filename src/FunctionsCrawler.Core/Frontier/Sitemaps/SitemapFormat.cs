namespace FunctionsCrawler.Frontier;

/// <summary>Where an XML document lists URLs: a sitemap, a sitemap index, RSS, RSS 1.0 (RDF) or Atom.</summary>
/// <param name="Depth">The depth of the entries; 0 is the root element.</param>
/// <param name="Entries">The names of the entries.</param>
/// <param name="Link">The name of the element in an entry that contains the URL, or has it as its href.</param>
/// <param name="Dates">The names of the elements in an entry that tell when the page changed.</param>
/// <param name="IsFeed">Whether an entry has one page, however many links.</param>
internal sealed record SitemapFormat(
    int Depth,
    IReadOnlyList<string> Entries,
    string Link,
    IReadOnlyList<string> Dates,
    bool IsFeed
)
{
    private static readonly SitemapFormat Sitemap = new(1, ["url", "sitemap"], "loc", ["lastmod"], IsFeed: false);
    private static readonly SitemapFormat Rss = new(2, ["item"], "link", ["pubDate", "date"], IsFeed: true);
    private static readonly SitemapFormat Rdf = new(1, ["item"], "link", ["date"], IsFeed: true);
    private static readonly SitemapFormat Atom = new(1, ["entry"], "link", ["updated", "published"], IsFeed: true);

    /// <summary>The format of a document with this root element; null if it is none of them.</summary>
    public static SitemapFormat? Find(string rootName) =>
        rootName switch
        {
            "urlset" or "sitemapindex" => Sitemap,
            "rss" => Rss,
            "RDF" => Rdf,
            "feed" => Atom,
            _ => null,
        };
}
