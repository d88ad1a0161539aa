using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Proxies;
using FunctionsCrawler.Politeness;
using FunctionsCrawler.Scraping;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// The composition of a crawling process, in small steps from the bottom up. Every host registers by this. What a host wants
/// otherwise (its store, its observer, its clock) it registers before.
/// </summary>
internal static class CrawlerServices
{
    /// <summary>The category of all log lines of the crawler.</summary>
    public const string LogCategory = "Crawler";

    // Of the 32 activities that host.json allows at the same time, at most 4 are chunks being crawled and 16 wait for that, so
    // that there is always room for those that only use the store.
    internal const int MaxWaitingChunks = 16;

    // With the time budget of a chunk well below the 30 minutes that host.json allows an activity.
    private static readonly TimeSpan LongestWaitForSlot = TimeSpan.FromMinutes(5);

    /// <summary>Registers everything that crawls and scrapes, but no scheduler: the embedded host or Durable Functions.</summary>
    public static IServiceCollection AddCrawlerCore(this IServiceCollection services) =>
        services
            .AddCrawlerOptions()
            .AddCrawlerNetwork()
            .AddCrawlerMemory()
            .AddCrawlerFetching()
            .AddCrawlerScraping()
            .AddCrawlerActivities();

    /// <summary>Registers the embedded host as the scheduler of crawls.</summary>
    public static IServiceCollection AddEmbeddedHost(this IServiceCollection services)
    {
        services.TryAddTransient<EmbeddedEngine>();
        services.TryAddSingleton<Func<EmbeddedEngine>>(s => s.GetRequiredService<EmbeddedEngine>);
        services.TryAddSingleton(s => new EmbeddedCrawlRunner(
            s.GetRequiredService<Func<EmbeddedEngine>>(),
            s.GetRequiredService<FinishCrawlActivity>(),
            s.GetRequiredService<ICrawlOwnership>(),
            s.GetRequiredService<CrawlWatch>(),
            s.GetRequiredService<WorkerLifetime>(),
            Options(s).StopOnFailure,
            s.GetRequiredService<TimeProvider>(),
            Logger(s)
        ));
        services.TryAddSingleton<EmbeddedHost>();
        services.TryAddSingleton<ICrawlScheduler>(s => s.GetRequiredService<EmbeddedHost>());
        services.TryAddSingleton(s => ActivatorUtilities.CreateInstance<CrawlService>(s, Logger(s)));
        return services;
    }

