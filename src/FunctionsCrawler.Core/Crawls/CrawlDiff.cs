using System.Globalization;
using System.Runtime.CompilerServices;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// Compares the stored pages of two crawls by URL and content. Keeps 32 bytes per page of the earlier crawl in memory.
/// </summary>
internal static class CrawlDiff
{
    /// <summary>
    /// Returns one change per page: first the pages of the later crawl in stored order, then the removed ones.
    /// </summary>
    public static async IAsyncEnumerable<PageChange> CompareAsync(
        CrawlBlobs earlier,
        CrawlBlobs later,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var left = new Dictionary<UInt128, UInt128>();
        await foreach (var record in StoredAsync(earlier, cancellationToken).ConfigureAwait(false))
            left[UrlHash.Of(record.Url)] = ContentOf(record);
        await foreach (var record in StoredAsync(later, cancellationToken).ConfigureAwait(false))
        {
            var change =
                !left.Remove(UrlHash.Of(record.Url), out var before) ? ChangeKind.Added
                : before == ContentOf(record) ? ChangeKind.Unchanged
                : ChangeKind.Changed;
            yield return new PageChange(change, record.Url, record.Title);
        }
        await foreach (var record in StoredAsync(earlier, cancellationToken).ConfigureAwait(false))
        {
            if (left.Remove(UrlHash.Of(record.Url)))
                yield return new PageChange(ChangeKind.Removed, record.Url, record.Title);
        }
    }

    private static IAsyncEnumerable<PageRecord> StoredAsync(CrawlBlobs crawl, CancellationToken cancellationToken) =>
        crawl.ReadRecordsAsync(cancellationToken).Where(record => record.Error is null);

    // 0 for content without text, a sitemap for example.
    private static UInt128 ContentOf(PageRecord record) =>
        UInt128.TryParse(record.ContentHash, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hash)
            ? hash
            : 0;
}
