using System.Collections.Concurrent;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Browsing;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Memory;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>
/// Base class of tests of <see cref="BrowserFetcher"/>; asserts that all browsers are disposed without leftovers.
/// </summary>
public abstract class BrowserFetcherTestBase : BrowserTestBase, IBrowserObserver, ILogger
{
    private readonly List<BrowserSource> _sources = [];
    private readonly MemoryGovernor _governor = new(long.MaxValue / 200, TimeProvider.System);
    private readonly HttpFetcher _http = new(new HttpFetcherOptions(), TimeProvider.System);

    /// <summary>The browsers started, in order.</summary>
    private protected ConcurrentQueue<BrowserInvocation> Browsers { get; } = new();

    /// <summary>The lines logged.</summary>
    protected ConcurrentQueue<string> Log { get; } = new();

    private protected Func<Uri, PageError?> Admit { get; set; } = static _ => null;

    void IBrowserObserver.Started(BrowserInvocation browser) => Browsers.Enqueue(browser);

    void IBrowserObserver.Ended(BrowserInvocation browser, BrowserReceipt receipt) { }

    protected BrowserRecycling Recycling { get; set; } = new();

    private protected BrowserFetcher Open(int pages = 1, BrowserLaunch? launch = null, VisitOptions? visits = null)
    {
        var memory = _governor.Enter(new DispatcherOptions(), pages, alone: false, Guard);
        var source = new BrowserSource(launch ?? Launch, memory, Recycling, this, this, TimeProvider.System);
        _sources.Add(source);
        return new BrowserFetcher(
            source,
            _http,
            (url, _) => ValueTask.FromResult(Admit(url)),
            pages,
            TimeProvider.System,
            visits
        );
    }

    private protected static Task<FetchResult> FetchAsync(BrowserFetcher fetcher, Uri url, double seconds = 30) =>
        fetcher
            .FetchAsync(url, TimeSpan.FromSeconds(seconds), Cancellation)
            .WaitAsync(TimeSpan.FromSeconds(seconds) + Guard, Cancellation);

    private protected static async Task<string> TextAsync(BrowserFetcher fetcher, Uri url, double seconds = 30)
    {
        var result = await FetchAsync(fetcher, url, seconds);
        Assert.Null(result.Error);
        Assert.NotNull(result.Text);
        return result.Text;
    }

    /// <summary>Ends the fetcher; every browser it had has a receipt, and left nothing.</summary>
    private protected async Task<IReadOnlyList<BrowserReceipt>> EndAsync(BrowserFetcher fetcher)
    {
        await fetcher.DisposeAsync().AsTask().WaitAsync(Guard, Cancellation);
        var receipts = _sources[^1].Receipts;
        Assert.All(receipts, AssertNothingLeft);
        return receipts;
    }

    private protected async Task AssertEndedCleanAsync(BrowserFetcher fetcher)
    {
        var receipts = await EndAsync(fetcher);
        Assert.Equal(Browsers.Select(b => b.Marker), receipts.Select(r => r.Invocation), StringComparer.Ordinal);
    }

    /// <summary>Waits until the governor has measured all processes running now.</summary>
    protected async Task WaitForSampleAsync()
    {
        for (var samples = 0; samples < 2; samples++)
            await _governor.Sampled.WaitAsync(Guard, Cancellation);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Log.Enqueue(formatter(state, exception));

    public override async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
            await source.DisposeAsync();
        _http.Dispose();
        await _governor.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
