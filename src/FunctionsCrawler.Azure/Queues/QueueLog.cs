using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.AzureStorage;

/// <summary>What the queue's intake says. A message is named as its crawl will be.</summary>
internal static partial class QueueLog
{
    [LoggerMessage(
        3001,
        LogLevel.Warning,
        "request {Request} failed, try {Try} of {Tries}, the next in {DelaySeconds} s: {Reason}"
    )]
    public static partial void Failed(
        ILogger logger,
        string request,
        long @try,
        int tries,
        double delaySeconds,
        string reason,
        Exception? exception
    );

    [LoggerMessage(3002, LogLevel.Error, "request {Request} was moved to {Queue} after {Tries} tries: {Reason}")]
    public static partial void Poisoned(
        ILogger logger,
        string request,
        string queue,
        int tries,
        string reason,
        Exception? exception
    );

    [LoggerMessage(3003, LogLevel.Warning, "the queue {Queue} fails and is tried again until it works: {Reason}")]
    public static partial void StorageAway(ILogger logger, string queue, string reason);

    [LoggerMessage(3004, LogLevel.Information, "the queue {Queue} works again")]
    public static partial void StorageBack(ILogger logger, string queue);

    [LoggerMessage(
        3005,
        LogLevel.Warning,
        "request {Request} is gone or another reader's by now, which may start it again"
    )]
    public static partial void Lost(ILogger logger, string request);

    [LoggerMessage(
        3006,
        LogLevel.Warning,
        "{Count} requests did not end within {LimitSeconds} s and are left to themselves"
    )]
    public static partial void LeftRunning(ILogger logger, int count, double limitSeconds);
}
