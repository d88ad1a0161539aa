using System.Text.Json.Nodes;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>POST /crawl and POST /crawl/stream: some pages, now, or a deep crawl while the client waits.</summary>
internal sealed class CrawlRoutes(
    PageRun pages,
    DeepCrawlRun deep,
    TargetGuard guard,
    CrawlerOptions options,
    TimeProvider time
)
{
    // All results are in memory until the last one has come.
    private const long MaxCharacters = 32 << 20;

    /// <summary>Handles a request.</summary>
    public async Task<IResult> CrawlAsync(HttpContext context, bool streams)
    {
        ArgumentNullException.ThrowIfNull(context);
        var cancellationToken = context.RequestAborted;
        var started = time.GetTimestamp();
        var (body, refusal) = await JsonBody.ReadAsync(context);
        if (body is null)
            return refusal!;
        var read = new CrawlBody(options).Read(body.Value);
        if (!read.IsValid)
            return read.Refusal;
        var task = read.Request;
        if (await guard.BlocksAsync(task.Pages, cancellationToken))
            return Crawl4aiError.Result(400, TargetGuard.Blocked);
        var results = task.Settings.Deep is null
            ? pages.RunAsync(task.Pages, cancellationToken)
            : deep.RunAsync(task.Pages[0].Url, task.Settings, cancellationToken);
        if (streams || task.Settings.Streams)
            return new ResultStream(results, ResultStream.Heartbeat, time);
        if (await CollectAsync(results, cancellationToken) is not { } all)
            return Crawl4aiError.Result(
                413,
                $"The results have more than {MaxCharacters >> 20} Mi characters; use /crawl/stream, or fewer URLs."
            );
        return ToAnswer(context, all, time.GetElapsedTime(started));
    }

    // The results in the order of the request; null if they are too large. The pages that are left are not visited then.
    private static async Task<List<PageResult>?> CollectAsync(
        IAsyncEnumerable<PageResult> results,
        CancellationToken cancellationToken
    )
    {
        var all = new List<PageResult>();
        var characters = 0L;
        await foreach (var result in results.WithCancellation(cancellationToken))
        {
            characters += CharactersOf(result.Json);
            if (characters > MaxCharacters)
                return null;
            all.Add(result);
        }
        return [.. all.OrderBy(result => result.Index)];
    }

    private static long CharactersOf(JsonNode? node) =>
        node switch
        {
            JsonObject fields => fields.Sum(field => field.Key.Length + CharactersOf(field.Value)),
            JsonArray items => items.Sum(CharactersOf),
            JsonValue value when value.TryGetValue<string>(out var text) => text.Length,
            _ => 0,
        };

    private static IResult ToAnswer(HttpContext context, List<PageResult> all, TimeSpan elapsed)
    {
        if (all.Count > 0 && all.TrueForAll(result => result.Busy is not null))
            return Problem.Busy(context, 503, all[0].Busy!);
        // Clients that send one URL want to know the reason.
        if (all.TrueForAll(result => !result.Success))
            return Crawl4aiError.Result(
                500,
                $"Crawl request failed: {(all.Count == 0 ? "there are no pages" : all[0].Error)}"
            );
        return new JsonAnswer(
            new JsonObject
            {
                ["success"] = true,
                ["results"] = new JsonArray([.. all.Select(result => result.Json)]),
                ["server_processing_time_s"] = elapsed.TotalSeconds,
                ["server_memory_delta_mb"] = null,
                ["server_peak_memory_mb"] = null,
            }
        );
    }
}
