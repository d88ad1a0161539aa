using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction.Rendering;

namespace FunctionsCrawler.Scraping;

/// <summary>The result of one visit: the record, the links that a crawl follows, and the artifacts.</summary>
/// <param name="Record">The content of the page, its error, or both.</param>
internal sealed record ScrapedPage(PageRecord Record)
{
    /// <summary>The links to follow, in document order. Empty after an error, and if the page sets nofollow.</summary>
    public IReadOnlyList<Outlink> Outlinks { get; init; } = [];

    /// <summary>
    /// Files made during the visit, such as a screenshot. The record does not reference them until they are saved.
    /// </summary>
    public IReadOnlyList<PageCapture> Captures { get; init; } = [];

    /// <summary>The canonical URL that the page declares, whether the record has it or not; null if there is none.</summary>
    public string? DeclaredCanonical { get; init; }

    /// <summary>The URLs of the sitemaps that the page declares with a link element.</summary>
    public IReadOnlyList<string> DeclaredSitemaps { get; init; } = [];

    /// <summary>Whether the page should be rendered; null if it is not HTML, or if that is not asked.</summary>
    public RenderSigns? Signs { get; init; }

    /// <summary>The Markdown that renderings are compared by, until that is decided; otherwise null.</summary>
    public string? Content { get; init; }

    /// <summary>The kind by whose lesson the page was not rendered; null for all other pages.</summary>
    public string? TrustedKind { get; init; }

    /// <summary>The normalised canonical URL, if the crawl treats pages with the same one as duplicates; otherwise null.</summary>
    public string? Canonical { get; init; }
}

/// <summary>A link to follow.</summary>
/// <param name="Url">The URL as extracted, not yet normalised.</param>
/// <param name="Kind">What is known about the URL; null for a link of a page.</param>
/// <param name="LastMod">When the page changed last, according to the sitemap; null if unknown.</param>
internal readonly record struct Outlink(string Url, LinkKind? Kind = null, DateTimeOffset? LastMod = null);
