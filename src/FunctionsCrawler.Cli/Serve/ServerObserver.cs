using FunctionsCrawler.Browsing;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Fetching;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Cli.Serve;

/// <summary>What a server tells its log of what happens in crawls: not pages, which are results.</summary>
internal sealed partial class ServerObserver(ILogger logger) : ICrawlObserver
{
    public void Started(BrowserInvocation browser) { }

    public void Ended(BrowserInvocation browser, BrowserReceipt receipt) { }

    public void VisitStarted(string url) { }

    public void VisitEnded(string url, PageRecord? record) { }

    public void ActivityRetried(string activity, Exception reason) => Retried(activity, reason.Message);

    [LoggerMessage(1105, LogLevel.Warning, "{Activity} is tried again: {Reason}")]
    private partial void Retried(string activity, string reason);
}
