using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>POST /crawl/job and GET /crawl/job/{id}: pages as a stored crawl, which survives restarts.</summary>
internal sealed class JobRoutes(CrawlService crawls, TargetGuard guard, CrawlerOptions options)
{
    private static readonly JsonSerializerOptions UrlFormat = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Starts a job.</summary>
    public async Task<IResult> StartAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var cancellationToken = context.RequestAborted;
        var (body, refusal) = await JsonBody.ReadAsync(context);
        if (body is null)
            return refusal!;
        if (body.Value.TryGetProperty("webhook_config", out var webhook) && webhook.ValueKind == JsonValueKind.Object)
            return Crawl4aiError.Result(
                400,
                "webhook_config is not offered; POST /api/crawls takes a callbackUrl, or poll the job."
            );
        var read = new CrawlBody(options).Read(body.Value);
        if (!read.IsValid)
            return read.Refusal;
        var task = read.Request;
        if (task.Pages.Any(page => page.Html is not null))
            return Crawl4aiError.Unprocessable(
                "urls",
                "A page that begins with raw: cannot be a job; POST /crawl takes it."
            );
        if (task.Pages.Any(page => !ReferenceEquals(page.Settings, task.Settings)))
            return Crawl4aiError.Result(400, "crawler_configs is not offered for jobs; POST /crawl takes it.");
        if (task.Settings.Shape.NotStored.ToList() is { Count: > 0 } fields)
            return Crawl4aiError.Result(
                400,
                $"{string.Join(", ", fields)}: not offered for jobs; POST /crawl and /crawl/stream take it."
            );
        if (await guard.BlocksAsync(task.Pages, cancellationToken))
            return Crawl4aiError.Result(400, TargetGuard.Blocked);
        var id = JobId.New();
        var request = task.Settings.ToCrawl([.. task.Pages.Select(page => page.Url)]);
        if (CrawlRequestValidator.Validate(request) is { Count: > 0 } faults)
            return Crawl4aiError.Invalid([.. Crawl4aiNames.Renamed(faults)]);
        return await crawls.AcceptAsync(id, request, cancellationToken) is Acceptance.Full
            ? Problem.Busy(context, 503, "Too many crawls are waiting; try again later.")
            : new JsonAnswer(new JsonObject { ["task_id"] = JobId.ToTask(id) }, 202);
    }

    /// <summary>Shows a job.</summary>
    public async Task<IResult> ShowAsync(HttpContext context, string taskId)
    {
        ArgumentNullException.ThrowIfNull(context);
        var cancellationToken = context.RequestAborted;
        if (
            !JobId.TryParse(taskId, out var id)
            || await crawls.FindAsync(id, cancellationToken) is not { } status
            || await crawls.FindRequestAsync(id, cancellationToken) is not { } request
        )
            return Crawl4aiError.Result(404, "Task not found");
        var head = HeadOf(taskId, status, request);
        if (status.State is CrawlStatusState.Failed or CrawlStatusState.Damaged)
        {
            head["error"] = status.Reason ?? "The crawl failed.";
            return new JsonAnswer(head);
        }
        return status.HasEnded ? new JobResults(crawls, status, request, head) : new JsonAnswer(head);
    }

    private static JsonObject HeadOf(string taskId, CrawlStatus status, CrawlRequest request)
    {
        var path = $"/crawl/job/{taskId}";
        return new JsonObject
        {
            ["task_id"] = taskId,
            ["status"] =
                status.State is CrawlStatusState.Failed or CrawlStatusState.Damaged ? "failed"
                : status.HasEnded ? "completed"
                : "processing",
            ["created_at"] = status.CreatedAt.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.ffffff",
                CultureInfo.InvariantCulture
            ),
            // A text with a list in it.
            ["url"] = new JsonArray([.. request.Urls.Select(url => JsonValue.Create(url))]).ToJsonString(UrlFormat),
            ["_links"] = new JsonObject
            {
                ["self"] = new JsonObject { ["href"] = path },
                ["refresh"] = new JsonObject { ["href"] = path },
            },
        };
    }
}
