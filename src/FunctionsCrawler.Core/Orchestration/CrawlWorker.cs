using System.Net;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Safety;
using FunctionsCrawler.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Orchestration;

/// <summary>What the activities of one process share: the store, the memory governor, the way to pages.</summary>
public sealed class CrawlWorker : IAsyncDisposable
{
    private readonly AddressGuard _guard;
    private readonly HttpFetcher _http;
    private readonly HttpFetcher _robotsHttp;
    private readonly HttpFetcher _sitemapHttp;
    private readonly RobotsCache _robots;
    private readonly HostPacer _pacer;
    private readonly CancellationTokenSource _draining = new();

    /// <summary>Prepares a worker; browsers are started by chunks.</summary>
    public CrawlWorker(IBlobStore store, CrawlWorkerOptions options, ICrawlObserver observer, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (Store, Options, Observer, Time) = (store, options, observer, time);
        _guard = new AddressGuard(options.Addresses, options.Resolve, time);
        var http = new HttpFetcherOptions
        {
            UserAgent = options.UserAgent,
            Limits = options.Limits,
            Connect = options.IsUnguarded ? null : _guard.ConnectAsync,
            BeforeHop = AdmitAsync,
        };
        _http = new HttpFetcher(http, time);
        _sitemapHttp = new HttpFetcher(http with { TakesAnyContent = true }, time);
        // Five hops are what RFC 9309 asks for (2.3.1.2).
        _robotsHttp = new HttpFetcher(
            http with
            {
                TakesAnyContent = true,
                Limits = new PageLimits { MaxBytes = RobotsRules.MaxBytes, MaxRedirects = 5 },
            },
            time
        );
        _robots = new RobotsCache(_robotsHttp, CrawlerIdentity.ProductToken, time);
        _pacer = new HostPacer(time);
        Webhooks = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                ConnectCallback = _guard.ConnectAsync,
            }
        );
        Webhooks.DefaultRequestHeaders.UserAgent.ParseAdd(options.UserAgent);
        if (options.Chromium is { } chromium)
            BrowserLog.Fenced(options.Logger, chromium.Sandbox);
        Governor = new MemoryGovernor(MemoryBudget.Resolve(options.MemoryBytes), time);
    }

    /// <summary>Where crawls are stored.</summary>
    public IBlobStore Store { get; }

    /// <summary>Keeps the process within its memory.</summary>
    public MemoryGovernor Governor { get; }

    /// <summary>Speaks to callback URLs, which are strangers' as pages are: through the same guard.</summary>
    internal HttpClient Webhooks { get; }

    /// <summary>Cancelled once the worker takes no more work.</summary>
    internal CancellationToken Draining => _draining.Token;

    internal CrawlWorkerOptions Options { get; }

    internal ICrawlObserver Observer { get; }

    internal TimeProvider Time { get; }

    /// <summary>What one chunk owes to the hosts it visits.</summary>
    internal Politeness OpenPoliteness(CrawlRequest request) =>
        new(request.RespectRobots ? _robots : null, _pacer, TimeSpan.FromMilliseconds(request.DelayMs), Time);

    /// <summary>The way to the pages of one chunk; what it holds ends with it.</summary>
    internal ChunkFetching OpenFetching(CrawlRequest request, int pages, ChunkMemory memory)
    {
        if (request.Render == RenderMode.Never)
            return new ChunkFetching(_http, _sitemapHttp, null);
        var chromium =
            Options.Chromium
            ?? throw new InvalidOperationException("pages are to be rendered, but the worker has no Chromium");
        var launch = new BrowserLaunch
        {
            ExecutablePath = chromium.Path,
            UserAgent = Options.UserAgent,
            Engine = chromium.Engine,
            Sandbox = chromium.Sandbox.IsOn,
            Guard = Options.IsUnguarded ? null : _guard,
            Limits = Options.Limits.InBrowser(Governor.BudgetBytes),
            RendererBytes = MemoryBudget.ForRenderer(Governor.BudgetBytes),
        };
        var browsers = new BrowserSource(launch, memory, request.Recycling, Observer, Options.Logger, Time);
        // One tab more than pages: a tab is being cleaned while the next page is already on its way.
        return new ChunkFetching(
            new BrowserFetcher(browsers, _http, AdmitAsync, pages + 1, Time),
            _sitemapHttp,
            browsers
        );
    }

    /// <summary>
    /// From now on takes no more work: chunks that are being crawled end their browsers, commit what they have and hand
    /// back the rest; no other begins.
    /// </summary>
    public Task DrainAsync() => _draining.CancelAsync();

    /// <summary>Ends what the worker holds.</summary>
    public async ValueTask DisposeAsync()
    {
        _draining.Dispose();
        await Governor.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
        _robots.Dispose();
        _robotsHttp.Dispose();
        _sitemapHttp.Dispose();
        Webhooks.Dispose();
    }

    private async ValueTask<PageError?> AdmitAsync(Uri url, CancellationToken cancellationToken)
    {
        if (Options.IsUnguarded)
            return null;
        return await _guard.ResolveAsync(url.IdnHost, cancellationToken).ConfigureAwait(false) switch
        {
            BlockedHost blocked => new PageError(ErrorCode.BlockedAddress, blocked.Message),
            UnknownHost unknown => new PageError(ErrorCode.Dns, unknown.Message),
            _ => null,
        };
    }
}

/// <summary>What a worker is allowed and has; the same for every crawl it runs.</summary>
public sealed record CrawlWorkerOptions
{
    /// <summary>The Chromium. Null: only crawls that render nothing can run.</summary>
    public ChromiumLocation? Chromium { get; init; }

    /// <summary>Which addresses may be reached.</summary>
    public AddressPolicy Addresses { get; init; } = new();

    /// <summary>How much a page may be.</summary>
    public PageLimits Limits { get; init; } = new();

    /// <summary>Whether pages are fetched without the guard. No setting leads here: a benchmark measures what the guard costs.</summary>
    internal bool IsUnguarded { get; init; }

    /// <summary>Looks names up.</summary>
    /// <value>Default null: the system's resolver.</value>
    public Func<string, CancellationToken, Task<IPAddress[]>>? Resolve { get; init; }

    /// <summary>What the process and its browsers may use together, in bytes; never more than 80 % of a container's limit.</summary>
    /// <value>Default 1,536 MiB, at least 512 MiB.</value>
    public long MemoryBytes { get; init; } = 1536L * 1024 * 1024;

    /// <summary>Who answers for the crawler, for those whose sites it visits.</summary>
    /// <value>Default: nobody is named.</value>
    public CrawlerIdentity Identity { get; init; } = new();

    /// <summary>The User-Agent of every request.</summary>
    public string UserAgent => Identity.UserAgent;

    /// <summary>How long a chunk may begin visits.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan ChunkBudget { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets one line for each browser invocation.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}

/// <summary>The way to the pages of one chunk.</summary>
/// <param name="Pages">Gets pages.</param>
/// <param name="Sitemaps">Gets sitemaps.</param>
/// <param name="Browsers">Where the browsers of pages come from, if any are needed.</param>
internal sealed record ChunkFetching(IPageFetcher Pages, IPageFetcher Sitemaps, BrowserSource? Browsers)
{
    /// <summary>Ends the chunk's browser, if it had one.</summary>
    /// <returns>The receipts of all browsers the chunk had.</returns>
    public async Task<IReadOnlyList<BrowserReceipt>> CloseAsync()
    {
        if (Pages is BrowserFetcher browser)
            await browser.DisposeAsync().ConfigureAwait(false);
        return Browsers?.Receipts ?? [];
    }
}
