using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Politeness;
using FunctionsCrawler.Scraping.Adaptive;

namespace FunctionsCrawler.Scraping;

/// <summary>The scrapers of one chunk or single page. Owns their browsers until <see cref="CloseAsync"/>.</summary>
/// <param name="pages">The scraper for pages.</param>
/// <param name="openRaw">Creates a scraper for other content, which the given reader extracts.</param>
/// <param name="politeness">robots.txt and the pace of each host.</param>
internal sealed class ScrapeSession(
    IPageScraper pages,
    Func<IContentReader, PageScraper> openRaw,
    PolitenessRules politeness
)
{
    /// <summary>The scraper for pages.</summary>
    public IPageScraper Pages => pages;

    /// <summary>robots.txt and the pace of each host.</summary>
    public PolitenessRules Politeness => politeness;

    /// <summary>Reads files of the sites that are not pages.</summary>
    public required SiteFiles Files { get; init; }

    /// <summary>What the session knows and learns about kinds of pages; null unless it decides which pages to render.</summary>
    public RenderLessons? Lessons { get; init; }

    /// <summary>The fetcher that owns the tabs; null if pages are never rendered.</summary>
    public BrowserFetcher? Rendered { get; init; }

    /// <summary>The source of browsers; null if pages are never rendered.</summary>
    public BrowserSource? Browsers { get; init; }

    /// <summary>Creates a scraper that fetches content of any media type over HTTP.</summary>
    public PageScraper OpenRaw(IContentReader reader) => openRaw(reader);

    /// <summary>Disposes the browser, if there is one.</summary>
    /// <returns>The receipts of all browsers of the session.</returns>
    public async Task<IReadOnlyList<BrowserReceipt>> CloseAsync()
    {
        if (Rendered is not null)
            await Rendered.DisposeAsync().ConfigureAwait(false);
        return Browsers?.Receipts ?? [];
    }
}
