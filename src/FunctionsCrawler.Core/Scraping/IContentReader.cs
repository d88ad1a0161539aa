using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Scraping;

/// <summary>The extraction step of a visit. There is one implementation for pages and one for sitemaps.</summary>
internal interface IContentReader
{
    /// <summary>Completes a record from the response. Errors in the content become errors of the record.</summary>
    /// <param name="record">The record so far; it has an error only for a page that was answered with an error status.</param>
    /// <param name="target">The URL that was visited.</param>
    /// <param name="response">A response with content.</param>
    ScrapedPage Read(PageRecord record, PageTarget target, FetchResult response);
}