    private static IServiceCollection AddCrawlerOptions(this IServiceCollection services)
    {
        services.AddOptions<CrawlerOptions>().ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<CrawlerOptions>, CrawlerOptionsValidator>()
        );
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(s => s.GetRequiredService<IOptions<CrawlerOptions>>().Value);
        services.TryAddSingleton(s => new CrawlerIdentity { Contact = Options(s).Contact });
        services.TryAddSingleton(s => Options(s).PageLimits);
        services.TryAddSingleton<ICrawlObserver>(s => new LogObserver(Logger(s)));
        services.TryAddSingleton<IBlobStore>(s => new FileBlobStore(StoreFolder(Options(s))));
        return services;
    }

    private static IServiceCollection AddCrawlerNetwork(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new AddressGuard(
            Options(s).AddressPolicy,
            Options(s).Resolve,
            s.GetRequiredService<TimeProvider>()
        ));
        return services;
    }

    private static IServiceCollection AddCrawlerMemory(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new MemoryGovernor(
            MemoryBudget.Resolve(Options(s).MemoryBytes ?? Options(s).MemoryMb * 1024L * 1024),
            s.GetRequiredService<TimeProvider>()
        ));
        services.TryAddSingleton(s => s.GetRequiredService<MemoryGovernor>().Documents);
        return services;
    }

    private static IServiceCollection AddCrawlerFetching(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new EgressGate(CreatePageGuard(s), !Options(s).IsUnguarded));
        services.TryAddSingleton(s => new HttpFetchers(
            s.GetRequiredService<EgressGate>(),
            s.GetRequiredService<CrawlerIdentity>(),
            s.GetRequiredService<PageLimits>(),
            RobotsRules.MaxBytes,
            s.GetRequiredService<LargeDocumentGate>(),
            s.GetRequiredService<TimeProvider>()
        ));
        // Looking for a Chromium takes a while, and crawls over HTTP need none.
        services.TryAddSingleton(s => new Lazy<LaunchSettings>(() => CreateLaunchSettings(s)));
        services.TryAddSingleton(s => new SpareBrowsers(
            Options(s).SpareBrowsers,
            s.GetRequiredService<Lazy<LaunchSettings>>(),
            s.GetRequiredService<MemoryGovernor>(),
            Logger(s),
            s.GetRequiredService<TimeProvider>()
        ));
        services.TryAddSingleton(s => new BrowserFactory(
            s.GetRequiredService<Lazy<LaunchSettings>>(),
            s.GetRequiredService<SpareBrowsers>(),
            s.GetRequiredService<ICrawlObserver>(),
            Logger(s),
            s.GetRequiredService<TimeProvider>()
        ));
        return services;
    }

    private static IServiceCollection AddCrawlerScraping(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new RobotsCache(
            s.GetRequiredService<HttpFetchers>().Robots,
            CrawlerIdentity.ProductToken,
            s.GetRequiredService<TimeProvider>()
        ));
        services.TryAddSingleton<HostPacer>();
        services.TryAddSingleton(s => new ScrapePermissions(Options(s).AllowScripts, Options(s).Login));
        services.TryAddSingleton<ScrapeSessions>();
        services.TryAddSingleton<ScrapeService>();
        services.TryAddSingleton<LoginService>();
        services.TryAddSingleton<MapService>();
        return services;
    }

    private static IServiceCollection AddCrawlerActivities(this IServiceCollection services)
    {
        services.TryAddSingleton<WorkerLifetime>();
        services.TryAddSingleton(s => new EarlierCrawls(s.GetRequiredService<IBlobStore>()));
        services.TryAddSingleton<WebhookClient>();
        services.TryAddSingleton<ICrawlOwnership, SoleOwnership>();
        services.TryAddSingleton<CrawlWatch>();
        services.TryAddSingleton(s => new ChunkSlots(
            Options(s).MaxChunks,
            MaxWaitingChunks,
            LongestWaitForSlot,
            s.GetRequiredService<TimeProvider>()
        ));
        services.TryAddSingleton(s => new ChunkSettings
        {
            Budget = Options(s).ChunkBudget,
            MaxSitemapEntries = s.GetRequiredService<PageLimits>().MaxSitemapEntries,
            MaxLinks = s.GetRequiredService<PageLimits>().MaxLinks,
            FindSource = Options(s).FindSource,
        });
        services.TryAddSingleton(s => new PlanWaveActivity(
            s.GetRequiredService<IBlobStore>(),
            s.GetRequiredService<ICrawlOwnership>(),
            s.GetRequiredService<TimeProvider>(),
            earlierCrawls: s.GetRequiredService<EarlierCrawls>()
        ));
        services.TryAddSingleton<EarlierVisits>();
        services.TryAddSingleton<CrawlChunkActivity>();
        services.TryAddSingleton<FailChunkActivity>();
        services.TryAddSingleton<FinishCrawlActivity>();
        services.TryAddSingleton<NotifyWebhookActivity>();
        services.TryAddSingleton(s => ActivatorUtilities.CreateInstance<ActivityRunner>(s, Logger(s)));
        return services;
    }

    // Webhooks use the guard without proxies.
    private static AddressGuard CreatePageGuard(IServiceProvider services)
    {
        var guard = services.GetRequiredService<AddressGuard>();
        var options = Options(services);
        if (options.UpstreamProxies is not [_, ..] proxies)
            return guard;
        var time = services.GetRequiredService<TimeProvider>();
        var dialer = new ProxyDialer(new HostLookup(options.Resolve, time), time);
        return guard.Through(new UpstreamProxies(proxies, dialer, Logger(services), time));
    }

    private static LaunchSettings CreateLaunchSettings(IServiceProvider services)
    {
        var settings = LaunchSettings.Of(
            Options(services).Chromium ?? ChromiumLocator.Find(out _),
            services.GetRequiredService<EgressGate>(),
            services.GetRequiredService<CrawlerIdentity>(),
            services.GetRequiredService<PageLimits>(),
            services.GetRequiredService<MemoryGovernor>().BudgetBytes
        );
        if (settings.Sandbox is { } sandbox)
            BrowserLog.Fenced(Logger(services), sandbox);
        return settings;
    }

    private static string StoreFolder(CrawlerOptions options) =>
        options.OutputFolder
        ?? throw new InvalidOperationException("OutputFolder is not set; name the folder that crawls are stored in");

    private static CrawlerOptions Options(IServiceProvider services) => services.GetRequiredService<CrawlerOptions>();

    private static ILogger Logger(IServiceProvider services) =>
        services.GetRequiredService<ILoggerFactory>().CreateLogger(LogCategory);
}
