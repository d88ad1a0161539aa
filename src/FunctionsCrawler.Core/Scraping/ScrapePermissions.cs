namespace FunctionsCrawler.Scraping;

/// <summary>What the operator allows requests to do with pages.</summary>
/// <param name="Scripts">Whether scripts of requests run in pages.</param>
internal sealed record ScrapePermissions(bool Scripts);
