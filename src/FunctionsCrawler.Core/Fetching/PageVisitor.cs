using FunctionsCrawler.Frontier;
using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Fetching;

/// <summary>Turns a URL of the frontier into its one record: fetch, with retries, then extract.</summary>
/// <param name="fetcher">Gets pages.</param>
/// <param name="raw">Gets sitemaps: any content, as it is.</param>
/// <param name="scope">What a redirect may lead to.</param>
/// <param name="politeness">What is owed to hosts.</param>
/// <param name="limits">How much of a page is kept.</param>
/// <param name="deadline">How long a visit may take.</param>
/// <param name="time">The clock.</param>
internal sealed class PageVisitor(
    IPageFetcher fetcher,
    IPageFetcher raw,
    CrawlScope scope,
    Politeness politeness,
    PageLimits limits,
    TimeSpan deadline,
    TimeProvider time
)
{
    private readonly RetryPolicy _retries = new(time);
    private readonly PageContent _content = new(limits, politeness.RespectsRobots);

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
        if (planned.Depth > 0 && BinaryTypes.IsBinary(planned))
            return record with
            {
                Error = new PageError(ErrorCode.UnsupportedType, "its extension says that it is no page"),
            };
        if (await politeness.RefuseAsync(url, cancellationToken).ConfigureAwait(false) is { } refusal)
            return record with { Error = refusal };
        var (result, attempts) = await _retries
            .ExecuteAsync(token => FetchAsync(url, planned.Kind, token), cancellationToken)
            .ConfigureAwait(false);
        // A page that is broken for ever answers 503 to each attempt: that counts once.
        if (result.RetryAfter is null)
            politeness.Answered(url, result);
        using var room = result.Room ?? new LargeDocument();
        await room.EnterAsync(result.Text?.Length ?? 0, cancellationToken).ConfigureAwait(false);
        record = record with
        {
            FinalUrl = Normalized(result.FinalUrl),
            Status = result.Status,
            Redirects = result.Redirects,
            ContentType = result.ContentType,
            RenderedBy = result.Status is null ? null : result.RenderedBy,
            Bytes = result.Bytes,
            Attempts = attempts,
            Error =
                result.Error
                ?? FindScopeError(planned, result)
                ?? await FindRobotsErrorAsync(url, result, cancellationToken).ConfigureAwait(false),
        };
        if (record.Error is null)
            record = _content.Read(record, planned.Kind, result);
        return record with { DurationMs = (long)time.GetElapsedTime(started).TotalMilliseconds };
    }

    private async Task<FetchResult> FetchAsync(Uri url, FrontierKind? kind, CancellationToken cancellationToken)
    {
        var from = kind == FrontierKind.Sitemap ? raw : fetcher;
        var result = await from.FetchAsync(url, deadline, cancellationToken).ConfigureAwait(false);
        // Asked by one of the attempts, it holds for everybody at once.
        if (result.RetryAfter is not null)
            politeness.Answered(url, result);
        return result;
    }

    // What a page leads to is known only when it has been followed.
    private async ValueTask<PageError?> FindRobotsErrorAsync(
        Uri url,
        FetchResult result,
        CancellationToken cancellation
    )
    {
        if (result.FinalUrl is null || new Uri(result.FinalUrl) is var last && last == url)
            return null;
        var refusal = await politeness.RefuseAsync(last, cancellation).ConfigureAwait(false);
        return refusal is null ? null : refusal with { Message = $"it redirects to {last}: {refusal.Message}" };
    }

    // A start page may redirect anywhere: where it ends becomes a root of the scope itself.
    private PageError? FindScopeError(FrontierUrl planned, FetchResult result) =>
        planned.Depth == 0 || result.FinalUrl is null || scope.Contains(new Uri(result.FinalUrl), planned.Kind)
            ? null
            : new PageError(ErrorCode.OutOfScope, $"it redirects to {result.FinalUrl}, which is out of scope");

    private static string? Normalized(string? url) =>
        url is not null && UrlNormalizer.TryNormalize(url, false, out var normalized, out _) ? normalized : url;
}
