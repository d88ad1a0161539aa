using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Orchestration;

/// <summary>What a host logs of its crawls.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1101, LogLevel.Warning, "Crawl {CrawlId} waits {Seconds} s and goes on then: {Reason}")]
    public static partial void CrawlPaused(ILogger logger, string crawlId, double seconds, string reason);

    [LoggerMessage(1102, LogLevel.Error, "Crawl {CrawlId} failed, {Failures} of {MaxFailures} times")]
    public static partial void CrawlFailed(
        ILogger logger,
        Exception exception,
        string crawlId,
        int failures,
        int maxFailures
    );

    [LoggerMessage(1103, LogLevel.Error, "The end of crawl {CrawlId} could not be written")]
    public static partial void EndNotWritten(ILogger logger, Exception exception, string crawlId);

    [LoggerMessage(1105, LogLevel.Warning, "{Activity} is tried again: {Reason}")]
    public static partial void ActivityRetried(ILogger logger, string activity, string reason);

    [LoggerMessage(1104, LogLevel.Warning, "Crawl {CrawlId} stops until the next start: {Reason}")]
    public static partial void WorkerExhausted(ILogger logger, string crawlId, string reason);
}
