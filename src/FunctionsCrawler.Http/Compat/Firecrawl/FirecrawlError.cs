using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>Error responses as Firecrawl's clients read them: they show <c>error</c> and decide by status and <c>code</c>.</summary>
internal static class FirecrawlError
{
    private const int ShownFaults = 5;

    /// <summary>Creates an error response.</summary>
    public static IResult Result(int status, string error, string? code = null)
    {
        var body = new JsonObject { ["success"] = false };
        if (code is not null)
            body["code"] = code;
        body["error"] = error;
        return new JsonAnswer(body, status);
    }

    /// <summary>Creates the response for a request with faults.</summary>
    public static IResult Invalid(IReadOnlyList<RequestFault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        var shown = faults.Take(ShownFaults).Select(fault => $"{fault.Field}: {fault.Message}");
        var rest = faults.Count - ShownFaults;
        var body = new JsonObject
        {
            ["success"] = false,
            ["code"] = "BAD_REQUEST",
            ["error"] = string.Join(' ', shown) + (rest > 0 ? $" ({rest} more)" : ""),
            ["details"] = new JsonArray([
                .. faults.Select(fault => new JsonObject { ["path"] = fault.Field, ["message"] = fault.Message }),
            ]),
        };
        return new JsonAnswer(body, 400);
    }

    /// <summary>Creates the response for a page that could not be read; null if the error still has a page to show.</summary>
    public static IResult? OfPage(PageError? error) =>
        error?.Code switch
        {
            // A page that the server answered with an error status is a document like others: clients look at its status.
            null or ErrorCode.Http4xx or ErrorCode.Http5xx => null,
            ErrorCode.Timeout => Result(408, error.Message, "SCRAPE_TIMEOUT"),
            ErrorCode.Dns => Result(200, error.Message, "SCRAPE_DNS_RESOLUTION_ERROR"),
            ErrorCode.BlockedAddress or ErrorCode.Robots => Result(403, error.Message, CodeOf(error.Code)),
            ErrorCode.Identity => Result(400, error.Message, "BAD_REQUEST"),
            _ => Result(500, error.Message, CodeOf(error.Code)),
        };

    /// <summary>Firecrawl's name of an error of a page.</summary>
    public static string CodeOf(ErrorCode code) =>
        code switch
        {
            ErrorCode.Timeout => "SCRAPE_TIMEOUT",
            ErrorCode.Dns => "SCRAPE_DNS_RESOLUTION_ERROR",
            ErrorCode.Tls => "SCRAPE_SSL_ERROR",
            ErrorCode.Connect or ErrorCode.Protocol or ErrorCode.RedirectLoop => "SCRAPE_SITE_ERROR",
            ErrorCode.UnsupportedType => "SCRAPE_UNSUPPORTED_FILE_ERROR",
            ErrorCode.Action or ErrorCode.WaitFor => "SCRAPE_ACTION_ERROR",
            ErrorCode.BlockedAddress or ErrorCode.Robots => "UNSUPPORTED_SITE",
            _ => "SCRAPE_ALL_ENGINES_FAILED",
        };
}
