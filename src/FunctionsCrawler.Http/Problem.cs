using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace FunctionsCrawler.Http;

/// <summary>Problem details (RFC 9457): the body of every error response.</summary>
/// <param name="Title">The reason phrase of the status code.</param>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Detail">What is wrong, in human-readable form.</param>
/// <param name="Errors">The invalid fields; null if there are none.</param>
/// <param name="TraceId">The id under which the server log has the details; null if there are none.</param>
/// <param name="Code">The error code of the requested page; null if none applies.</param>
/// <param name="Type">Always "about:blank": the problem has no meaning beyond the status code.</param>
internal sealed record Problem(
    string Title,
    int Status,
    string Detail,
    IReadOnlyList<FieldProblem>? Errors = null,
    string? TraceId = null,
    ErrorCode? Code = null,
    string Type = "about:blank"
)
{
    /// <summary>Creates an error response with a problem as its body.</summary>
    internal static IResult Result(
        int status,
        string detail,
        IReadOnlyList<RequestFault>? faults = null,
        string? traceId = null,
        ErrorCode? code = null
    ) =>
        TypedResults.Json(
            new Problem(
                ReasonPhrases.GetReasonPhrase(status),
                status,
                detail,
                faults?.Select(f => new FieldProblem(f.Field, f.Message)).ToList(),
                traceId,
                code
            ),
            ApiJson.Default.Problem,
            "application/problem+json",
            status
        );

    /// <summary>Creates an error response in the form of the API that was called.</summary>
    internal static IResult For(HttpContext context, int status, string detail, string? traceId = null) =>
        context.Features.Get<IErrorForm>()?.Error(status, detail) ?? Result(status, detail, traceId: traceId);

    /// <summary>Creates an error response that asks the client to try again after 5 seconds.</summary>
    internal static IResult Busy(HttpContext context, int status, string detail, string? traceId = null)
    {
        context.Response.Headers.RetryAfter = "5";
        return For(context, status, detail, traceId);
    }

    /// <summary>The response if this process has no memory left for the request.</summary>
    internal static IResult Exhausted(HttpContext context) =>
        Busy(context, 503, "This server has no memory left for browsers and is restarting; try again later.");
}

/// <summary>An invalid field.</summary>
/// <param name="Field">The JSON path: "maxDepth", "urls[3]"; empty for the whole body.</param>
/// <param name="Detail">The value and the allowed values.</param>
internal sealed record FieldProblem(string Field, string Detail);
