using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Reads the body of a request as a JSON object.</summary>
internal static class JsonBody
{
    /// <summary>Returns the object, or the error response. The object belongs to no document that must be disposed.</summary>
    public static async Task<(JsonElement? Body, IResult? Refusal)> ReadAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (await RequestBody.ReadAsync(context) is not { } bytes)
            return (null, Crawl4aiError.Result(413, "Request body too large"));
        if (!context.Request.HasJsonContentType())
            return (null, Crawl4aiError.Unprocessable("", "The Content-Type must be application/json."));
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (document.RootElement.Clone(), null)
                : (
                    null,
                    Crawl4aiError.Unprocessable("", "Input should be a valid dictionary", "model_attributes_type")
                );
        }
        catch (JsonException)
        {
            return (null, Crawl4aiError.Unprocessable("", "JSON decode error", "json_invalid"));
        }
    }
}
