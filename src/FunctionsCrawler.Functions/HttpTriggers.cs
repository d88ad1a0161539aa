using FunctionsCrawler.Http;
using FunctionsCrawler.Http.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsCrawler.Functions;

/// <summary>The HTTP API as triggers. They use the same handlers as <c>crawl serve</c>.</summary>
public sealed class HttpTriggers(CrawlHost host, MetricsPipeline metrics)
{
    /// <summary>Accepts a crawl.</summary>
    [Function("SubmitCrawl")]
    public Task SubmitAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Crawls)] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, context => host.Api(client).SubmitAsync(context));

    /// <summary>Lists crawls.</summary>
    [Function("ListCrawls")]
    public Task ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Crawls)] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, context => host.Api(client).ListAsync(context));

    /// <summary>Returns the status of a crawl.</summary>
    [Function("ShowCrawl")]
    public Task ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Crawl)] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, context => host.Api(client).ShowAsync(context, id));

    /// <summary>Deletes a crawl.</summary>
    [Function("DeleteCrawl")]
    public Task DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = ApiRoutes.Crawl)] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, context => host.Api(client).DeleteAsync(context, id));

    /// <summary>Returns the records of a crawl.</summary>
    [Function("ReadPages")]
    public Task ReadPagesAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Pages)] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, context => host.Api(client).ReadPagesAsync(context, id));

    /// <summary>Returns the summary of a crawl.</summary>
    [Function("SummarizeCrawl")]
    public Task SummarizeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Summary)] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, context => host.Api(client).SummarizeAsync(context, id));

    /// <summary>Compares a crawl with an earlier one.</summary>
    [Function("CompareCrawls")]
    public Task CompareAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Changes)] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, context => host.Api(client).CompareAsync(context, id));

    /// <summary>Returns a file that was made of a page.</summary>
    [Function("ReadArtifact")]
    public Task ReadArtifactAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Artifact)] HttpRequest request,
        string id,
        string name,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, context => host.Api(client).ReadArtifactAsync(context, id, name));

    /// <summary>Returns the archive of what a crawl fetched.</summary>
    [Function("ReadArchive")]
    public Task ReadArchiveAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Archive)] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, context => host.Api(client).ReadArchiveAsync(context, id));

    /// <summary>Cancels a crawl.</summary>
    [Function("CancelCrawl")]
    public Task CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Cancel)] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, context => host.Api(client).CancelAsync(context, id));

    /// <summary>Visits one page and returns its record.</summary>
    [Function("ScrapePage")]
    public Task ScrapeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Scrape)] HttpRequest request
    ) => RunAsync(request, host.Scrape.ScrapeAsync);

    /// <summary>Returns the URLs of a site.</summary>
    [Function("MapSite")]
    public Task MapAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Map)] HttpRequest request
    ) => RunAsync(request, host.Map.MapAsync);

    /// <summary>
    /// Returns only that this worker is alive: health probes have no key, so the endpoint is anonymous. Use the metrics for
    /// details.
    /// </summary>
    [Function("Health")]
    public static Task HealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ApiRoutes.Health)] HttpRequest request
    ) => RunAsync(request, _ => Task.FromResult(CrawlApi.ReportHealth(HealthReport.Live)));

    /// <summary>Returns the OpenAPI document.</summary>
    [Function("Describe")]
    public static Task DescribeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.OpenApi)] HttpRequest request
    ) => RunAsync(request, _ => Task.FromResult(CrawlApi.Describe()));

    /// <summary>Returns metrics in Prometheus text format.</summary>
    [Function("Metrics")]
    public Task MetricsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Metrics)] HttpRequest request
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        SecurityHeaders.Apply(request.HttpContext.Response);
        return metrics.Answer(request.HttpContext);
    }

    private static Task RunAsync(HttpRequest request, Func<HttpContext, Task<IResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(request);
        SecurityHeaders.Apply(request.HttpContext.Response);
        return ApiEndpoints.RunAsync(request.HttpContext, () => handler(request.HttpContext));
    }
}

/// <summary>The handler of GET /metrics.</summary>
/// <param name="Answer">The request pipeline.</param>
public sealed record MetricsPipeline(RequestDelegate Answer);
