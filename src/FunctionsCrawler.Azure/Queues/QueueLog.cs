using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.AzureStorage;

/// <summary>Log messages of <see cref="QueueIntake"/>. {Request} is the id of the message's crawl.</summary>
internal static partial class QueueLog
{
    [LoggerMessage(
        3001,
        LogLevel.Warning,
        "Request {Request} failed on attempt {Try} of {Tries}, retrying in {DelaySeconds} s: {Reason}"
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

    [LoggerMessage(3002, LogLevel.Error, "Request {Request} moved to {Queue} after {Tries} attempts: {Reason}")]
    public static partial void Poisoned(
        ILogger logger,
        string request,
        string queue,
        int tries,
        string reason,
        Exception? exception
    );

    [LoggerMessage(3003, LogLevel.Warning, "Queue {Queue} failed, retrying until it recovers: {Reason}")]
    public static partial void QueueUnavailable(ILogger logger, string queue, string reason);

    [LoggerMessage(3004, LogLevel.Information, "Queue {Queue} recovered")]
    public static partial void QueueRecovered(ILogger logger, string queue);

    [LoggerMessage(
        3005,
        LogLevel.Warning,
        "Request {Request} was deleted or taken by another reader, which may process it again"
    )]
    public static partial void Lost(ILogger logger, string request);

    [LoggerMessage(
        3006,
        LogLevel.Warning,
        "{Count} requests did not finish within {LimitSeconds} s and were abandoned"
    )]
    public static partial void LeftRunning(ILogger logger, int count, double limitSeconds);
}
