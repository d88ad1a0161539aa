using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Memory;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http;

/// <summary>POST /api/scrape: visits one page immediately. The visit is cancelled if the client disconnects.</summary>
/// <param name="scrapes">Visits pages.</param>
/// <param name="options">What requests may contain.</param>
internal sealed class ScrapeApi(ScrapeService scrapes, CrawlerOptions options)
{
    /// <summary>Handles a request.</summary>
    public async Task<IResult> ScrapeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var body = await RequestBody.ReadRequestAsync(
            context,
            "page request",
            json => RequestReader.ReadPage(json).CheckScripts(options)
        );
        if (!body.IsValid)
            return body.Refusal;
        try
        {
            return await scrapes.TryScrapeAsync(body.Request, context.RequestAborted) is { } record
                ? ToResult(record)
                : Problem.Busy(context, 429, $"{scrapes.Waiting} pages are already waiting; try again later.");
        }
        catch (WorkerExhaustedException)
        {
            return Problem.Exhausted(context);
        }
        catch (BrowserLaunchException)
        {
            return Problem.Busy(context, 503, "No browser could be started; see the server log for the reason.");
        }
    }

    // A blocked address or an expired deadline fails the request. Other errors of the page are part of the record.
    private static IResult ToResult(PageRecord record) =>
        record.Error switch
        {
            { Code: ErrorCode.BlockedAddress } error => Problem.Result(403, error.Message, code: error.Code),
            { Code: ErrorCode.Timeout } error => Problem.Result(504, error.Message, code: error.Code),
            _ => TypedResults.Json(record, CrawlJson.Default.PageRecord),
        };
}
