using FunctionsCrawler.Http.Compat.Crawl4ai;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsCrawler.Functions;

/// <summary>
/// The API of crawl4ai, one trigger for each first segment of its paths, because it is mounted at the root. As for other
/// compatible APIs, the app checks its own keys (<see cref="CompatTriggers"/>).
/// </summary>
public sealed class Crawl4aiTriggers(CrawlHost host)
{
    /// <summary>POST /crawl, /crawl/stream, /crawl/job; GET /crawl/job/{id}.</summary>
    [Function("Crawl4aiCrawl")]
    public Task CrawlAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "crawl/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>GET /job/{id}.</summary>
    [Function("Crawl4aiJob")]
    public Task ShowJobAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "job/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>POST /md.</summary>
    [Function("Crawl4aiMarkdown")]
    public Task ReadMarkdownAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "md/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>POST /html.</summary>
    [Function("Crawl4aiHtml")]
    public Task ReadHtmlAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "html/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>POST /screenshot.</summary>
    [Function("Crawl4aiScreenshot")]
    public Task TakeScreenshotAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "screenshot/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>POST /pdf.</summary>
    [Function("Crawl4aiPdf")]
    public Task PrintAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "pdf/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>POST /execute_js.</summary>
    [Function("Crawl4aiScripts")]
    public Task RunScriptsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "execute_js/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>GET /artifacts/{id}. Only the worker that made a file has it.</summary>
    [Function("Crawl4aiArtifacts")]
    public Task ReadArtifactAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "artifacts/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>GET /health.</summary>
    [Function("Crawl4aiHealth")]
    public Task ReportHealthAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>POST /token.</summary>
    [Function("Crawl4aiToken")]
    public Task CreateTokenAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "token/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>GET /schema.</summary>
    [Function("Crawl4aiSchema")]
    public Task DescribeConfigsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "schema/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>POST /config/dump.</summary>
    [Function("Crawl4aiConfig")]
    public Task DumpConfigAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "config/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>GET /hooks/info.</summary>
    [Function("Crawl4aiHooks")]
    public Task DescribeHooksAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "hooks/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>GET /monitor/health, /monitor/endpoints/stats. They are about one worker.</summary>
    [Function("Crawl4aiMonitor")]
    public Task MonitorAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "monitor/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>The manual of crawl4ai, which is not offered.</summary>
    [Function("Crawl4aiAsk")]
    public Task AskAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ask/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    /// <summary>What needs a model, and is not offered.</summary>
    [Function("Crawl4aiLlm")]
    public Task AskModelAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "llm/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, client);

    private Task RunAsync(HttpRequest request, DurableTaskClient client) =>
        CompatTriggers.RunAsync(request, Crawl4aiMount.Instance, host.Keys, host.Crawl4ai(client).HandleAsync);
}
