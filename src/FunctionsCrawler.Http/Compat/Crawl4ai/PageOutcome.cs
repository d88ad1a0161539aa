using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Whether a page counts as read. Error pages do, unless the server seems to refuse crawlers.</summary>
internal sealed record PageOutcome(bool Success, string Error, int? Status)
{
    /// <summary>The outcome of a visit.</summary>
    public static PageOutcome Of(PageRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var status = record.StatusFirst ?? record.Status;
        if (record.Error is not { } error)
            return new PageOutcome(true, "", status);
        if (error.Code == ErrorCode.Robots)
            return new PageOutcome(false, "Access denied by robots.txt", 403);
        if (error.Code is not (ErrorCode.Http4xx or ErrorCode.Http5xx))
            return new PageOutcome(false, error.Message, status);
        if (record.Status is 403 or 429 or 503)
            return new PageOutcome(
                false,
                $"Blocked by anti-bot protection: HTTP {record.Status} {error.Message}",
                status
            );
        return string.IsNullOrWhiteSpace(record.Html ?? record.Markdown)
            ? new PageOutcome(false, error.Message, status)
            : new PageOutcome(true, "", status);
    }
}
