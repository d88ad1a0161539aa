using FunctionsCrawler.Browsing;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Fetching;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Orchestration;

/// <summary>Tells a host's log what happens in its crawls: not pages, which are results, and not browsers, which have receipts.</summary>
public sealed class WorkerObserver(ILogger logger) : ICrawlObserver
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
