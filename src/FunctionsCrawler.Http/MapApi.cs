using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Memory;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http;

/// <summary>POST /api/map: finds the URLs of a site immediately. The search is cancelled if the client disconnects.</summary>
/// <param name="maps">Finds URLs.</param>
internal sealed class MapApi(MapService maps)
{
    /// <summary>Handles a request.</summary>
    public async Task<IResult> MapAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var body = await RequestBody.ReadRequestAsync(context, "map request", RequestReader.ReadMap);
        if (!body.IsValid)
            return body.Refusal;
        try
        {
            return await maps.TryMapAsync(body.Request, context.RequestAborted) is { } map
                ? ToResult(map)
                : Problem.Busy(context, 429, $"{maps.Waiting} requests are already waiting; try again later.");
        }
        catch (WorkerExhaustedException)
        {
            return Problem.Exhausted(context);
        }
    }

    private static IResult ToResult(SiteMap map) =>
        map.Error is { Code: ErrorCode.BlockedAddress } error
            ? Problem.Result(403, error.Message, code: error.Code)
            : TypedResults.Json(map, CrawlJson.Default.SiteMap);
}
