using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Http.Compat.Crawl4ai;
using FunctionsCrawler.Http.Compat.Firecrawl;
using FunctionsCrawler.Http.Compat.Loader;
using FunctionsCrawler.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsCrawler.Http.Compat;

/// <summary>
/// All compatible APIs. They translate the requests and responses of other crawlers; how pages are crawled is decided by the
/// same services as for our own API.
/// </summary>
internal static class CompatApis
{
    /// <summary>Their mounts.</summary>
    public static IReadOnlyList<CompatMount> Mounts { get; } =
    [FirecrawlMount.Instance, Crawl4aiMount.Instance, LoaderMount.Instance, ReaderMount.Instance];

    /// <summary>Maps their routes. Each API finds its routes itself, so that all hosts have the same ones.</summary>
    /// <param name="routes">The routes of the server.</param>
    /// <param name="crawls">Runs the crawls.</param>
    /// <param name="keys">The keys of the server.</param>
    /// <param name="services">Has the services for single pages and for the URLs of a site.</param>
    public static void MapCompatApis(
        this IEndpointRouteBuilder routes,
        CrawlService crawls,
        ApiKeys keys,
        IServiceProvider services
    )
    {
        ArgumentNullException.ThrowIfNull(routes);
        var firecrawl = new FirecrawlApi(
            crawls,
            services.GetRequiredService<ScrapeService>(),
            services.GetRequiredService<MapService>(),
            services.GetRequiredService<CrawlerOptions>(),
            services.GetRequiredService<TimeProvider>()
        );
        foreach (var root in FirecrawlMount.Roots)
            routes.Map($"{root}/{{**rest}}", firecrawl.HandleAsync);
        var crawl4ai = new Crawl4aiApi(
            new Crawl4aiHost(
                services.GetRequiredService<ScrapeService>(),
                services.GetRequiredService<AddressGuard>(),
                services.GetRequiredService<CrawlerOptions>(),
                keys,
                services.GetRequiredService<TimeProvider>()
            ),
            crawls
        );
        foreach (var root in Crawl4aiMount.Roots)
            routes.Map($"{root}/{{**rest}}", crawl4ai.HandleAsync);
        MapLoaders(routes, services);
    }

    private static void MapLoaders(IEndpointRouteBuilder routes, IServiceProvider services)
    {
        var scrapes = services.GetRequiredService<ScrapeService>();
        var loader = new LoaderApi(scrapes, services.GetRequiredService<CrawlerOptions>());
        routes.MapPost(LoaderMount.Route, loader.HandleAsync);
        routes.MapGet($"{ReaderMount.Root}/{{**url}}", new ReaderApi(scrapes).HandleAsync);
    }
}
