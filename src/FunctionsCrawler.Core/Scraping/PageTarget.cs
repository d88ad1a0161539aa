namespace FunctionsCrawler.Scraping;

/// <summary>The URL to visit, and how the crawl found it.</summary>
/// <param name="Url">A normalised, absolute http or https URL.</param>
internal sealed record PageTarget(string Url)
{
    /// <summary>The number of links from a start page; 0 for a start page.</summary>
    public int Depth { get; init; }

    /// <summary>The page that links to the URL; null for a start page.</summary>
    public string? ParentUrl { get; init; }

    /// <summary>What is known about the URL before it is fetched; null if nothing.</summary>
    public LinkKind? Kind { get; init; }

    /// <summary>The page as an earlier crawl stored it; null if this crawl is not compared with one, or the page is new.</summary>
    public EarlierVisit? Earlier { get; init; }

    /// <summary>When the page changed last, according to the sitemap that lists it; null if unknown.</summary>
    public DateTimeOffset? LastMod { get; init; }

    /// <summary>
    /// Where the content is fetched instead, for a page that only shows a file of another host. The record has the URL of the
    /// page. Null for all other pages.
    /// </summary>
    public Uri? Source { get; init; }

    /// <summary>How much of the deadline an earlier visit of the same URL has used, over HTTP for example.</summary>
    public TimeSpan Spent { get; init; }

    /// <summary>Whether redirects may end at a URL. Null allows every URL that passes the egress guard.</summary>
    public Func<Uri, bool>? AllowsRedirectTo { get; init; }
}
