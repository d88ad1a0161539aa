using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Activities;

/// <summary>Receives events of crawls as they happen, for live views and logs. Must not throw or block.</summary>
internal interface ICrawlObserver : IBrowserObserver
{
    /// <summary>A visit has started.</summary>
    void VisitStarted(string url);

    /// <summary>A visit has ended. <paramref name="record"/> is null if the URL is handed back.</summary>
    void VisitEnded(string url, PageRecord? record);

    /// <summary>An activity failed and is retried.</summary>
    void ActivityRetried(string activity, Exception reason);

    /// <summary>A crawl has made progress.</summary>
    void ProgressChanged(string crawlId, CrawlProgress progress) { }
}
