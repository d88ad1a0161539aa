using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace FunctionsCrawler.Http;

/// <summary>GET /metrics: exports the metrics of this process in Prometheus text format, using OpenTelemetry.</summary>
internal static class MetricsEndpoint
{
    private const string ServiceName = "functions-crawler";

    /// <summary>Registers the collection of the crawler's metrics.</summary>
    public static void AddCrawlMetrics(this IServiceCollection services) =>
        services
            .AddOpenTelemetry()
            // The later one wins: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES replace our name.
            .ConfigureResource(resource =>
                resource
                    .AddService(
                        ServiceName,
                        serviceVersion: CrawlerVersion.Package,
                        // A new one for each start would make each start new time series.
                        autoGenerateServiceInstanceId: false
                    )
                    .AddEnvironmentVariableDetector()
            )
            .WithMetrics(metrics => metrics.AddMeter(BrowserMetrics.MeterName).AddPrometheusExporter());

    /// <summary>Creates the handler as a separate pipeline, because a Functions host has no endpoint routing.</summary>
    public static RequestDelegate Create(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseOpenTelemetryPrometheusScrapingEndpoint(_ => true);
        return app.Build();
    }
}
