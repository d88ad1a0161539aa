using FunctionsCrawler;
using FunctionsCrawler.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the crawler to a service collection.</summary>
public static class FunctionsCrawlerServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="Crawler"/> as a singleton, with an embedded host that starts and stops with the application.
    /// Crawls that were interrupted by a restart continue.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Sets the options. <see cref="CrawlerOptions.OutputFolder"/> is required.</param>
    public static IServiceCollection AddFunctionsCrawler(
        this IServiceCollection services,
        Action<CrawlerOptions> configure
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(configure);
        services.AddCrawlerCore().AddEmbeddedHost();
        services.TryAddSingleton<CrawlerHostedService>();
        services.AddHostedService(s => s.GetRequiredService<CrawlerHostedService>());
        services.TryAddSingleton(s => new Crawler(s));
        return services;
    }
}
