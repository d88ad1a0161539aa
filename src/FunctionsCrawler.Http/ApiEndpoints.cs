using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Http;

/// <summary>Puts the contract onto a web server.</summary>
public static partial class ApiEndpoints
{
    /// <summary>Maps every route of the contract but the metrics.</summary>
    /// <param name="routes">The web server's routes.</param>
    /// <param name="api">What answers.</param>
    /// <param name="health">How the host is.</param>
    public static void MapCrawlApi(this IEndpointRouteBuilder routes, CrawlApi api, Func<HealthReport> health)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(health);
        Map("POST", ApiRoutes.Crawls, (context, _) => api.SubmitAsync(context));
        Map("GET", ApiRoutes.Crawls, (context, _) => api.ListAsync(context));
        Map("GET", ApiRoutes.Crawl, api.ShowAsync);
        Map("DELETE", ApiRoutes.Crawl, api.DeleteAsync);
        Map("GET", ApiRoutes.Pages, api.ReadPagesAsync);
        Map("GET", ApiRoutes.Summary, api.SummarizeAsync);
        Map("POST", ApiRoutes.Cancel, api.CancelAsync);
        Map("GET", ApiRoutes.Health, (_, _) => Task.FromResult(CrawlApi.ReportHealth(health())));
        Map("GET", ApiRoutes.OpenApi, (_, _) => Task.FromResult(CrawlApi.Describe()));

        void Map(string method, string route, Func<HttpContext, string, Task<IResult>> handler)
        {
            routes.MapMethods(route, [method], AnswerAsync);

            Task AnswerAsync(HttpContext context) =>
                RunAsync(context, () => handler(context, context.GetRouteValue("id") as string ?? ""));
        }
    }

    /// <summary>
    /// Answers a request by a method of <see cref="CrawlApi"/>; what it throws becomes a problem too, whose details only the
    /// log tells: messages of exceptions hold paths, addresses and worse.
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
            // Nobody waits for an answer.
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            // The web server's own words about the request.
            await Problem.Answer(e.StatusCode, e.Message).ExecuteAsync(context);
        }
        catch (Exception e)
        {
            var trace = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
            var request = context.Request;
            Log.Failed(LoggerOf(context), e, request.Method, request.Path.ToUriComponent(), trace);
            if (context.Response.HasStarted)
                // An answer cut short must not look complete. Whoever reads records goes on from the last cursor.
                context.Abort();
            else
                await Describe(context, e, trace).ExecuteAsync(context);
        }
    }

    /// <summary>Answers whatever ended without a body, such as an unknown route, with a problem.</summary>
    public static void UseProblemsForEmptyErrors(this IApplicationBuilder app) =>
        app.UseStatusCodePages(pages =>
        {
            var context = pages.HttpContext;
            var detail = context.Response.StatusCode switch
            {
                404 => $"There is nothing at {context.Request.Path}; /{ApiRoutes.OpenApi} lists what there is.",
                405 => $"{context.Request.Method} is not allowed at {context.Request.Path}.",
                _ => "The request could not be answered.",
            };
            return Problem.Answer(context.Response.StatusCode, detail).ExecuteAsync(context);
        });

    private static IResult Describe(HttpContext context, Exception e, string trace)
    {
        if (e is not IOException)
            return Problem.Answer(
                500,
                e is InvalidDataException
                    ? "The crawl's stored data cannot be read; the log of the server says why."
                    : "Something failed inside the server; its log says what.",
                traceId: trace
            );
        context.Response.Headers.RetryAfter = "5";
        return Problem.Answer(
            503,
            "The storage does not answer as it should; nothing was lost. Try again later.",
            traceId: trace
        );
    }

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
