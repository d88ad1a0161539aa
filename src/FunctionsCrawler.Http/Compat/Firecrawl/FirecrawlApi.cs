using System.Text.Json.Nodes;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>
/// The HTTP API of Firecrawl, v2 and v1, over the services of our own API. It finds the route itself, so that a host needs one
/// route for each version.
/// </summary>
internal sealed class FirecrawlApi(
    CrawlService crawls,
    ScrapeService scrapes,
    MapService maps,
    CrawlerOptions options,
    TimeProvider time
)
{
    private readonly ScrapeRoutes _scrape = new(scrapes, options);
    private readonly MapRoutes _map = new(maps);
    private readonly JobStartRoutes _start = new(crawls, options);
    private readonly JobRoutes _jobs = new(crawls, time);
    private readonly TeamRoutes _team = new(crawls, options);

    /// <summary>Handles a request to any path of the API.</summary>
    public Task HandleAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ApiEndpoints.RunAsync(context, () => RouteAsync(context));
    }

    private Task<IResult> RouteAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (version, rest) = (path[0].ToLowerInvariant(), path[1..]);
        if (version is "v0")
            return Now(
                rest is ["health", "liveness"] ? new JsonAnswer(new JsonObject { ["status"] = "ok" }) : Unknown(context)
            );
        return (context.Request.Method, rest) switch
        {
            ("POST", ["scrape"]) => _scrape.ScrapeAsync(context, version is "v1"),
            ("POST", ["map"]) => _map.MapAsync(context, version is "v1"),
            ("POST", ["crawl"]) => _start.CrawlAsync(context, version),
            ("POST", ["batch", "scrape"]) => _start.BatchAsync(context, version),
            ("GET", ["crawl", "active" or "ongoing"]) => _jobs.ListActiveAsync(context),
            (_, ["crawl", .. var job]) => RouteJobAsync(context, version, JobKind.Crawl, job),
            (_, ["batch", "scrape", .. var job]) => RouteJobAsync(context, version, JobKind.Batch, job),
            ("GET", ["team", "credit-usage"]) => Now(TeamRoutes.ReportUsage("Credits")),
            ("GET", ["team", "token-usage"]) => Now(TeamRoutes.ReportUsage("Tokens")),
            ("GET", ["team", "queue-status"]) => _team.ReportQueueAsync(context),
            ("GET", ["concurrency-check"]) => _team.ReportConcurrencyAsync(context),
            _ => Now(NotOffered(rest) ?? Unknown(context)),
        };
    }

    private Task<IResult> RouteJobAsync(HttpContext context, string version, JobKind kind, string[] job) =>
        (context.Request.Method, job) switch
        {
            ("POST", ["params-preview"]) => Now(
                FirecrawlError.Result(400, "params-preview needs a model and is not offered.", "BAD_REQUEST")
            ),
            ("GET", [var id]) => _jobs.ShowAsync(context, version, kind, id),
            ("DELETE", [var id]) => _jobs.CancelAsync(context, kind, id),
            // Version 1 of the JavaScript client reads the errors by DELETE.
            ("GET" or "DELETE", [var id, "errors"]) => _jobs.ListErrorsAsync(context, kind, id),
            _ => Now(Unknown(context)),
        };

    private static IResult? NotOffered(string[] rest) =>
        rest switch
        {
            ["search", ..] => FirecrawlError.Result(
                501,
                "search needs a search engine, which this server does not have."
            ),
            ["extract" or "deep-research" or "llmstxt" or "agent", ..] => FirecrawlError.Result(
                501,
                $"{rest[0]} needs a model, which this server does not have."
            ),
            ["parse" or "monitor" or "browser" or "interact" or "feedback", ..] => FirecrawlError.Result(
                501,
                $"{rest[0]} is not offered."
            ),
            // Single pages are not stored.
            ["scrape", _] => FirecrawlError.Result(404, "Job not found"),
            _ => null,
        };

    private static IResult Unknown(HttpContext context) =>
        FirecrawlError.Result(404, $"There is no route {context.Request.Method} {context.Request.Path}.");

    private static Task<IResult> Now(IResult result) => Task.FromResult(result);
}
