using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>
/// The status of a job with some of its documents. A page of them ends at a number of bytes too; <c>next</c> is the URL of the
/// following one. It is absent, not null, if no finished document follows: older clients read on while the field exists.
/// </summary>
/// <param name="head">The fields besides the documents.</param>
/// <param name="window">Which documents are asked for.</param>
/// <param name="documents">Reads them.</param>
/// <param name="writer">Writes them.</param>
/// <param name="url">The URL of the job, as the client reaches it.</param>
internal sealed class JobPage(
    JsonObject head,
    PageWindow window,
    JobDocuments documents,
    DocumentWriter writer,
    string url
) : IResult
{
    private const long MaxBytes = 10 << 20;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var cancellationToken = httpContext.RequestAborted;
        using var content = new MemoryStream();
        await using (var json = new Utf8JsonWriter(content, JsonAnswer.Format))
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            var next = await WriteDocumentsAsync(httpContext, json, cancellationToken);
            json.WriteEndArray();
            foreach (var (name, value) in head)
            {
                json.WritePropertyName(name);
                value!.WriteTo(json);
            }
            if (next is not null)
                json.WriteString("next", next);
            json.WriteEndObject();
        }
        await JsonAnswer.SendAsync(httpContext, 200, content);
    }

    // The URL of the following documents; null if there are none.
    private async Task<string?> WriteDocumentsAsync(
        HttpContext context,
        Utf8JsonWriter json,
        CancellationToken cancellationToken
    )
    {
        var count = 0;
        long bytes = 0;
        string? last = null;
        await foreach (var record in documents.ReadAsync(window, cancellationToken))
        {
            var document = count == window.Limit ? default : await WriteAsync(record, cancellationToken);
            bytes += document.Length;
            if (count == window.Limit || (count > 0 && bytes > MaxBytes))
                return url + window.Next(count, last!, context.Request.Query["limit"].ToString());
            json.WriteRawValue(document.Span, skipInputValidation: true);
            (count, last) = (count + 1, record.Cursor);
        }
        return null;
    }

    private async Task<ReadOnlyMemory<byte>> WriteAsync(PageRecord record, CancellationToken cancellationToken)
    {
        var id = documents.IdOf(record);
        var document = await writer.WriteAsync(record, record.Url, id, warning: null, cancellationToken);
        var content = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(content, JsonAnswer.Format))
            document.WriteTo(json);
        return content.WrittenMemory;
    }
}
