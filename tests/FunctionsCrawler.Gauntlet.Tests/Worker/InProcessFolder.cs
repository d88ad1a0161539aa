using System.Collections.Concurrent;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Gauntlet.Tests.Rows;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>A blob store in a temp folder, and workers that run crawls in this process.</summary>
internal sealed class InProcessFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("in-").FullName;

    public InProcessFolder() => Store = new FileBlobStore(_folder);

    public IBlobStore Store { get; }

    public static WorkerRig Worker(IBlobStore store, ICrawlObserver observer) =>
        new(
            store,
            new CrawlerOptions { Chromium = Chunk.Chromium(), AllowPrivate = true },
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

/// <summary>Collects the receipts of all browsers.</summary>
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
