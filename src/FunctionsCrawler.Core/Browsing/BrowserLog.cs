using FunctionsCrawler.Contracts;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Browsing;

/// <summary>Log messages of browser invocations: one line per receipt, and the sandbox setting at startup.</summary>
internal static partial class BrowserLog
{
    /// <summary>Logs a receipt: at information level if it is clean, as an error if there is residue.</summary>
    public static void Ended(ILogger logger, BrowserReceipt receipt)
    {
        if (receipt.CloseError is { } error)
            NotClosed(logger, receipt.Invocation, error);
        if (receipt.IsClean)
            Clean(
                logger,
                receipt.Invocation,
                receipt.Pages,
                receipt.PeakMemoryMb,
                receipt.LaunchMs,
                receipt.DisposeMs,
                receipt.ProcessesStarted,
                receipt.Killed
            );
        else
            Residue(
                logger,
                receipt.Invocation,
                receipt.ProcessesLeft,
                receipt.BytesLeft,
                receipt.SocketsLeft,
                receipt.Pages
            );
    }

    /// <summary>Logs, once per worker, whether its browsers run in Chromium's sandbox.</summary>
    [LoggerMessage(1003, LogLevel.Information, "browser sandbox {Sandbox}")]
    public static partial void Fenced(ILogger logger, BrowserSandbox sandbox);

    [LoggerMessage(
        1001,
        LogLevel.Information,
        "browser {Invocation} ended: {Pages} pages, peak {PeakMemoryMb:F0} MB, launched in {LaunchMs:F0} ms, disposed of in {DisposeMs:F0} ms, {Started} processes, {Killed} killed, 0 left"
    )]
    private static partial void Clean(
        ILogger logger,
        string invocation,
        int pages,
        double peakMemoryMb,
        double launchMs,
        double disposeMs,
        int started,
        int killed
    );

    [LoggerMessage(
        1002,
        LogLevel.Error,
        "browser {Invocation} left {ProcessesLeft} processes, {BytesLeft} bytes and {SocketsLeft} sockets after {Pages} pages"
    )]
    private static partial void Residue(
        ILogger logger,
        string invocation,
        int? processesLeft,
        long bytesLeft,
        int socketsLeft,
        int pages
    );

    [LoggerMessage(1004, LogLevel.Warning, "Spare browser could not be kept and is retried later: {Reason}")]
    public static partial void SpareFailed(ILogger logger, string reason);

    // Not a warning: the processes were killed instead. Residue is logged as an error.
    [LoggerMessage(1005, LogLevel.Information, "browser {Invocation} did not close gracefully: {CloseError}")]
    private static partial void NotClosed(ILogger logger, string invocation, string closeError);
}
