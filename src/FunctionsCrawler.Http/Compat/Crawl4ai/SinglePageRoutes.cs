using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>The routes for one page: its Markdown, its HTML, a picture, a PDF, the result of scripts.</summary>
internal sealed class SinglePageRoutes(
    PageRun pages,
    TargetGuard guard,
    ArtifactCache artifacts,
    CrawlerOptions options
)
{
    private static readonly string[] Filters = ["fit", "raw", "bm25", "llm"];

    /// <summary>POST /md.</summary>
    public Task<IResult> ReadMarkdownAsync(HttpContext context) =>
        WithBodyAsync(
            context,
            async (body, url) =>
            {
                var (filter, query) = (Text(body, "f") ?? "fit", Text(body, "q"));
                if (!Filters.Contains(filter))
                    return Crawl4aiError.Unprocessable("f", "Input should be 'raw', 'fit', 'bm25' or 'llm'", "enum");
                if (filter is "llm")
                    return Crawl4aiError.Result(400, "The filter llm needs a model and is not offered.");
                return await VisitAsync(
                    context,
                    url,
                    ConfigOf(filter, query),
                    result => new JsonAnswer(
                        new JsonObject
                        {
                            ["url"] = url,
                            ["filter"] = filter,
                            ["query"] = query,
                            ["cache"] = Text(body, "c") ?? "0",
                            ["markdown"] = result["markdown"]![
                                filter is "raw" ? "raw_markdown" : "fit_markdown"
                            ]!.DeepClone(),
                            ["success"] = true,
                        }
                    )
                );
            }
        );

    /// <summary>POST /html.</summary>
    public Task<IResult> ReadHtmlAsync(HttpContext context) =>
        WithBodyAsync(
            context,
            (_, url) =>
                VisitAsync(
                    context,
                    url,
                    [],
                    result => new JsonAnswer(
                        new JsonObject
                        {
                            ["html"] = SchemaHtml.Of(result["html"]!.GetValue<string>()),
                            ["url"] = url,
                            ["success"] = true,
                        }
                    )
                )
        );

    /// <summary>POST /screenshot.</summary>
    public Task<IResult> TakeScreenshotAsync(HttpContext context) =>
        WithBodyAsync(
            context,
            (body, url) =>
            {
                var config = new JsonObject { ["screenshot"] = true };
                if (body.TryGetProperty("screenshot_wait_for", out var seconds))
                    config["screenshot_wait_for"] = JsonValue.Create(seconds);
                if (body.TryGetProperty("wait_for_images", out var waits) && waits.ValueKind == JsonValueKind.True)
                    config["wait_until"] = "load";
                return VisitAsync(context, url, config, result => WithFile(result, "screenshot", "image/png"));
            }
        );

    /// <summary>POST /pdf.</summary>
    public Task<IResult> PrintAsync(HttpContext context) =>
        WithBodyAsync(
            context,
            (_, url) =>
                VisitAsync(
                    context,
                    url,
                    new JsonObject { ["pdf"] = true },
                    result => WithFile(result, "pdf", "application/pdf")
                )
        );

    /// <summary>POST /execute_js.</summary>
    public Task<IResult> RunScriptsAsync(HttpContext context) =>
        WithBodyAsync(
            context,
            async (body, url) =>
            {
                if (!options.AllowScripts)
                    return Crawl4aiError.Result(
                        403,
                        "Scripts of requests are not allowed here; the operator allows them with --allow-scripts or CRAWL_ALLOW_SCRIPTS=true."
                    );
                if (!body.TryGetProperty("scripts", out var scripts) || scripts.ValueKind != JsonValueKind.Array)
                    return Crawl4aiError.Unprocessable("scripts", "Input should be a valid list", "list_type");
                var config = new JsonObject { ["js_code"] = JsonNode.Parse(scripts.GetRawText()) };
                return await VisitAsync(context, url, config, result => new JsonAnswer(result));
            }
        );

    /// <summary>GET /artifacts/{id}.</summary>
    public IResult FindArtifact(string id) =>
        artifacts.Find(id) is { } file
            ? TypedResults.Bytes(file.Content, file.ContentType)
            : Crawl4aiError.Result(404, "Artifact not found");

    private static JsonObject ConfigOf(string filter, string? query) =>
        filter is "raw"
            ? []
            : new JsonObject
            {
                ["markdown_generator"] = new JsonObject
                {
                    ["content_filter"] = new JsonObject
                    {
                        ["type"] = filter is "bm25" ? "BM25ContentFilter" : "PruningContentFilter",
                        ["params"] = new JsonObject { ["user_query"] = query },
                    },
                },
            };

    private JsonAnswer WithFile(JsonObject result, string name, string contentType)
    {
        if (result[name]?.GetValue<string>() is not { } base64)
            return new JsonAnswer(new JsonObject { ["detail"] = $"The page has no {name}." }, 502);
        var content = Convert.FromBase64String(base64);
        var id = artifacts.Add(content, contentType);
        return new JsonAnswer(
            new JsonObject
            {
                ["success"] = true,
                [name] = base64,
                ["artifact_id"] = id,
                ["url"] = $"/artifacts/{id}",
                ["mime"] = contentType,
                ["size"] = content.Length,
            }
        );
    }

    private static async Task<IResult> WithBodyAsync(
        HttpContext context,
        Func<JsonElement, string, Task<IResult>> respond
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        var (body, refusal) = await JsonBody.ReadAsync(context);
        if (body is null)
            return refusal!;
        return Text(body.Value, "url") is { Length: > 0 } url
            ? await respond(body.Value, Crawl4aiUrl.WithScheme(url))
            : Crawl4aiError.Unprocessable("url", "Field required", "missing");
    }

    private async Task<IResult> VisitAsync(
        HttpContext context,
        string url,
        JsonObject config,
        Func<JsonObject, IResult> respond
    )
    {
        var request = new JsonObject { ["urls"] = new JsonArray(url), ["crawler_config"] = config };
        var read = new CrawlBody(options).Read(JsonElement.Parse(request.ToJsonString()));
        if (!read.IsValid)
            return read.Refusal;
        if (await guard.BlocksAsync(read.Request.Pages, context.RequestAborted))
            return Crawl4aiError.Result(400, TargetGuard.Blocked);
        var result = await pages
            .RunAsync(read.Request.Pages, context.RequestAborted)
            .FirstAsync(context.RequestAborted);
        return result.Busy is { } reason ? Problem.Busy(context, 503, reason)
            : result.Success ? respond(result.Json)
            : Crawl4aiError.Result(502, result.Error);
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
