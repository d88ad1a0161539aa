using System.Runtime.CompilerServices;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FunctionsCrawler;

/// <summary>
/// Crawls sites and scrapes pages in this process. Every browser it starts is verified to be gone when its work ends.
/// Thread-safe. Dispose it when the process no longer needs it.
/// </summary>
public sealed class Crawler : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(10);

    private readonly IServiceProvider _services;
    private readonly ServiceProvider? _owned;
    private readonly string? _temporaryFolder;
    private readonly Lazy<Task> _started;

    /// <summary>Creates a crawler with its own services.</summary>
    /// <param name="options">The settings; null uses the defaults.</param>
    /// <exception cref="OptionsValidationException">
    /// Options are invalid. The message names each of them, its value and the allowed values.
    /// </exception>
    public Crawler(CrawlerOptions? options = null)
    {
        options ??= new CrawlerOptions();
        if (new CrawlerOptionsValidator().Validate(null, options) is { Failed: true } invalid)
            throw new OptionsValidationException("CrawlerOptions", typeof(CrawlerOptions), invalid.Failures!);
        var services = new ServiceCollection();
        services.AddSingleton(options);
        if (options.OutputFolder is null)
        {
            // The options stay as they are: another crawler may be created from them.
            _temporaryFolder = Directory.CreateTempSubdirectory("crawler-").FullName;
            services.AddSingleton<IBlobStore>(new FileBlobStore(_temporaryFolder));
        }
        services.AddCrawlerCore().AddEmbeddedHost();
        services.AddSingleton<CrawlerHostedService>();
        _services = _owned = services.BuildServiceProvider();
        // On first use: removes what killed processes left behind, and resumes interrupted crawls.
        _started = new Lazy<Task>(() =>
            Task.Run(() => _services.GetRequiredService<CrawlerHostedService>().StartAsync(CancellationToken.None))
        );
    }

    /// <summary>Creates a crawler that uses an application's services. The application's host starts and stops them.</summary>
    internal Crawler(IServiceProvider services)
    {
        _services = services;
        _started = new Lazy<Task>(Task.CompletedTask);
    }

    /// <summary>Crawls a site and returns its pages as they are committed, including failed and skipped ones.</summary>
    /// <param name="url">The start page: an absolute http or https URL.</param>
    /// <param name="request">
    /// The depth, limits and other settings. Its <see cref="CrawlRequest.Urls"/> are further start pages.
    /// </param>
    /// <param name="cancellationToken">Cancels the crawl.</param>
    /// <returns>The records. To stop enumerating cancels the crawl.</returns>
    /// <exception cref="ArgumentException">The request is invalid; the message names every fault.</exception>
    /// <exception cref="IOException">The crawl failed: it could not be stored, say.</exception>
    /// <exception cref="InvalidOperationException">
    /// Too many crawls wait already; or, after the last record, every page failed with <see cref="ErrorCode.Internal"/>: no
    /// browser starts, say.
    /// </exception>
    public IAsyncEnumerable<PageRecord> CrawlAsync(
        string url,
        CrawlRequest? request = null,
        CancellationToken cancellationToken = default
    ) => CrawlCoreAsync(CrawlIds.New(Time), Complete(url, request), cancellationToken);

    /// <summary>Crawls a site to its end.</summary>
    /// <param name="url">The start page: an absolute http or https URL.</param>
    /// <param name="request">As in <see cref="CrawlAsync"/>.</param>
    /// <param name="onPage">Called for each page as it is committed, one at a time. Null: nothing is called.</param>
    /// <param name="percent">
    /// Receives how much is done, from 0 to 100, whenever that has risen; 100 when the crawl has completed. It is an estimate:
    /// nobody knows how many pages a site has.
    /// </param>
    /// <param name="cancellationToken">Cancels the crawl.</param>
    /// <returns>The summary: counts, errors, and the totals of all browser receipts.</returns>
    /// <exception cref="ArgumentException">The request is invalid; the message names every fault.</exception>
    /// <exception cref="IOException">The crawl failed, as in <see cref="CrawlAsync"/>.</exception>
    /// <exception cref="InvalidOperationException">As in <see cref="CrawlAsync"/>.</exception>
    public async Task<CrawlSummary> RunAsync(
        string url,
        CrawlRequest? request = null,
        Action<PageRecord>? onPage = null,
        IProgress<int>? percent = null,
        CancellationToken cancellationToken = default
    )
    {
        var id = CrawlIds.New(Time);
        var host = _services.GetRequiredService<EmbeddedHost>();
        using var reporting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reports = percent is null
            ? Task.CompletedTask
            : PercentReports.RunAsync(host, id, percent, PollInterval, Time, reporting.Token);
        try
        {
            await foreach (
                var page in CrawlCoreAsync(id, Complete(url, request), cancellationToken).ConfigureAwait(false)
            )
                onPage?.Invoke(page);
        }
        finally
        {
            await reporting.CancelAsync().ConfigureAwait(false);
            await reports.ConfigureAwait(false);
        }
        var summary =
            await _services
                .GetRequiredService<CrawlService>()
                .FindSummaryAsync(id, cancellationToken)
                .ConfigureAwait(false)
            ?? throw new IOException($"the crawl {id} was deleted before its summary was read");
        if (summary.State == CrawlState.Completed)
            percent?.Report(100);
        return summary;
    }

    /// <summary>Visits one page immediately. Nothing is stored; the record contains files such as a screenshot.</summary>
    /// <param name="url">The page: an absolute http or https URL.</param>
    /// <param name="request">
    /// The formats, rendering and other settings. Its <see cref="PageRequest.Url"/> is ignored.
    /// </param>
    /// <param name="cancellationToken">Cancels the visit. The browser is gone when the method returns.</param>
    /// <returns>The record, with <see cref="PageRecord.Error"/> if the page failed.</returns>
    /// <exception cref="ArgumentException">The request is invalid. The message names every fault.</exception>
    /// <exception cref="InvalidOperationException">
    /// Too many scrapes are waiting, or the page needs a browser and no Chromium was found.
    /// </exception>
    public async Task<PageRecord> ScrapeAsync(
        string url,
        PageRequest? request = null,
        CancellationToken cancellationToken = default
    )
    {
        request = (request ?? new PageRequest()) with { Url = url };
        ThrowIfInvalid(CrawlRequestValidator.Validate(request), request.Page, nameof(request));
        await _started.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        var scrapes = _services.GetRequiredService<ScrapeService>();
        return await scrapes.TryScrapeAsync(request, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException(
                $"{scrapes.Waiting} scrapes are already waiting, the most that MaxWaitingScrapes allows; try again later"
            );
    }

    /// <summary>Logs in to a site by a visit with steps. Nothing is stored.</summary>
    /// <param name="request">The page of the login, and how it is visited.</param>
    /// <param name="cancellationToken">Cancels the login. The browser is gone when the method returns.</param>
    /// <exception cref="ArgumentException">The request is invalid. The message names every fault.</exception>
    internal async Task<LoginResult> LoginAsync(PageRequest request, CancellationToken cancellationToken)
    {
        ThrowIfInvalid(CrawlRequestValidator.Validate(request), request.Page, nameof(request));
        await _started.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await _services
            .GetRequiredService<LoginService>()
            .LoginAsync(request, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Finds the URLs of a site from its sitemaps and the links of one page. Fetches no other page; nothing is stored.</summary>
    /// <param name="url">A page of the site: an absolute http or https URL.</param>
    /// <param name="request">The limits and filters. Its <see cref="MapRequest.Url"/> is ignored.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The URLs, with <see cref="SiteMap.Error"/> if the page could not be read.</returns>
    /// <exception cref="ArgumentException">The request is invalid. The message names every fault.</exception>
    /// <exception cref="InvalidOperationException">Too many requests are waiting.</exception>
    public async Task<SiteMap> MapAsync(
        string url,
        MapRequest? request = null,
        CancellationToken cancellationToken = default
    )
    {
        request = (request ?? new MapRequest()) with { Url = url };
        ThrowIfInvalid(DiscoveryValidator.Validate(request), nameof(request));
        await _started.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        var maps = _services.GetRequiredService<MapService>();
        return await maps.TryMapAsync(request, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException(
                $"{maps.Waiting} requests are already waiting, the most that MaxWaitingScrapes allows; try again later"
            );
    }

    /// <summary>
    /// Stops all work and disposes every browser. Stored crawls stay, and continue when a crawler opens the folder again.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_owned is null)
            return;
        if (_started.IsValueCreated)
            await _owned
                .GetRequiredService<CrawlerHostedService>()
                .StopAsync(CancellationToken.None)
                .ConfigureAwait(false);
        await _owned.DisposeAsync().ConfigureAwait(false);
        if (_temporaryFolder is not null && Directory.Exists(_temporaryFolder))
            Directory.Delete(_temporaryFolder, recursive: true);
    }

    private CrawlerOptions Options => _services.GetRequiredService<CrawlerOptions>();

    private TimeProvider Time => _services.GetRequiredService<TimeProvider>();

    private async IAsyncEnumerable<PageRecord> CrawlCoreAsync(
        string id,
        CrawlRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await _started.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        var (crawls, host) = (
            _services.GetRequiredService<CrawlService>(),
            _services.GetRequiredService<EmbeddedHost>()
        );
        switch (await crawls.AcceptAsync(id, request, cancellationToken).ConfigureAwait(false))
        {
            case Acceptance.Full:
                throw new InvalidOperationException(
                    "too many crawls are already waiting, the most that MaxWaiting allows; try again later"
                );
            case Acceptance.EarlierCrawlUnknown:
                var fault = await crawls.FindSinceFaultAsync(request, cancellationToken).ConfigureAwait(false);
                throw new ArgumentException($"Since: {fault}", nameof(request));
        }
        var completion = host.WaitAsync(id);
        var reader = new CommittedRecords(crawls, PollInterval, Time);
        try
        {
            var (reached, internalError) = (false, (PageError?)null);
            await foreach (var record in reader.ReadUntilAsync(completion, id, cancellationToken).ConfigureAwait(false))
            {
                if (record.Error is { Code: ErrorCode.Internal })
                    internalError = record.Error;
                else
                    reached = true;
                yield return record;
            }
            if (await completion.ConfigureAwait(false) is { } reason)
                throw new IOException($"the crawl {id} stopped: {reason.Message}", reason);
            // A caller that does not look at errors would take such a crawl for one that went well.
            if (internalError is not null && !reached)
                throw new InvalidOperationException($"every page of the crawl {id} failed: {internalError.Message}");
        }
        finally
        {
            if (!completion.IsCompleted)
            {
                await crawls.CancelAsync(id, CancellationToken.None).ConfigureAwait(false);
                await Task.WhenAny(completion, Task.Delay(CancelLimit, Time, CancellationToken.None))
                    .ConfigureAwait(false);
            }
        }
    }

    private CrawlRequest Complete(string url, CrawlRequest? request)
    {
        request ??= new CrawlRequest();
        request = request with { Urls = [url, .. request.Urls] };
        ThrowIfInvalid(CrawlRequestValidator.Validate(request), request.Page, nameof(request));
        return request;
    }

    private void ThrowIfInvalid(IReadOnlyList<RequestFault> faults, PageOptions page, string name) =>
        ThrowIfInvalid([.. faults, .. ScriptCheck.FindFaults(page, Options), .. SecretCheck.FindFaults(page)], name);

    private static void ThrowIfInvalid(IReadOnlyList<RequestFault> faults, string name)
    {
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults.Select(f => $"{f.Field}: {f.Message}")), name);
    }
}
