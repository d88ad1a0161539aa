using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Politeness;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Scraping;

/// <summary>Turns one URL into one record: robots.txt → fetch with retries → extract.</summary>
/// <param name="fetcher">Gets the response.</param>
/// <param name="reader">Extracts the content.</param>
/// <param name="politeness">robots.txt and the pace of each host.</param>
/// <param name="deadline">The longest time of one attempt.</param>
/// <param name="documents">Admits large documents, one at a time.</param>
/// <param name="time">The clock.</param>
/// <param name="revalidator">Asks whether pages of an earlier crawl have changed; null if no page is compared.</param>
internal sealed class PageScraper(
    IPageFetcher fetcher,
    IContentReader reader,
    PolitenessRules politeness,
    TimeSpan deadline,
    LargeDocumentGate documents,
    TimeProvider time,
    Revalidator? revalidator = null
) : IPageScraper
{
    // What is left for rendering when the server took nearly all of the deadline to answer over HTTP.
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(1);

    private const long PdfSize = 4L * LargeDocumentGate.Threshold;

    private readonly RetryPolicy _retries = new(time);

    /// <inheritdoc/>
    public async Task<ScrapedPage> ScrapeAsync(PageTarget target, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var url = target.Source ?? new Uri(target.Url);
        var record = NewRecord(target, time);
        if (await politeness.RefuseAsync(url, cancellationToken).ConfigureAwait(false) is { } refusal)
            return new ScrapedPage(record with { Error = refusal });
        var (response, attempts) = await _retries
            .ExecuteAsync(token => FetchAsync(target, url, token), cancellationToken)
            .ConfigureAwait(false);
        using var lease = response.Lease;
        // A page that is permanently broken answers 503 to each attempt: it slows its host only once.
        if (response.RetryAfter is null)
            politeness.Answered(url, response);
        // Error pages without text are not read, so that it does not matter where they are.
        var refused =
            response.Error is not null && response.Text is null
                ? null
                : FindScopeError(target, response)
                    ?? await FindRobotsErrorAsync(url, response, cancellationToken).ConfigureAwait(false);
        record = WithResponse(record, target, response, attempts) with { Error = response.Error ?? refused };
        var isRead = refused is null && (response.Error is null || response.Text is not null);
        var page =
            !isRead ? new ScrapedPage(record) { Captures = refused is null ? response.Captures : [] }
            : response.IsNotModified ? Unchanged(record, target)
            : await ReadAsync(record, target, response, cancellationToken).ConfigureAwait(false);
        return page with
        {
            Record = page.Record with { DurationMs = (long)time.GetElapsedTime(started).TotalMilliseconds },
        };
    }

    /// <summary>The record of a URL before anything is known about it.</summary>
    public static PageRecord NewRecord(PageTarget target, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(time);
        return new PageRecord
        {
            Url = target.Url,
            Depth = target.Depth,
            ParentUrl = target.ParentUrl,
            LastMod = target.LastMod,
            FetchedAt = time.GetUtcNow(),
        };
    }

    private static PageRecord WithResponse(PageRecord record, PageTarget target, FetchResult response, int attempts) =>
        record with
        {
            FinalUrl = FinalUrlOf(target, response),
            Status = response.Status,
            StatusFirst = response.Redirects is [var first, ..] ? first.Status : response.Status,
            ResponseHeaders = response.Headers,
            Redirects = response.Redirects,
            ContentType = response.ContentType,
            RenderedBy = response.Status is null ? null : response.RenderedBy,
            Bytes = response.Bytes,
            Attempts = attempts,
            Warnings = response.Warnings is [] ? null : response.Warnings,
            Diagnostics = response.Diagnostics,
        };

    // The stored page, as a result of this visit.
    private static ScrapedPage Unchanged(PageRecord record, PageTarget target)
    {
        var stored = target.Earlier!.Record with
        {
            Depth = record.Depth,
            ParentUrl = record.ParentUrl,
            Redirects = record.Redirects,
            FetchedAt = record.FetchedAt,
            Attempts = record.Attempts,
            Unchanged = true,
            Diagnostics = record.Diagnostics,
            // They belong to the earlier crawl, and are deleted with it.
            Artifacts = null,
        };
        var follows = target.Kind != LinkKind.Listed && stored.NoFollow is not true;
        return new ScrapedPage(stored)
        {
            Outlinks = follows ? [.. stored.Links.Select(link => new Outlink(link.Url))] : [],
        };
    }

    private static PageRecord Compared(PageRecord record, EarlierVisit? earlier) =>
        earlier is null || record.Error is not null
            ? record
            : record with
            {
                Unchanged = IsSame(record, earlier.Record),
            };

    // A sitemap has no text, only links.
    private static bool IsSame(PageRecord record, PageRecord earlier) =>
        record.ContentHash is null && earlier.ContentHash is null
            ? record.Links.SequenceEqual(earlier.Links)
            : string.Equals(record.ContentHash, earlier.ContentHash, StringComparison.Ordinal);

    private async Task<ScrapedPage> ReadAsync(
        PageRecord record,
        PageTarget target,
        FetchResult response,
        CancellationToken cancellationToken
    )
    {
        // Documents from HTTP have a lease since they were loaded; rendered ones get it here. The document admitted before is
        // being extracted, so this wait is short.
        using var rendered = response.Lease is null
            ? await documents.EnterAsync(SizeInMemory(response), cancellationToken).ConfigureAwait(false)
            : null;
        var page = reader.Read(record, target, response);
        page = page with { Record = Compared(page.Record, target.Earlier) };
        if (page.Record.Error is null)
            return page with { Captures = response.Captures };
        // The files of a page with an error status were made to show it. One with the robots directive noindex has none, and the
        // links of error pages lead back into the site's menus.
        return record.Error is null ? page : page with { Captures = response.Captures, Outlinks = [] };
    }

    // A small PDF may become a large document, so all of them take turns.
    private static long SizeInMemory(FetchResult response) =>
        ContentKinds.Of(response.ContentType) == ContentKind.Pdf
            ? Math.Max(response.Content.Length, PdfSize)
            : response.Text?.Length ?? 0;

    private async Task<FetchResult> FetchAsync(PageTarget target, Uri url, CancellationToken cancellationToken)
    {
        var left = deadline - target.Spent;
        left = left > LeastTime ? left : LeastTime;
        var result = revalidator is null
            ? null
            : await revalidator.TryFetchAsync(target, url, left, cancellationToken).ConfigureAwait(false);
        result ??= await fetcher.FetchAsync(url, left, cancellationToken).ConfigureAwait(false);
        // A Retry-After applies to every visit of the host at once, not only to this retry.
        if (result.RetryAfter is not null)
            politeness.Answered(url, result);
        return result;
    }

    // Where a page redirects to is known only after it was followed.
    private async ValueTask<PageError?> FindRobotsErrorAsync(
        Uri url,
        FetchResult response,
        CancellationToken cancellation
    )
    {
        if (response.FinalUrl is null || new Uri(response.FinalUrl) is var last && last == url)
            return null;
        var refusal = await politeness.RefuseAsync(last, cancellation).ConfigureAwait(false);
        return refusal is null ? null : refusal with { Message = $"it redirects to {last}: {refusal.Message}" };
    }

    private static PageError? FindScopeError(PageTarget target, FetchResult response) =>
        target.AllowsRedirectTo is null
        || response.FinalUrl is null
        || IsSource(target, response)
        || target.AllowsRedirectTo(new Uri(response.FinalUrl))
            ? null
            : new PageError(ErrorCode.OutOfScope, $"it redirects to {response.FinalUrl}, which is out of scope");

    // Responses have no fragment, but the route of an application belongs to its page, also after a redirect.
    private static string? FinalUrlOf(PageTarget target, FetchResult response)
    {
        if (IsSource(target, response))
            return target.Url;
        var url = Normalized(response.FinalUrl);
        var route = target.Url.IndexOf('#', StringComparison.Ordinal);
        return url is null || route < 0 ? url : url + target.Url[route..];
    }

    private static bool IsSource(PageTarget target, FetchResult response) =>
        target.Source is { } source && response.FinalUrl is not null && source == new Uri(response.FinalUrl);

    private static string? Normalized(string? url) =>
        url is not null && UrlNormalizer.TryNormalize(url, false, out var normalized, out _) ? normalized : url;
}
