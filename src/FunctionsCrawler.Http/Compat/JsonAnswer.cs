using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat;

/// <summary>A JSON response whose fields depend on the request.</summary>
internal sealed class JsonAnswer(JsonNode body, int status = 200) : IResult
{
    /// <summary>Letters of all scripts are written as they are: escaped, a page in Chinese would be twice as large.</summary>
    public static JsonWriterOptions Format { get; } = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        using var content = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(content, Format))
            body.WriteTo(writer);
        await SendAsync(httpContext, status, content);
    }

    /// <summary>Sends JSON that is already written.</summary>
    public static async Task SendAsync(HttpContext context, int status, MemoryStream content)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(content);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = content.Length;
        content.Position = 0;
        await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
