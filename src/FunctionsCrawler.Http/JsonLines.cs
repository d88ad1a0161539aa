using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http;

/// <summary>Writes items as lines of JSON. Streams them, so that only one item at a time is in memory.</summary>
internal sealed class JsonLines<T>(IAsyncEnumerable<T> items, JsonTypeInfo<T> type) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellationToken = httpContext.RequestAborted;
        httpContext.Response.ContentType = "application/x-ndjson";
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            var line = JsonSerializer.SerializeToUtf8Bytes(item, type);
            await httpContext.Response.Body.WriteAsync(line, cancellationToken);
            await httpContext.Response.Body.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }
    }
}
