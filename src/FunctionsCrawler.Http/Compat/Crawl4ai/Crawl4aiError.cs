using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Error responses as crawl4ai's clients read them.</summary>
internal static class Crawl4aiError
{
    private const int ShownFaults = 5;

    /// <summary>
    /// Creates an error response. Old clients read <c>detail</c>, newer ones of a status of 500 <c>error</c> and
    /// <c>correlation_id</c>.
    /// </summary>
    public static IResult Result(int status, string detail)
    {
        var body = new JsonObject { ["detail"] = detail };
        if (status == 500)
        {
            body["error"] = "Internal server error";
            body["correlation_id"] = Guid.NewGuid().ToString("N")[..12];
        }
        return new JsonAnswer(body, status);
    }

    /// <summary>Creates the response for a body that has not the form of the route.</summary>
    public static IResult Unprocessable(string field, string message, string type = "value_error") =>
        new JsonAnswer(
            new JsonObject
            {
                ["detail"] = new JsonArray(
                    new JsonObject
                    {
                        ["loc"] = new JsonArray("body", field),
                        ["msg"] = message,
                        ["type"] = type,
                    }
                ),
            },
            422
        );

    /// <summary>Creates the response for a request with faults.</summary>
    public static IResult Invalid(IReadOnlyList<RequestFault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        // Several URLs have the same settings, and so the same faults.
        var distinct = faults.Distinct().ToList();
        var shown = distinct.Take(ShownFaults).Select(f => f.Field.Length == 0 ? f.Message : $"{f.Field}: {f.Message}");
        var rest = distinct.Count - ShownFaults;
        return Result(400, string.Join(' ', shown) + (rest > 0 ? $" ({rest} more)" : ""));
    }
}
