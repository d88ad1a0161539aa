using System.Collections.Concurrent;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>Fetches pages as one chunk does, with the product's components wired as in production.</summary>
internal sealed class Chunk : IBrowserObserver, IAsyncDisposable
{
    // Not a limit of the product: makes a hung test fail instead of hanging the run.
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    // All chunks of a process share one governor. The budget is larger than in a 2 GB container, because two or three rows run
    // in parallel.
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
            Guard = options.Guard ?? new AddressGuard(new AddressPolicy { AllowPrivate = true }),
            // The limit of a worker with a budget of 1,536 MB.
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
            options.Time,
            options.Visits
        );
        _end = new Lazy<Task>(EndCoreAsync);
    }

    /// <summary>The browser that was started last.</summary>
    public BrowserInvocation Browser => _started.Last();

    /// <summary>The number of browsers started so far.</summary>
    public int Browsers => _started.Count;

    /// <summary>The receipts of the browsers disposed so far.</summary>
    public IReadOnlyList<BrowserReceipt> Receipts => _browsers.Receipts;

    /// <summary>The markers of all invocations, including launches that failed.</summary>
    public IReadOnlyList<string> Markers =>
        [.. _started.Select(b => b.Marker).Union(Receipts.Select(r => r.Invocation), StringComparer.Ordinal)];

    /// <summary>The installed Chromium; without one, the test is skipped.</summary>
    public static ChromiumLocation Chromium()
    {
        var found = ChromiumLocator.Find(out var fault);
        Requires.Installed(Need.Chromium, found is not null, $"No browser: {fault}");
        return found;
    }

    public void Started(BrowserInvocation browser)
    {
        _started.Enqueue(browser);
        _options.OnStarted();
    }

    public void Ended(BrowserInvocation browser, BrowserReceipt receipt) => _options.OnEnded();

    public Task<FetchResult> FetchAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken) =>
        _fetcher.FetchAsync(url, deadline, cancellationToken);

    /// <summary>Ends the chunk once; repeated calls return the same task. Throws what disposing the fetcher throws.</summary>
    public Task EndAsync() => _end.Value;

    public async ValueTask DisposeAsync() => await EndAsync();

    /// <summary>Asserts with the receipts and with the oracle that nothing is left of any of its browsers.</summary>
    public async Task AssertLeftNothingAsync()
    {
        // Every browser that was started has a receipt.
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

/// <summary>Settings of a <see cref="Chunk"/>; tests replace parts to inject faults.</summary>
internal sealed record ChunkOptions
{
    public BrowserEngine Engine { get; init; } = BrowserEngine.Pipe;

    /// <summary>The maximum number of open tabs.</summary>
    public int Pages { get; init; } = 3;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The executable to start instead of the installed Chromium.</summary>
    public string? Executable { get; init; }

    public TimeSpan LaunchTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What a visit does besides reading the document.</summary>
    public VisitOptions Visits { get; init; } = new();

    public Func<Uri, PageError?> Admit { get; init; } = static _ => null;

    /// <summary>Opens the browser's connections; null: directly, to any address.</summary>
    public AddressGuard? Guard { get; init; }

    public Action OnStarted { get; init; } = static () => { };

    public Action OnEnded { get; init; } = static () => { };
}
