using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsCrawler.Http.Access;

/// <summary>Stands before the routes of a server of ours. On Azure Functions the platform does so.</summary>
public static class AccessPipeline
{
    /// <summary>Adds what <see cref="UseCrawlAccess"/> needs.</summary>
    public static void AddCrawlAccess(this IServiceCollection services, AccessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.RequestsPerMinute > 0)
            services.AddRateLimiter(limiter => RateLimits.Configure(limiter, options));
    }

    /// <summary>
    /// Lets through whom <paramref name="options"/> allow; the others get problems. Whoever names no key may learn that the
    /// server lives, for probes have none: that answer comes before the limit, which strangers could use up.
    /// </summary>
    public static void UseCrawlAccess(this IApplicationBuilder app, AccessOptions options)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(options);
        app.Use(
            (context, next) =>
            {
                SecurityHeaders.Apply(context.Response);
                return next(context);
            }
        );
        app.UseProblemsForEmptyErrors();
        app.UseAnswers(context => BrowserRequests.Refuse(context.Request, options));
        if (options.Keys.AreAsked)
            app.UseAnswers(context => IsProbe(context.Request) ? CrawlApi.ReportHealth(HealthReport.Live) : null);
        if (options.RequestsPerMinute > 0)
            app.UseRateLimiter();
        if (options.Keys.AreAsked)
            app.UseAnswers(context => Challenge(context, options.Keys));
    }

    private static void UseAnswers(this IApplicationBuilder app, Func<HttpContext, IResult?> answer) =>
        app.Use((context, next) => answer(context) is { } result ? result.ExecuteAsync(context) : next(context));

    private static bool IsProbe(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Path.Equals($"/{ApiRoutes.Health}", StringComparison.OrdinalIgnoreCase)
        && !ApiKeys.IsNamedIn(request);

    private static IResult? Challenge(HttpContext context, ApiKeys keys)
    {
        if (keys.Find(context.Request) is not null)
            return null;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.Answer(
            401,
            ApiKeys.IsNamedIn(context.Request)
                ? "The key is none of this server's."
                : "A key is needed, as in 'Authorization: Bearer <key>' or 'X-Api-Key: <key>'."
        );
    }
}
