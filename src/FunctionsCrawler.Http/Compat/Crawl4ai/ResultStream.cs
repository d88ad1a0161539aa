using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>
/// Sends results as lines of JSON while they come. Blank lines, which clients skip, keep connections alive in between. A client
/// that disconnects cancels the visits.
/// </summary>
/// <param name="results">The results.</param>
/// <param name="heartbeat">The longest silence.</param>
/// <param name="time">The clock.</param>
internal sealed class ResultStream(IAsyncEnumerable<PageResult> results, TimeSpan heartbeat, TimeProvider time)
    : IResult
{
    /// <summary>The Python client gives up after 30 s of silence.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var cancellationToken = httpContext.RequestAborted;
        var response = httpContext.Response;
        response.ContentType = "application/x-ndjson";
        response.Headers["X-Stream-Status"] = "active";
        response.Headers.CacheControl = "no-cache";
        await response.Body.FlushAsync(cancellationToken);
        await using var source = results.GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(source, response, cancellationToken))
        {
            var result = source.Current;
            JsonObject line;
            if (result.Busy is { } reason)
                line = new JsonObject { ["error"] = reason, ["url"] = result.Url };
            else
            {
                line = result.Json;
                line["server_memory_mb"] = Environment.WorkingSet / 1048576.0;
            }
            await WriteAsync(response, line, cancellationToken);
        }
        await response.Body.WriteAsync("""{"status":"completed"}"""u8.ToArray(), cancellationToken);
    }

    private async Task<bool> NextAsync(
        IAsyncEnumerator<PageResult> source,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var next = source.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var ended = await Task.WhenAny(next, Task.Delay(heartbeat, time, wait.Token));
                await wait.CancelAsync();
                if (ended == next)
                    return await next;
                await response.Body.WriteAsync("\n"u8.ToArray(), cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            // The source must not be disposed while it works; it stops by the same token.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task WriteAsync(HttpResponse response, JsonObject line, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await using (var json = new Utf8JsonWriter(content, JsonAnswer.Format))
            line.WriteTo(json);
        content.WriteByte((byte)'\n');
        content.Position = 0;
        await content.CopyToAsync(response.Body, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
