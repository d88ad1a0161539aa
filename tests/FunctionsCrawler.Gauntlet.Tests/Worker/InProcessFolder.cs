using System.Collections.Concurrent;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Gauntlet.Tests.Rows;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Safety;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>Where crawls are stored that run in this process. Workers are put together here and nowhere else.</summary>
internal sealed class InProcessFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("in-").FullName;

    public InProcessFolder() => Store = new FileBlobStore(_folder);

    public IBlobStore Store { get; }

    public static CrawlWorker Worker(IBlobStore store, ICrawlObserver observer) =>
        new(
            store,
            new CrawlWorkerOptions
            {
                Chromium = Chunk.Chromium(),
                Addresses = new AddressPolicy { AllowPrivate = true },
            },
            observer,
            TimeProvider.System
        );

    public Task AcceptAsync(string id, CrawlRequest request) =>
        new CrawlBlobs(Store, id).AcceptAsync(
            new StoredRequest(request, TimeProvider.System.GetUtcNow()),
            TestContext.Current.CancellationToken
        );

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>Keeps the receipts of all browsers.</summary>
internal class Receipts : ICrawlObserver
{
    private readonly ConcurrentQueue<BrowserReceipt> _all = new();

    public IReadOnlyCollection<BrowserReceipt> All => _all;

    public void Started(BrowserInvocation browser) { }

    public void Ended(BrowserInvocation browser, BrowserReceipt receipt) => _all.Enqueue(receipt);

    public virtual void VisitStarted(string url) { }

    public virtual void VisitEnded(string url, PageRecord? record) { }

    public void ActivityRetried(string activity, Exception reason) { }
}
