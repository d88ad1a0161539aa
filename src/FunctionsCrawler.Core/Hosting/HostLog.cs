using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Hosting;

/// <summary>Log messages of hosts. Event ids 1101 to 1105, 1107 and 1108.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1101, LogLevel.Warning, "Crawl {CrawlId} paused for {Seconds} s: {Reason}")]
    public static partial void CrawlPaused(ILogger logger, string crawlId, double seconds, string reason);

    [LoggerMessage(1102, LogLevel.Error, "Crawl {CrawlId} failed: attempt {Failures} of {MaxFailures}")]
    public static partial void CrawlFailed(
        ILogger logger,
        Exception exception,
        string crawlId,
        int failures,
        int maxFailures
    );

    [LoggerMessage(1103, LogLevel.Error, "Crawl {CrawlId} not marked as failed: its summary cannot be written")]
    public static partial void EndNotWritten(ILogger logger, Exception exception, string crawlId);

    [LoggerMessage(1107, LogLevel.Error, "Crawl {CrawlId} not resumed: {Reason}")]
    public static partial void CrawlNotResumed(ILogger logger, Exception? exception, string crawlId, string reason);

    [LoggerMessage(1105, LogLevel.Warning, "Activity {Activity} retried: {Reason}")]
    public static partial void ActivityRetried(ILogger logger, string activity, string reason);

    [LoggerMessage(1108, LogLevel.Warning, "Crawls of other processes not checked: {Reason}")]
    public static partial void TakeoverFailed(ILogger logger, string reason);

    [LoggerMessage(1104, LogLevel.Warning, "Crawl {CrawlId} stopped until the next start: {Reason}")]
    public static partial void WorkerExhausted(ILogger logger, string crawlId, string reason);
}
