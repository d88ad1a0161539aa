using System.Text.Json.Nodes;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>
/// The HTTP API of crawl4ai over the services of our own API. It finds the route itself, so that all hosts have the same ones.
/// </summary>
internal sealed class Crawl4aiApi(Crawl4aiHost host, CrawlService crawls)
{
    private readonly CrawlRoutes _crawl = new(
        host.Pages,
        new DeepCrawlRun(crawls, host.Time),
        host.Guard,
        host.Options,
        host.Time
    );

    private readonly JobRoutes _jobs = new(crawls, host.Guard, host.Options);
    private readonly SinglePageRoutes _pages = new(host.Pages, host.Guard, host.Artifacts, host.Options);
    private readonly ServerRoutes _server = new(host);

    /// <summary>Handles a request to any path of the API.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var started = host.Time.GetTimestamp();
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        await ApiEndpoints.RunAsync(context, () => RouteAsync(context, path));
        host.Stats.Add(
            path is ["crawl", "stream" or "job", ..] ? $"/crawl/{path[1]}" : "/" + path[0].ToLowerInvariant(),
            host.Time.GetElapsedTime(started),
            hasFailed: context.Response.StatusCode >= 400
        );
    }

    private Task<IResult> RouteAsync(HttpContext context, string[] path) =>
        (context.Request.Method, path) switch
        {
            ("POST", ["crawl"]) => _crawl.CrawlAsync(context, streams: false),
            ("POST", ["crawl", "stream"]) => _crawl.CrawlAsync(context, streams: true),
            ("POST", ["crawl", "job"]) => _jobs.StartAsync(context),
            ("GET", ["crawl", "job", var id]) => _jobs.ShowAsync(context, id),
            // In crawl4ai's documentation and in clients, but not in its server.
            ("GET", ["job", var id]) => _jobs.ShowAsync(context, id),
            ("POST", ["md"]) => _pages.ReadMarkdownAsync(context),
            ("POST", ["html"]) => _pages.ReadHtmlAsync(context),
            ("POST", ["screenshot"]) => _pages.TakeScreenshotAsync(context),
            ("POST", ["pdf"]) => _pages.PrintAsync(context),
            ("POST", ["execute_js"]) => _pages.RunScriptsAsync(context),
            ("GET", ["artifacts", var id]) => Now(_pages.FindArtifact(id)),
            ("POST", ["token"]) => _server.CreateTokenAsync(context),
            ("POST", ["config", "dump"]) => ServerRoutes.DumpAsync(context),
            ("GET", ["health"]) => Now(_server.ReportHealth()),
            ("GET", ["schema"]) => Now(ServerRoutes.DescribeConfigs()),
            ("GET", ["hooks", "info"]) => Now(ServerRoutes.DescribeHooks()),
            ("GET", ["monitor", "health"]) => Now(_server.ReportLoad()),
            ("GET", ["monitor", "endpoints", "stats"]) => Now(new JsonAnswer(host.Stats.ToJson())),
            (_, ["llm", ..]) => Now(Crawl4aiError.Result(501, "LLM extraction is not offered")),
            ("GET", ["ask"]) => Now(Crawl4aiError.Result(404, "Context files not found")),
            _ => Now(Unknown(context, path)),
        };

    // The paths that exist with another method.
    private static IResult Unknown(HttpContext context, string[] path) =>
        path
            is ["crawl" or "md" or "html" or "screenshot" or "pdf" or "execute_js" or "token" or "health" or "schema"]
                or ["crawl", "stream" or "job"]
            ? Crawl4aiError.Result(405, "Method Not Allowed")
            : Crawl4aiError.Result(404, $"There is no route {context.Request.Method} {context.Request.Path}.");

    private static Task<IResult> Now(IResult result) => Task.FromResult(result);
}
