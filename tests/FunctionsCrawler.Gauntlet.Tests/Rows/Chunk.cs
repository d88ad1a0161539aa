using System.Collections.Concurrent;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using FunctionsCrawler.Safety;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>The way to the pages of one chunk, put together as the product does it, and only here.</summary>
internal sealed class Chunk : IBrowserObserver, IAsyncDisposable
{
    // No bound of the product: a hang fails instead of hanging the run.
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    // All chunks of a process share one. Two or three rows at once are more than a container of 2 GB is given.
    private static readonly MemoryGovernor Governor = new(4L << 30, TimeProvider.System);

    private readonly ChunkOptions _options;
    private readonly ChunkMemory _memory;
    private readonly BrowserSource _browsers;
    private readonly BrowserFetcher _fetcher;
    private readonly HttpFetcher _http;
    private readonly ConcurrentQueue<BrowserInvocation> _started = new();
    private readonly Lazy<Task> _end;

    public Chunk(ChunkOptions options)
    {
        _options = options;
        var launch = new BrowserLaunch
        {
            ExecutablePath = options.Executable ?? Chromium().Path,
            Sandbox = Chromium().Sandbox.IsOn,
            UserAgent = "FunctionsCrawler.Gauntlet",
            Engine = options.Engine,
            Timeout = options.LaunchTimeout,
            Guard = new AddressGuard(new AddressPolicy { AllowPrivate = true }),
            // As a worker of 1,536 MB sets it.
            RendererBytes = 384L << 20,
        };
        _http = new HttpFetcher(new HttpFetcherOptions(), TimeProvider.System);
        _memory = Governor.Enter(new DispatcherOptions(), options.Pages, alone: false, longestWait: Guard);
        _browsers = new BrowserSource(launch, _memory, new BrowserRecycling(), this, NullLogger.Instance, options.Time);
        _fetcher = new BrowserFetcher(
            _browsers,
            _http,
            (url, _) => ValueTask.FromResult(options.Admit(url)),
            options.Pages,
            options.Time
        );
        _end = new Lazy<Task>(EndCoreAsync);
    }

    /// <summary>The browser that was started last.</summary>
    public BrowserInvocation Browser => _started.Last();

    /// <summary>How many browsers have been started.</summary>
    public int Browsers => _started.Count;

    /// <summary>The receipts of the browsers that have ended.</summary>
    public IReadOnlyList<BrowserReceipt> Receipts => _browsers.Receipts;

    /// <summary>All invocations that are known of.</summary>
    public IReadOnlyList<string> Markers =>
        [.. _started.Select(b => b.Marker).Union(Receipts.Select(r => r.Invocation), StringComparer.Ordinal)];

    /// <summary>The installed Chromium; without one, the test is skipped.</summary>
    public static ChromiumLocation Chromium()
    {
        var found = ChromiumLocator.Find(out var fault);
        Assert.SkipWhen(found is null, $"No browser: {fault}");
        return found!;
    }

    public void Started(BrowserInvocation browser)
    {
        _started.Enqueue(browser);
        _options.OnStarted();
    }

    public void Ended(BrowserInvocation browser, BrowserReceipt receipt) => _options.OnEnded();

    public Task<FetchResult> FetchAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken) =>
        _fetcher.FetchAsync(url, deadline, cancellationToken);

    /// <summary>Ends it; what it throws is what a chunk's end throws.</summary>
    public Task EndAsync() => _end.Value;

    public async ValueTask DisposeAsync() => await EndAsync();

    /// <summary>Asserts, by the receipts and by the oracle, that nothing is left of any of its browsers.</summary>
    public async Task AssertLeftNothingAsync()
    {
        // Every browser that was started is accounted for.
        Assert.Empty(_started.Select(b => b.Marker).Except(Receipts.Select(r => r.Invocation), StringComparer.Ordinal));
        Assert.All(Receipts, receipt => Assert.True(receipt.IsClean, $"The receipt is not clean: {receipt}"));
        foreach (var marker in Markers)
            await LeakOracle.AssertCleanAsync(marker);
    }

    private async Task EndCoreAsync()
    {
        try
        {
            await _fetcher.DisposeAsync().AsTask().WaitAsync(Guard);
        }
        finally
        {
            _memory.Dispose();
            _http.Dispose();
        }
    }
}

/// <summary>What a chunk is made of.</summary>
internal sealed record ChunkOptions
{
    public BrowserEngine Engine { get; init; } = BrowserEngine.Pipe;

    /// <summary>The most tabs at once.</summary>
    public int Pages { get; init; } = 3;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What to start instead of the installed Chromium.</summary>
    public string? Executable { get; init; }

    public TimeSpan LaunchTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public Func<Uri, PageError?> Admit { get; init; } = static _ => null;

    public Action OnStarted { get; init; } = static () => { };

    public Action OnEnded { get; init; } = static () => { };
}
