using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Memory;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Loader;

/// <summary>
/// GET /r/{url}: one page as text, in the form of Jina's reader. The visit is cancelled if the client disconnects.
/// </summary>
internal sealed class ReaderApi(ScrapeService scrapes)
{
    /// <summary>Handles a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ApiEndpoints.RunAsync(context, () => ReadAsync(context));
    }

    private async Task<IResult> ReadAsync(HttpContext context)
    {
        if (IsFromOtherSite(context.Request))
            return ReaderMount.Instance.Error(403, "A page of another site must not use this server to visit pages.");
        var findings = new RequestFindings();
        var request = ReaderRequest.Read(context.Request, findings);
        if (request.Page.Url.Length == 0)
            return ReaderMount.Instance.Error(400, "The URL of the page is missing: /r/https://example.com/");
        if (findings.Faults is not [])
            return ReaderMount.Instance.Error(
                400,
                string.Join(' ', findings.Faults.Select(fault => $"{fault.Field}: {fault.Message}"))
            );
        try
        {
            return await scrapes.TryScrapeAsync(request.Page, context.RequestAborted) is { } record
                ? ToResult(context.Request, request, record)
                : Problem.Busy(context, 429, $"{scrapes.Waiting} pages are already waiting.");
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

    // A picture or a frame of a foreign page makes a browser send such a request, without an Origin header. The response could not
    // be read, but the visit would be made.
    private static bool IsFromOtherSite(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site"
        || request.Headers.Origin.Count > 0 && !IsOwnOrigin(request);

    private static bool IsOwnOrigin(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
        && string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private static IResult ToResult(HttpRequest http, ReaderRequest request, PageRecord record)
    {
        // A page that the server answered with an error status has text, too, and a warning above it.
        if (record.Error is { Code: not (ErrorCode.Http4xx or ErrorCode.Http5xx) } error)
            return ReaderMount.Instance.Error(StatusOf(error.Code), $"{PageKinds.NameOf(error.Code)}: {error.Message}");
        return http.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase)
            ? new JsonAnswer(ReaderDocument.ToJson(request, record))
            : ReaderDocument.ToText(request, record);
    }

    private static int StatusOf(ErrorCode code) =>
        code switch
        {
            ErrorCode.BlockedAddress or ErrorCode.Robots => 403,
            ErrorCode.Timeout => 504,
            ErrorCode.UnsupportedType or ErrorCode.WaitFor => 422,
            ErrorCode.Memory => 503,
            _ => 502,
        };
}
