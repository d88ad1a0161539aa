using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Activities;

/// <summary>Finds what the earlier crawl that <see cref="CrawlRequest.Since"/> names stored for the URLs of a chunk.</summary>
internal sealed class EarlierVisits(EarlierCrawls crawls)
{
    private static readonly Dictionary<string, EarlierVisit> None = new(StringComparer.Ordinal);

    /// <summary>Returns the earlier visits by URL; none if the request names no earlier crawl.</summary>
    public async Task<IReadOnlyDictionary<string, EarlierVisit>> FindAsync(
        CrawlRequest request,
        IReadOnlyList<FrontierUrl> urls,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Since is null || !urls.Any(u => u.Earlier is not null))
            return None;
        var records = await EarlierRecords
            .ReadAsync(crawls.Of(request.Since), urls, cancellationToken)
            .ConfigureAwait(false);
        var isReusable = await crawls.CanReuseAsync(request, cancellationToken).ConfigureAwait(false);
        return records.ToDictionary(
            r => r.Key,
            r => new EarlierVisit(
                r.Value,
                isReusable && (request.Mode == CrawlMode.Batch || HasAllLinks(request, r.Value))
            ),
            StringComparer.Ordinal
        );
    }

    // Whether the record tells which links to follow.
    private static bool HasAllLinks(CrawlRequest request, PageRecord record) =>
        record.HasMoreLinks is not true
        && request.Extract is { Include: [], Exclude: [] } extract
        && extract.Formats?.Contains(PageFormat.Links) is not false;
}
