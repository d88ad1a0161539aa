using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Fetching;

/// <summary>Reads what was fetched into its record.</summary>
/// <param name="limits">How much of it is kept.</param>
/// <param name="respectRobots">Whether robots meta elements and X-Robots-Tag hold.</param>
internal sealed class PageContent(PageLimits limits, bool respectRobots)
{
    /// <summary>Adds what content says to the record of its URL.</summary>
    /// <param name="record">The record so far, without an error.</param>
    /// <param name="kind">What the URL is known to be.</param>
    /// <param name="result">What was fetched.</param>
    public PageRecord Read(PageRecord record, FrontierKind? kind, FetchResult result)
    {
        try
        {
            return kind == FrontierKind.Sitemap ? ReadSitemap(record, result) : ReadPage(record, kind, result);
        }
        catch (TooManyElementsException e)
        {
            return record with { Error = new PageError(ErrorCode.TooLarge, e.Message) };
        }
    }

    private PageRecord ReadPage(PageRecord record, FrontierKind? kind, FetchResult result)
    {
        var asked = RobotsDirectives.FromHeaders(result.RobotsTags, CrawlerIdentity.ProductToken);
        if (MediaTypes.IsMarkup(result.ContentType))
        {
            var page = HtmlExtractor.Extract(
                result.Text ?? "",
                new Uri(record.FinalUrl ?? record.Url),
                limits.MaxNodes,
                limits.MaxLinks
            );
            var meta = RobotsDirectives.FromMeta(page.NamedMeta, CrawlerIdentity.ProductToken);
            asked = RobotsDirectives.Strictest(asked, meta);
            record = WithMarkdown(record, page.Markdown) with
            {
                Title = page.Title,
                Description = page.Description,
                Language = page.Language,
                Links = page.Links,
                HasMoreLinks = page.HasMoreLinks ? true : null,
                Metadata = page.Metadata,
            };
        }
        else
        {
            record = WithMarkdown(record, result.Text ?? "");
        }
        record = respectRobots ? Respect(record, asked) : record;
        return kind == FrontierKind.Listed ? record with { Follows = [] } : record;
    }

    // What could be read of it is followed, also where that is not all.
    private PageRecord ReadSitemap(PageRecord record, FetchResult result)
    {
        var most = new SitemapLimits { MaxEntries = limits.MaxSitemapEntries };
        if (!MemoryMarshal.TryGetArray(result.Content, out var content))
            throw new InvalidOperationException("the content of a sitemap is no array");
        var sitemap = SitemapReader.Read(content, most);
        var host = new Uri(record.Url).IdnHost;
        return record with
        {
            Links =
            [
                .. sitemap
                    .Sitemaps.Concat(sitemap.Pages)
                    .Select(url => new PageLink(
                        url,
                        "",
                        Internal: string.Equals(new Uri(url).IdnHost, host, StringComparison.Ordinal)
                    )),
            ],
            Follows =
            [
                .. sitemap.Sitemaps.Select(url => (url, (FrontierKind?)FrontierKind.Sitemap)),
                .. sitemap.Pages.Select(url => (url, (FrontierKind?)FrontierKind.Listed)),
            ],
            Error = Judge(sitemap, most),
        };
    }

    private static PageError? Judge(SitemapContent sitemap, SitemapLimits most)
    {
        if (sitemap.Fault is { } fault)
            return new PageError(ErrorCode.Protocol, $"it is no whole sitemap: {fault}");
        if (sitemap is { Dropped: > 0, Pages: [], Sitemaps: [] })
            return new PageError(ErrorCode.Protocol, "it is no sitemap: none of its entries is an http or https URL");
        return sitemap.Cut switch
        {
            SitemapCut.Entries => TooLarge($"{most.MaxEntries} entries"),
            SitemapCut.Bytes => TooLarge($"{most.MaxBytes} bytes"),
            _ => null,
        };

        static PageError TooLarge(string limit) =>
            new(ErrorCode.TooLarge, $"the sitemap has more than {limit}; those were read");
    }

    // A page that is not to be indexed is not kept; its links are followed unless it says otherwise as well.
    private static PageRecord Respect(PageRecord record, RobotsDirectives asked)
    {
        record = record with { NoFollow = asked.NoFollow ? true : null };
        return asked.NoIndex
            ? record with
            {
                Error = new PageError(ErrorCode.Robots, "the page asks not to be indexed (noindex)"),
                Title = null,
                Description = null,
                Markdown = null,
                ContentHash = null,
                Metadata = null,
            }
            : record;
    }

    private static PageRecord WithMarkdown(PageRecord record, string markdown) =>
        record with
        {
            Markdown = markdown,
            ContentHash = Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(markdown))),
        };
}
