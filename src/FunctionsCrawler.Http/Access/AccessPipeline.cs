using FunctionsCrawler.Http.Compat;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsCrawler.Http.Access;

/// <summary>Middleware that protects the routes of <c>crawl serve</c>. On Azure Functions the platform does this.</summary>
internal static class AccessPipeline
{
    /// <summary>Registers the services that <see cref="UseCrawlAccess"/> needs.</summary>
    public static void AddCrawlAccess(this IServiceCollection services, AccessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.RequestsPerMinute > 0)
            services.AddRateLimiter(limiter => RateLimits.Configure(limiter, options));
    }

    /// <summary>
    /// Passes on the requests that <paramref name="options"/> allow, and rejects all others with a problem. Health probes have
    /// no key, so they always get a response. It comes before the rate limit, which unauthenticated clients could use up.
    /// </summary>
    public static void UseCrawlAccess(this IApplicationBuilder app, AccessOptions options)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(options);
        app.Use(
            (context, next) =>
            {
                SecurityHeaders.Apply(context.Response);
                CompatMount.Mark(context, options.Mounts);
                return next(context);
            }
        );
        app.UseProblemsForEmptyErrors();
        app.UseEarlyResponse(context => BrowserRequests.Refuse(context.Request, options));
        if (options.Keys.AreRequired)
            app.UseEarlyResponse(context => IsProbe(context.Request) ? CrawlApi.ReportHealth(HealthReport.Live) : null);
        if (options.RequestsPerMinute > 0)
            app.UseRateLimiter();
        if (options.Keys.AreRequired)
            app.UseEarlyResponse(context => Challenge(context, options.Keys));
    }

    private static void UseEarlyResponse(this IApplicationBuilder app, Func<HttpContext, IResult?> respond) =>
        app.Use((context, next) => respond(context) is { } result ? result.ExecuteAsync(context) : next(context));

    private static bool IsProbe(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Path.Equals($"/{ApiRoutes.Health}", StringComparison.OrdinalIgnoreCase)
        && !ApiKeys.IsPresentIn(request);

    /// <summary>Returns the error response for a request without a valid key, otherwise null.</summary>
    public static IResult? Challenge(HttpContext context, ApiKeys keys)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(keys);
        var form = context.Features.Get<IErrorForm>();
        if (keys.Find(context.Request) is not null || form?.IsPublic(context.Request) is true)
            return null;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        if (form is not null)
            return form.Unauthorized(ApiKeys.IsPresentIn(context.Request));
        return Problem.Result(
            401,
            ApiKeys.IsPresentIn(context.Request)
                ? "The API key is not valid."
                : "An API key is required: send 'Authorization: Bearer <key>' or 'X-Api-Key: <key>'."
        );
    }
}
