using System.Collections.Concurrent;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Core.Tests.Orchestration;

/// <summary>Collects the markers of all browsers that were started, so that a test can look for what they left.</summary>
internal sealed class BrowserMarkers : ICrawlObserver
{
    public ConcurrentQueue<string> Started { get; } = new();

    void IBrowserObserver.Started(BrowserInvocation browser) => Started.Enqueue(browser.Marker);

    void IBrowserObserver.Ended(BrowserInvocation browser, BrowserReceipt receipt) { }

    void ICrawlObserver.VisitStarted(string url) { }

    void ICrawlObserver.VisitEnded(string url, PageRecord? record) { }

    void ICrawlObserver.ActivityRetried(string activity, Exception reason) { }
}
