using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// What <see cref="CrawlMode.Auto"/> makes of text and Markdown: the links of a start page that is a list of links are
/// crawled, and an llms-full.txt is cut into sections. See https://llmstxt.org.
/// </summary>
/// <param name="pages">Reads the content.</param>
/// <param name="maxLinks">The maximum number of links of a file.</param>
internal sealed class AutoFileReader(IContentReader pages, int maxLinks) : IContentReader
{
    /// <inheritdoc/>
    public ScrapedPage Read(PageRecord record, PageTarget target, FetchResult response)
    {
        var page = pages.Read(record, target, response);
        if (
            page.Record.Error is not null
            || page.Record.NoFollow is true
            || ContentKinds.Of(response.ContentType) is not (ContentKind.Text or ContentKind.Markdown)
        )
            return page;
        var url = record.FinalUrl ?? record.Url;
        if (TextFileNames.IsLlmsFull(new Uri(url)))
            return page with { Record = page.Record with { Sections = TextSections.Cut(response.Text ?? "", url) } };
        return target.Depth > 0 ? page : ReadList(page, response.Text ?? "", new Uri(url));
    }

    private ScrapedPage ReadList(ScrapedPage page, string text, Uri url)
    {
        var found = MarkdownLinks.Read(text, url, maxLinks);
        if (!found.IsList && !TextFileNames.IsLlms(url))
            return page;
        return page with
        {
            Record = page.Record with { Links = found.Links, HasMoreLinks = found.HasMore ? true : null },
            // The file lists what it wants to be read, so links of the pages are not followed.
            Outlinks = [.. found.Links.Select(link => new Outlink(link.Url, LinkKind.Listed))],
        };
    }
}
