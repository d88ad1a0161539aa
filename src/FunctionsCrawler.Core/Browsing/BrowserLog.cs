using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Browsing;

/// <summary>One line for each browser invocation.</summary>
internal static partial class BrowserLog
{
    /// <summary>Writes a receipt down: as an error when something was left.</summary>
    public static void Ended(ILogger logger, BrowserReceipt receipt)
    {
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

    /// <summary>Says, once a worker, how its browsers are fenced.</summary>
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
}
