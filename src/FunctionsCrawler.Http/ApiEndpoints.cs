using System.Diagnostics;
using FunctionsCrawler.Crawls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Http;

/// <summary>Maps the HTTP API onto an ASP.NET Core server.</summary>
internal static partial class ApiEndpoints
{
    /// <summary>Maps every route of the API except the metrics.</summary>
    /// <param name="routes">The routes of the server.</param>
    /// <param name="api">The handlers for crawls.</param>
    /// <param name="scrape">The handler for single pages.</param>
    /// <param name="map">The handler for the URLs of a site.</param>
    /// <param name="health">Returns the health of the host.</param>
    public static void MapCrawlApi(
        this IEndpointRouteBuilder routes,
        CrawlApi api,
        ScrapeApi scrape,
        MapApi map,
        Func<HealthReport> health
    )
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(scrape);
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(health);
        Map("POST", ApiRoutes.Scrape, (context, _) => scrape.ScrapeAsync(context));
        Map("POST", ApiRoutes.Map, (context, _) => map.MapAsync(context));
        Map("POST", ApiRoutes.Crawls, (context, _) => api.SubmitAsync(context));
        Map("GET", ApiRoutes.Crawls, (context, _) => api.ListAsync(context));
        Map("GET", ApiRoutes.Crawl, api.ShowAsync);
        Map("DELETE", ApiRoutes.Crawl, api.DeleteAsync);
        Map("GET", ApiRoutes.Pages, api.ReadPagesAsync);
        Map("GET", ApiRoutes.Summary, api.SummarizeAsync);
        Map("GET", ApiRoutes.Changes, api.CompareAsync);
        Map(
            "GET",
            ApiRoutes.Artifact,
            (context, id) => api.ReadArtifactAsync(context, id, context.GetRouteValue("name") as string ?? "")
        );
        Map("GET", ApiRoutes.Archive, api.ReadArchiveAsync);
        Map("POST", ApiRoutes.Cancel, api.CancelAsync);
        Map("GET", ApiRoutes.Health, (_, _) => Task.FromResult(CrawlApi.ReportHealth(health())));
        Map("GET", ApiRoutes.OpenApi, (_, _) => Task.FromResult(CrawlApi.Describe()));

        void Map(string method, string route, Func<HttpContext, string, Task<IResult>> handler)
        {
            routes.MapMethods(route, [method], HandleAsync);

            Task HandleAsync(HttpContext context) =>
                RunAsync(context, () => handler(context, context.GetRouteValue("id") as string ?? ""));
        }
    }

    /// <summary>
    /// Runs a handler and executes its result. Exceptions become problem responses without details, because exception messages
    /// may contain paths and addresses. The log has the details.
    /// </summary>
    public static async Task RunAsync(HttpContext context, Func<Task<IResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(handler);
        try
        {
            await (await handler()).ExecuteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected, so there is nobody to respond to.
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            // Thrown by the web server for a malformed request; its message is safe to return.
            await Problem.For(context, e.StatusCode, e.Message).ExecuteAsync(context);
        }
        catch (Exception e)
        {
            var trace = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
            var request = context.Request;
            Log.Failed(LoggerOf(context), e, request.Method, request.Path.ToUriComponent(), trace);
            if (context.Response.HasStarted)
                // A truncated response must not look complete. A client that reads records can continue from the last cursor.
                context.Abort();
            else
                await Describe(context, e, trace).ExecuteAsync(context);
        }
    }

    /// <summary>Adds a problem to error responses that have no body, for example for an unknown route.</summary>
    public static void UseProblemsForEmptyErrors(this IApplicationBuilder app) =>
        app.UseStatusCodePages(pages =>
        {
            var context = pages.HttpContext;
            var detail = context.Response.StatusCode switch
            {
                404 => $"There is no route {context.Request.Path}; see /{ApiRoutes.OpenApi} for all routes.",
                405 => $"{context.Request.Method} is not allowed at {context.Request.Path}.",
                _ => "The request failed.",
            };
            return Problem.For(context, context.Response.StatusCode, detail).ExecuteAsync(context);
        });

    private static IResult Describe(HttpContext context, Exception e, string trace) =>
        e is IOException
            ? Problem.Busy(context, 503, "The storage is not available. No data was lost. Try again later.", trace)
            : Problem.For(
                context,
                500,
                e is InvalidDataException or DamagedBlobException
                    ? "The crawl's stored data cannot be read; see the server log for the reason."
                    : "The server failed to process the request; see the server log for the reason.",
                trace
            );

    private static ILogger LoggerOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger<CrawlApi>();

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Error, "{Method} {Path} failed (trace {Trace})")]
        public static partial void Failed(
            ILogger logger,
            Exception exception,
            string method,
            string path,
            string trace
        );
    }
}
