using System.Text.Json;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Storage;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http;

/// <summary>Records as lines of JSON, each sent as it is read: a crawl of any size takes the memory of one record.</summary>
internal sealed class PageLines(IAsyncEnumerable<PageRecord> records) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellationToken = httpContext.RequestAborted;
        httpContext.Response.ContentType = "application/x-ndjson";
        await foreach (var record in records.WithCancellation(cancellationToken))
        {
            var line = JsonSerializer.SerializeToUtf8Bytes(record, CrawlJson.Default.PageRecord);
            await httpContext.Response.Body.WriteAsync(line, cancellationToken);
            await httpContext.Response.Body.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }
    }
}
