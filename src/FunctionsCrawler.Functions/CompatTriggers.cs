using FunctionsCrawler.Http;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Http.Compat;
using FunctionsCrawler.Http.Compat.Firecrawl;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;

namespace FunctionsCrawler.Functions;

/// <summary>
/// The APIs that are compatible with other crawlers. Their clients can send only a bearer token, which the platform does not
/// look at. So the triggers are anonymous, and the app checks its own keys; without such keys the APIs are off.
/// </summary>
public sealed class CompatTriggers(CrawlHost host)
{
    private const string KeySetting = "CRAWL_API_KEY";

    /// <summary>Firecrawl's API, version 2.</summary>
    [Function("FirecrawlV2")]
    public Task HandleV2Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "delete", Route = "v2/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, FirecrawlMount.Instance, client);

    /// <summary>Firecrawl's API, version 1.</summary>
    [Function("FirecrawlV1")]
    public Task HandleV1Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "delete", Route = "v1/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, FirecrawlMount.Instance, client);

    /// <summary>The health probe of Firecrawl's API.</summary>
    [Function("FirecrawlV0")]
    public Task HandleV0Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v0/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, FirecrawlMount.Instance, client);

    /// <summary>Reads the keys of the compatible APIs.</summary>
    /// <exception cref="InvalidOperationException">The setting is not valid. The message contains no key.</exception>
    internal static ApiKeys ReadKeys(IConfiguration configuration)
    {
        if (configuration[KeySetting] is not { Length: > 0 } list)
            return ApiKeys.None;
        return ApiKeys.TryParse(list, out var keys, out var fault)
            ? keys
            : throw new InvalidOperationException($"{KeySetting}: {fault}");
    }

    /// <summary>Returns the error response for a request that must not reach a compatible API, otherwise null.</summary>
    internal static IResult? Refuse(HttpContext context, CompatMount mount, ApiKeys keys)
    {
        context.Features.Set<IErrorForm>(mount);
        return keys.AreRequired
            ? AccessPipeline.Challenge(context, keys)
            : mount.Error(404, $"The compatible APIs are off; the operator turns them on with {KeySetting}.");
    }

    private Task RunAsync(HttpRequest request, CompatMount mount, DurableTaskClient client)
    {
        ArgumentNullException.ThrowIfNull(request);
        var context = request.HttpContext;
        SecurityHeaders.Apply(context.Response);
        return Refuse(context, mount, host.Keys) is { } refusal
            ? refusal.ExecuteAsync(context)
            : host.Firecrawl(client).HandleAsync(context);
    }
}
