using FunctionsCrawler.Orchestration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace FunctionsCrawler.Http;

/// <summary>Problem details (RFC 9457), the body of every answer that is an error.</summary>
/// <param name="Title">The kind, as the status code names it.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong, one sentence for people.</param>
/// <param name="Errors">Every field at fault; null where none is.</param>
/// <param name="TraceId">What the server's log tells the rest under; null where there is no more to tell.</param>
/// <param name="Type">The problem type: none beyond the status code.</param>
public sealed record Problem(
    string Title,
    int Status,
    string Detail,
    IReadOnlyList<FieldProblem>? Errors = null,
    string? TraceId = null,
    string Type = "about:blank"
)
{
    /// <summary>The answer that is a problem.</summary>
    internal static IResult Answer(
        int status,
        string detail,
        IReadOnlyList<RequestFault>? faults = null,
        string? traceId = null
    ) =>
        TypedResults.Json(
            new Problem(
                ReasonPhrases.GetReasonPhrase(status),
                status,
                detail,
                faults?.Select(f => new FieldProblem(f.Field, f.Message)).ToList(),
                traceId
            ),
            ApiJson.Default.Problem,
            "application/problem+json",
            status
        );
}

/// <summary>A field at fault.</summary>
/// <param name="Field">As JSON names it: "maxDepth", "urls[3]"; empty for the body as a whole.</param>
/// <param name="Detail">The value, and what is allowed.</param>
public sealed record FieldProblem(string Field, string Detail);
