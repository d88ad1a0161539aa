using System.IO.Hashing;
using System.Text;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Fetching;

/// <summary>Turns a URL of the frontier into its one record: fetch, with retries, then extract.</summary>
internal sealed class PageVisitor(IPageFetcher fetcher, CrawlScope scope, TimeSpan deadline, TimeProvider time)
{
    private readonly RetryPolicy _retries = new(time);

    /// <summary>Visits a URL.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled: there is no record.</exception>
    public async Task<PageRecord> VisitAsync(FrontierUrl planned, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var record = new PageRecord
        {
            Url = planned.Url,
            Depth = planned.Depth,
            ParentUrl = planned.Parent,
            FetchedAt = time.GetUtcNow(),
        };
        var url = new Uri(planned.Url);
        // Somebody chose a start page, whatever it looks like: a page of an encyclopedia may end in .js.
        if (planned.Depth > 0 && BinaryTypes.IsBinary(url))
            return record with
            {
                Error = new PageError(ErrorCode.UnsupportedType, "its extension says that it is no page"),
            };
        var (result, attempts) = await _retries
            .ExecuteAsync(token => fetcher.FetchAsync(url, deadline, token), cancellationToken)
            .ConfigureAwait(false);
        record = record with
        {
            FinalUrl = Normalized(result.FinalUrl),
            Status = result.Status,
            Redirects = result.Redirects,
            ContentType = result.ContentType,
            RenderedBy = result.Status is null ? null : result.RenderedBy,
            Bytes = result.Bytes,
            Attempts = attempts,
            Error = result.Error ?? FindScopeError(planned, result),
        };
        if (record.Error is null)
            record = Extract(record, result);
        return record with { DurationMs = (long)time.GetElapsedTime(started).TotalMilliseconds };
    }

    // A start page may redirect anywhere: where it ends becomes a root of the scope itself.
    private PageError? FindScopeError(FrontierUrl planned, FetchResult result) =>
        planned.Depth == 0 || result.FinalUrl is null || scope.Contains(new Uri(result.FinalUrl))
            ? null
            : new PageError(ErrorCode.OutOfScope, $"it redirects to {result.FinalUrl}, which is out of scope");

    private static PageRecord Extract(PageRecord record, FetchResult result)
    {
        if (!MediaTypes.IsMarkup(result.ContentType))
            return WithMarkdown(record, result.Text ?? "");
        var page = HtmlExtractor.Extract(result.Text ?? "", new Uri(record.FinalUrl ?? record.Url));
        return WithMarkdown(record, page.Markdown) with
        {
            Title = page.Title,
            Description = page.Description,
            Language = page.Language,
            Links = page.Links,
            Metadata = page.Metadata,
        };
    }

    private static PageRecord WithMarkdown(PageRecord record, string markdown) =>
        record with
        {
            Markdown = markdown,
            ContentHash = Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(markdown))),
        };

    private static string? Normalized(string? url) =>
        url is not null && UrlNormalizer.TryNormalize(url, false, out var normalized, out _) ? normalized : url;
}
