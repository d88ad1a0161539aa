using FunctionsCrawler.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Http;

/// <summary>Puts the contract onto a web server.</summary>
public static partial class ApiEndpoints
{
    /// <summary>Maps every route of the contract, and answers to any other with a problem.</summary>
    public static void MapCrawlApi(this IEndpointRouteBuilder routes, CrawlApi api)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(api);
        Map("POST", ApiRoutes.Crawls, (context, _) => api.SubmitAsync(context));
        Map("GET", ApiRoutes.Crawls, (context, _) => api.ListAsync(context));
        Map("GET", ApiRoutes.Crawl, api.ShowAsync);
        Map("DELETE", ApiRoutes.Crawl, api.DeleteAsync);
        Map("GET", ApiRoutes.Pages, api.ReadPagesAsync);
        Map("GET", ApiRoutes.Summary, api.SummarizeAsync);
        Map("POST", ApiRoutes.Cancel, api.CancelAsync);
        Map("GET", ApiRoutes.Health, (_, _) => Task.FromResult(api.ReportHealth()));
        Map("GET", ApiRoutes.OpenApi, (_, _) => Task.FromResult(CrawlApi.Describe()));

        void Map(string method, string route, Func<HttpContext, string, Task<IResult>> handler)
        {
            routes.MapMethods(route, [method], AnswerAsync);

            Task AnswerAsync(HttpContext context) =>
                RunAsync(context, () => handler(context, context.GetRouteValue("id") as string ?? ""));
        }
    }

    /// <summary>Answers a request by a method of <see cref="CrawlApi"/>; what it throws becomes a problem too.</summary>
    public static async Task RunAsync(HttpContext context, Func<Task<IResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(handler);
        IResult result;
        try
        {
            result = await handler();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (BadHttpRequestException e)
        {
            result = Problem.Answer(e.StatusCode, e.Message);
        }
        catch (IOException e)
        {
            Log.StoreFailed(LoggerOf(context), e, context.Request.Method, context.Request.Path);
            context.Response.Headers.RetryAfter = "5";
            result = Problem.Answer(
                503,
                "The storage does not answer as it should; nothing was lost. Try again later."
            );
        }
        catch (InvalidDataException e)
        {
            Log.StoreFailed(LoggerOf(context), e, context.Request.Method, context.Request.Path);
            result = Problem.Answer(500, "The crawl's stored data cannot be read; the log of the server says why.");
        }
        await result.ExecuteAsync(context);
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

    private static ILogger LoggerOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger<CrawlApi>();

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Error, "{Method} {Path} failed")]
        public static partial void StoreFailed(ILogger logger, Exception exception, string method, string path);
    }
}
