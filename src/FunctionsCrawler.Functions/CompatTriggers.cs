using FunctionsCrawler.Http;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Http.Compat;
using FunctionsCrawler.Http.Compat.Firecrawl;
using FunctionsCrawler.Http.Compat.Loader;
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
    ) => RunAsync(request, FirecrawlMount.Instance, host.Firecrawl(client).HandleAsync);

    /// <summary>Firecrawl's API, version 1.</summary>
    [Function("FirecrawlV1")]
    public Task HandleV1Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "delete", Route = "v1/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, FirecrawlMount.Instance, host.Firecrawl(client).HandleAsync);

    /// <summary>The health probe of Firecrawl's API.</summary>
    [Function("FirecrawlV0")]
    public Task HandleV0Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v0/{*rest}")] HttpRequest request,
        [DurableClient] DurableTaskClient client
    ) => RunAsync(request, FirecrawlMount.Instance, host.Firecrawl(client).HandleAsync);

    /// <summary>The document loader.</summary>
    [Function("Load")]
    public Task LoadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = LoaderMount.Route)] HttpRequest request
    ) => RunAsync(request, LoaderMount.Instance, host.Loader.HandleAsync);

    /// <summary>The reader.</summary>
    [Function("Read")]
    public Task ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ReaderMount.Root + "/{*url}")] HttpRequest request
    ) => RunAsync(request, ReaderMount.Instance, host.Reader.HandleAsync);

    /// <summary>
    /// The MCP server, which is not offered here: the SDK needs a server of its own, and clients a stream that the host passes on
    /// unbuffered.
    /// </summary>
    [Function("RefuseMcp")]
    public static Task RefuseMcpAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "delete", Route = "mcp")] HttpRequest request
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        SecurityHeaders.Apply(request.HttpContext.Response);
        return Problem
            .Result(501, "The Functions app is no MCP server; use crawl mcp, or crawl serve, which serves /mcp.")
            .ExecuteAsync(request.HttpContext);
    }

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

    /// <summary>Lets an API handle a request that may reach it.</summary>
    internal static Task RunAsync(HttpRequest request, CompatMount mount, ApiKeys keys, RequestDelegate handle)
    {
        ArgumentNullException.ThrowIfNull(request);
        var context = request.HttpContext;
        SecurityHeaders.Apply(context.Response);
        return Refuse(context, mount, keys) is { } refusal ? refusal.ExecuteAsync(context) : handle(context);
    }

    private Task RunAsync(HttpRequest request, CompatMount mount, RequestDelegate handle) =>
        RunAsync(request, mount, host.Keys, handle);
}
