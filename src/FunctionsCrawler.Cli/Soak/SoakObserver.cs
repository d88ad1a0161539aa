using System.Collections.Concurrent;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>Collects every invocation, including those whose launch fails or whose crawl ends early and commits nothing.</summary>
internal sealed class SoakObserver : ICrawlObserver
{
    private readonly ConcurrentQueue<BrowserReceipt> _receipts = new();
    private readonly ConcurrentQueue<string> _markers = new();

    /// <summary>The receipts since the last call.</summary>
    public IReadOnlyList<BrowserReceipt> TakeReceipts() => [.. Take(_receipts)];

    /// <summary>The markers of the invocations that were started since the last call.</summary>
    public IReadOnlyList<string> TakeMarkers() => [.. Take(_markers)];

    public void VisitStarted(string url) { }

    public void VisitEnded(string url, PageRecord? record) { }

    public void ActivityRetried(string activity, Exception reason)
    {
        Console.Error.WriteLine($"retrying {activity} after {reason.GetType().Name}: {reason.Message}");
        if (reason is BrowserLaunchException launch)
            _receipts.Enqueue(launch.Receipt);
    }

    public void Started(BrowserInvocation browser) => _markers.Enqueue(browser.Marker);

    public void Ended(BrowserInvocation browser, BrowserReceipt receipt) => _receipts.Enqueue(receipt);

    private static IEnumerable<T> Take<T>(ConcurrentQueue<T> queue)
    {
        while (queue.TryDequeue(out var item))
            yield return item;
    }
}
