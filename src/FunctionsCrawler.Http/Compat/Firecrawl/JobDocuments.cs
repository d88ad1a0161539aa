using System.Runtime.CompilerServices;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>Which records of a crawl are documents: the pages that a server answered, in stored order.</summary>
internal sealed class JobDocuments(CrawlService crawls, string id, CrawlRequest request)
{
    private readonly IUrlPattern[] _include = [.. request.Include.Select(Parse)];
    private readonly IUrlPattern[] _exclude = [.. request.Exclude.Select(Parse)];

    /// <summary>The id of a document or an error.</summary>
    public string IdOf(PageRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return $"{id}:{record.Cursor}";
    }

    /// <summary>Reads the documents that are finished, from the beginning of a window.</summary>
    public async IAsyncEnumerable<PageRecord> ReadAsync(
        PageWindow window,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var left = window.Cursor is null ? window.Skip : 0;
        await foreach (var record in crawls.ReadPagesAsync(id, window.Cursor ?? RecordCursor.Start, cancellationToken))
        {
            if (!IsDocument(record))
                continue;
            if (left > 0)
                left--;
            else
                yield return record;
        }
    }

    /// <summary>Reads the records of pages that are no documents because they failed or were not visited.</summary>
    public IAsyncEnumerable<PageRecord> ReadErrorsAsync(CancellationToken cancellationToken) =>
        crawls.ReadPagesAsync(id, RecordCursor.Start, cancellationToken).Where(record => !WasAnswered(record));

    // A page answered with an error status is a document, as when it is scraped alone.
    private static bool WasAnswered(PageRecord record) =>
        record.Error is null or { Code: ErrorCode.Http4xx or ErrorCode.Http5xx };

    // Sitemaps and feeds are records too. They have no text of their own, and so no hash of it.
    private static bool IsSitemap(PageRecord record) =>
        record.Error is null ? record.ContentHash is null : SitemapReader.IsSitemap(new Uri(record.Url));

    // The start page of a crawl is visited in any case, but is one of its documents only if it matches the paths asked for.
    private bool IsDocument(PageRecord record) =>
        WasAnswered(record)
        && !IsSitemap(record)
        && (record.Depth > 0 || record.ParentUrl is not null || request.Mode == CrawlMode.Batch || Matches(record.Url));

    private bool Matches(string text)
    {
        var url = new Uri(text);
        return (_include.Length == 0 || Array.Exists(_include, pattern => pattern.IsMatch(url)))
            && !Array.Exists(_exclude, pattern => pattern.IsMatch(url));
    }

    private static IUrlPattern Parse(string text) =>
        UrlPattern.TryParse(text, out var pattern, out var fault) ? pattern : throw new InvalidDataException(fault);
}
