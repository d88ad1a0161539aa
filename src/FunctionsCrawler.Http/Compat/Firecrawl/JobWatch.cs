using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>
/// Sends the documents of a job over a WebSocket as they are finished: the status, and one message for each document. The socket is closed when the job has ended; clients then read the last status.
/// </summary>
/// <param name="find">Reads the status without documents; null if the job is gone.</param>
/// <param name="documents">Reads the documents.</param>
/// <param name="writer">Writes them.</param>
/// <param name="time">The clock for the pauses between looks at the job.</param>
internal sealed class JobWatch(
    Func<CancellationToken, Task<(JsonObject Head, bool HasEnded)?>> find,
    JobDocuments documents,
    DocumentWriter writer,
    TimeProvider time
) : IResult
{
    private const string Done = """{"type":"done"}""";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // For a client that does not answer the close.
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var sockets = httpContext.WebSockets;
        // The client's key, which it expects to be confirmed.
        using var socket = await sockets.AcceptWebSocketAsync(sockets.WebSocketRequestedProtocols.FirstOrDefault());
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        try
        {
            await SendAllAsync(socket, httpContext.RequestAborted);
            limit.CancelAfter(CloseLimit);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, Done, limit.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The client has gone; there is nobody to tell.
        }
    }

    private async Task SendAllAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var window = new PageWindow(0, int.MaxValue, null);
        for (var isFirst = true; socket.State == WebSocketState.Open; isFirst = false)
        {
            // Before the documents, so that none is missed at the end.
            if (await find(cancellationToken) is not { } status)
                return;
            status.Head["data"] = new JsonArray();
            // A client takes the status of an ended job for the end, so it comes last then.
            if (isFirst && !status.HasEnded)
                await SendAsync(socket, "catchup", status.Head, cancellationToken);
            await foreach (var record in documents.ReadAsync(window, cancellationToken))
            {
                var document = await writer.WriteAsync(
                    record,
                    record.Url,
                    documents.IdOf(record),
                    warning: null,
                    cancellationToken
                );
                await SendAsync(socket, "document", document, cancellationToken);
                window = window with { Cursor = CursorOf(record) };
            }
            if (status.HasEnded && isFirst)
                await SendAsync(socket, "catchup", status.Head, cancellationToken);
            if (status.HasEnded)
                return;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static Crawls.RecordCursor? CursorOf(PageRecord record) =>
        Crawls.RecordCursor.TryParse(record.Cursor ?? "", out var cursor) ? cursor : null;

    private static async Task SendAsync(
        WebSocket socket,
        string type,
        JsonObject data,
        CancellationToken cancellationToken
    )
    {
        var content = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(content, JsonAnswer.Format))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WritePropertyName("data");
            data.WriteTo(json);
            json.WriteEndObject();
        }
        await socket.SendAsync(content.WrittenMemory, WebSocketMessageType.Text, true, cancellationToken);
    }
}
