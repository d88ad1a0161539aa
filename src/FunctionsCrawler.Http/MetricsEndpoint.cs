using FunctionsCrawler.Browsing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace FunctionsCrawler.Http;

/// <summary>GET /metrics: the metrics of this process in Prometheus text format, by way of OpenTelemetry.</summary>
public static class MetricsEndpoint
{
    /// <summary>Collects the crawler's metrics from now on.</summary>
    public static void AddCrawlMetrics(this IServiceCollection services) =>
        services
            .AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter(BrowserMetrics.MeterName).AddPrometheusExporter());

    /// <summary>What answers the route. It is a pipeline of its own, for a Functions host has no routes to map.</summary>
    public static RequestDelegate Create(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseOpenTelemetryPrometheusScrapingEndpoint(_ => true);
        return app.Build();
    }
}
