using System.Runtime.InteropServices;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Frontier;

/// <summary>Reads a sitemap: its entries become the record's links. Parsed entries are followed even if the sitemap was truncated.</summary>
/// <param name="maxEntries">The most entries that are kept and followed.</param>
/// <param name="listed">What the pages that it lists are.</param>
internal sealed class SitemapContentReader(int maxEntries, LinkKind? listed = LinkKind.Listed) : IContentReader
{
    /// <inheritdoc/>
    public ScrapedPage Read(PageRecord record, PageTarget target, FetchResult response)
    {
        var limits = new SitemapLimits { MaxEntries = maxEntries };
        if (!MemoryMarshal.TryGetArray(response.Content, out var content))
            throw new InvalidOperationException("the content of a sitemap must be backed by an array");
        var sitemap = SitemapReader.Read(content, limits, new Uri(record.FinalUrl ?? record.Url));
        var host = new Uri(record.Url).IdnHost;
        record = record with
        {
            Links = [.. sitemap.Sitemaps.Concat(sitemap.Pages).Select(url => LinkTo(url, host))],
            DroppedEntries = sitemap.Dropped > 0 ? sitemap.Dropped : null,
            Error = FindError(sitemap, limits),
        };
        return new ScrapedPage(record)
        {
            Outlinks =
            [
                .. sitemap.Sitemaps.Select(url => new Outlink(url, LinkKind.Sitemap, ModifiedOf(url))),
                .. sitemap.Pages.Select(url => new Outlink(url, listed, ModifiedOf(url))),
            ],
        };

        DateTimeOffset? ModifiedOf(string url) => sitemap.Modified.TryGetValue(url, out var modified) ? modified : null;
    }

    private static PageLink LinkTo(string url, string host) =>
        new(url, "", Internal: string.Equals(new Uri(url).IdnHost, host, StringComparison.Ordinal));

    /// <summary>What is wrong with a sitemap; null if it was read entirely.</summary>
    public static PageError? FindError(SitemapContent sitemap, SitemapLimits limits)
    {
        if (sitemap.Fault is { } fault)
            return new PageError(ErrorCode.Protocol, $"the sitemap is incomplete: {fault}");
        if (sitemap is { Dropped: > 0, Pages: [], Sitemaps: [] })
            return new PageError(
                ErrorCode.Protocol,
                "the sitemap is not valid: none of its entries is an http or https URL"
            );
        return sitemap.Cut switch
        {
            SitemapCut.Entries => TooLarge($"{limits.MaxEntries} entries"),
            SitemapCut.Bytes => TooLarge($"{limits.MaxBytes} bytes"),
            _ => null,
        };

        static PageError TooLarge(string limit) =>
            new(ErrorCode.TooLarge, $"the sitemap has more than {limit}; only those were read");
    }
}
