using FunctionsCrawler.Http;
using FunctionsCrawler.Http.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsCrawler.Functions;

/// <summary>The HTTP contract as triggers. Each answers by the handler that <c>crawl serve</c> uses, too.</summary>
public sealed class HttpTriggers(CrawlHost host, MetricsPipeline metrics)
{
    /// <summary>Accepts a crawl.</summary>
    [Function("SubmitCrawl")]
    public Task SubmitAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Crawls)] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => AnswerAsync(request, context => host.Api(client).SubmitAsync(context));

    /// <summary>Lists crawls.</summary>
    [Function("ListCrawls")]
    public Task ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Crawls)] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => AnswerAsync(request, context => host.Api(client).ListAsync(context));

    /// <summary>Shows a crawl.</summary>
    [Function("ShowCrawl")]
    public Task ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Crawl)] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => AnswerAsync(request, context => host.Api(client).ShowAsync(context, id));

    /// <summary>Deletes a crawl.</summary>
    [Function("DeleteCrawl")]
    public Task DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = ApiRoutes.Crawl)] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => AnswerAsync(request, context => host.Api(client).DeleteAsync(context, id));

    /// <summary>Reads records.</summary>
    [Function("ReadPages")]
    public Task ReadPagesAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Pages)] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => AnswerAsync(request, context => host.Api(client).ReadPagesAsync(context, id));

    /// <summary>Reads a summary.</summary>
    [Function("SummarizeCrawl")]
    public Task SummarizeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Summary)] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => AnswerAsync(request, context => host.Api(client).SummarizeAsync(context, id));

    /// <summary>Cancels a crawl.</summary>
    [Function("CancelCrawl")]
    public Task CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = ApiRoutes.Cancel)] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client
    ) => AnswerAsync(request, context => host.Api(client).CancelAsync(context, id));

    /// <summary>Tells that this worker lives, and no more: probes have no key, so strangers may ask. The metrics tell the rest.</summary>
    [Function("Health")]
    public static Task HealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ApiRoutes.Health)] HttpRequest request
    ) => AnswerAsync(request, _ => Task.FromResult(CrawlApi.ReportHealth(HealthReport.Live)));

    /// <summary>Describes the contract.</summary>
    [Function("Describe")]
    public static Task DescribeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.OpenApi)] HttpRequest request
    ) => AnswerAsync(request, _ => Task.FromResult(CrawlApi.Describe()));

    /// <summary>Reads metrics.</summary>
    [Function("Metrics")]
    public Task MetricsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ApiRoutes.Metrics)] HttpRequest request
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        SecurityHeaders.Apply(request.HttpContext.Response);
        return metrics.Answer(request.HttpContext);
    }

    private static Task AnswerAsync(HttpRequest request, Func<HttpContext, Task<IResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(request);
        SecurityHeaders.Apply(request.HttpContext.Response);
        return ApiEndpoints.RunAsync(request.HttpContext, () => handler(request.HttpContext));
    }
}

/// <summary>What answers /metrics.</summary>
/// <param name="Answer">The pipeline.</param>
public sealed record MetricsPipeline(RequestDelegate Answer);
