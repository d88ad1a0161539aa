using FunctionsCrawler.Activities;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Hosting;

/// <summary>Logs retried activities. Pages and browsers are not logged here; see their records and receipts.</summary>
internal sealed class LogObserver(ILogger logger) : ICrawlObserver
{
    /// <inheritdoc/>
    public void Started(BrowserInvocation browser) { }

    /// <inheritdoc/>
    public void Ended(BrowserInvocation browser, BrowserReceipt receipt) { }

    /// <inheritdoc/>
    public void VisitStarted(string url) { }

    /// <inheritdoc/>
    public void VisitEnded(string url, PageRecord? record) { }

    /// <inheritdoc/>
    public void ActivityRetried(string activity, Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        HostLog.ActivityRetried(logger, activity, reason.Message);
    }
}
