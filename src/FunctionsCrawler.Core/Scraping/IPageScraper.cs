namespace FunctionsCrawler.Scraping;

/// <summary>Turns one URL into one record.</summary>
internal interface IPageScraper
{
    /// <summary>Visits a URL. The caller waits for the host's turn first.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled: there is no record.</exception>
    Task<ScrapedPage> ScrapeAsync(PageTarget target, CancellationToken cancellationToken);
}
