using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace FunctionsCrawler.Functions;

/// <summary>What this worker logs, and how. The host filters the lines of invocations further, by host.json.</summary>
internal static class WorkerLogging
{
    // These have no invocation. The host shows the lines of invocations only, and what the worker writes to standard error:
    // a line there that contains "warn" as a warning, one that contains "fail" as an error.
    private static readonly string[] OutsideInvocations =
    [
        typeof(StartupSweep).FullName!,
        typeof(HostWatch).FullName!,
        "Microsoft.Extensions.Hosting",
        "Microsoft.Hosting",
    ];

    /// <summary>Adds the console for what has no invocation, and drops the lines that frameworks write per request.</summary>
    public static ILoggingBuilder AddWorkerLogging(this ILoggingBuilder logging)
    {
        // Each response logs its status and its type.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddSimpleConsole(line => line.SingleLine = true);
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Warning
        );
        // The host already gets the lines of invocations over its own channel.
        logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.None);
        foreach (var category in OutsideInvocations)
            logging.AddFilter<ConsoleLoggerProvider>(category, LogLevel.Warning);
        return logging;
    }
}
