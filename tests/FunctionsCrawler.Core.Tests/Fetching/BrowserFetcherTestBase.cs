using System.Collections.Concurrent;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Core.Tests.Browsing;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>A fetcher for each test, whose browsers must all have left nothing when it ends.</summary>
public abstract class BrowserFetcherTestBase : BrowserTestBase, IBrowserObserver
{
    private readonly List<BrowserSource> _sources = [];
    private readonly HttpFetcher _http = new(new HttpFetcherOptions(), TimeProvider.System);

    /// <summary>The browsers that were started, in order.</summary>
    protected ConcurrentQueue<BrowserInvocation> Browsers { get; } = new();

    private protected Func<Uri, PageError?> Admit { get; set; } = static _ => null;

    public void Started(BrowserInvocation browser) => Browsers.Enqueue(browser);

    public void Ended(BrowserInvocation browser, BrowserReceipt receipt) { }

    protected BrowserFetcher Open(int pages = 1, BrowserLaunch? launch = null)
    {
        var source = new BrowserSource(launch ?? Launch, this, TimeProvider.System);
        _sources.Add(source);
        return new BrowserFetcher(
            source,
            _http,
            (url, _) => ValueTask.FromResult(Admit(url)),
            pages,
            TimeProvider.System
        );
    }

    protected static Task<FetchResult> FetchAsync(BrowserFetcher fetcher, Uri url, double seconds = 30) =>
        fetcher
            .FetchAsync(url, TimeSpan.FromSeconds(seconds), Cancellation)
            .WaitAsync(TimeSpan.FromMinutes(1), Cancellation);

    protected static async Task<string> TextAsync(BrowserFetcher fetcher, Uri url, double seconds = 30)
    {
        var result = await FetchAsync(fetcher, url, seconds);
        Assert.Null(result.Error);
        Assert.NotNull(result.Text);
        return result.Text;
    }

    /// <summary>Ends the fetcher; every browser it had has a receipt, and left nothing.</summary>
    protected async Task<IReadOnlyList<BrowserReceipt>> EndAsync(BrowserFetcher fetcher)
    {
        await fetcher.DisposeAsync().AsTask().WaitAsync(Guard, Cancellation);
        var receipts = _sources[^1].Receipts;
        Assert.All(receipts, AssertNothingLeft);
        return receipts;
    }

    protected async Task AssertEndedCleanAsync(BrowserFetcher fetcher)
    {
        var receipts = await EndAsync(fetcher);
        Assert.Equal(Browsers.Select(b => b.Marker), receipts.Select(r => r.Invocation), StringComparer.Ordinal);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
            await source.DisposeAsync();
        _http.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
