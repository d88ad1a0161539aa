using System.Globalization;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>The status, the documents, the errors and the cancellation of crawls and batches.</summary>
internal sealed class JobRoutes(CrawlService crawls, TimeProvider time)
{
    private const int MaxErrors = 10_000;
    private const int MaxListed = 100;

    // Results are kept until they are deleted. Clients only show the date.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    /// <summary>GET /crawl/{id}: the status, and documents that are finished.</summary>
    public async Task<IResult> ShowAsync(HttpContext context, string version, JobKind kind, string id)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (window, fault) = PageWindow.Read(context.Request.Query);
        if (window is null)
            return FirecrawlError.Result(400, fault!, "BAD_REQUEST");
        if (await FindAsync(kind, id, context.RequestAborted) is not { } status)
            return NotFound();
        var head = await HeadAsync(status, context.RequestAborted);
        if (
            status.State is CrawlStatusState.Failed or CrawlStatusState.Damaged
            || await crawls.FindRequestAsync(id, context.RequestAborted) is not { } request
        )
        {
            head["success"] = false;
            head["status"] = "failed";
            head["error"] = status.Reason ?? "The crawl failed.";
            head["data"] = new JsonArray();
            return new JsonAnswer(head);
        }
        var documents = new JobDocuments(crawls, id, request);
        var writer = new DocumentWriter(
            new DocumentShape(request.Page, request.Extract),
            (name, cancellationToken) => crawls.FindArtifactAsync(id, name, cancellationToken)
        );
        if (context.WebSockets.IsWebSocketRequest)
            return new JobWatch(FindHeadAsync, documents, writer, time);
        var url = $"{context.Request.Scheme}://{context.Request.Host}/{version}/{kind.Path}/{id}";
        return new JobPage(head, window, documents, writer, url);

        async Task<(JsonObject Head, bool HasEnded)?> FindHeadAsync(CancellationToken cancellationToken) =>
            await FindAsync(kind, id, cancellationToken) is { } now
                ? (await HeadAsync(now, cancellationToken), now.HasEnded)
                : null;
    }

    /// <summary>GET /crawl/{id}/errors: the pages that failed, and those that robots.txt disallows.</summary>
    public async Task<IResult> ListErrorsAsync(HttpContext context, JobKind kind, string id)
    {
        ArgumentNullException.ThrowIfNull(context);
        var cancellationToken = context.RequestAborted;
        if (
            await FindAsync(kind, id, cancellationToken) is null
            || await crawls.FindRequestAsync(id, cancellationToken) is not { } request
        )
            return NotFound();
        var (errors, robots) = (new JsonArray(), new JsonArray());
        var documents = new JobDocuments(crawls, id, request);
        await foreach (var record in documents.ReadErrorsAsync(cancellationToken).Take(MaxErrors))
        {
            if (record.Error!.Code == ErrorCode.Robots)
                robots.Add(record.Url);
            else
                errors.Add(
                    new JsonObject
                    {
                        ["id"] = documents.IdOf(record),
                        ["timestamp"] = Time(record.FetchedAt),
                        ["url"] = record.Url,
                        ["code"] = FirecrawlError.CodeOf(record.Error.Code),
                        ["error"] = record.Error.Message,
                    }
                );
        }
        return new JsonAnswer(new JsonObject { ["errors"] = errors, ["robotsBlocked"] = robots });
    }

    /// <summary>DELETE /crawl/{id}: cancels it. What is done stays readable.</summary>
    public async Task<IResult> CancelAsync(HttpContext context, JobKind kind, string id)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (await FindAsync(kind, id, context.RequestAborted) is null)
            return NotFound();
        return await crawls.CancelAsync(id, context.RequestAborted) switch
        {
            CommandResult.NotFound => NotFound(),
            CommandResult.WrongState => FirecrawlError.Result(409, "Crawl is already completed"),
            _ => new JsonAnswer(new JsonObject { ["success"] = true, ["status"] = "cancelled" }),
        };
    }

    /// <summary>GET /crawl/active: the crawls that wait or run.</summary>
    public async Task<IResult> ListActiveAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var listed = new JsonArray();
        foreach (var state in new[] { CrawlStatusState.Running, CrawlStatusState.Accepted })
        {
            var list = await crawls.ListAsync(state, MaxListed, null, context.RequestAborted);
            foreach (var status in list.Items.Where(s => JobKind.Crawl.Includes(s.Mode)))
                if (await crawls.FindRequestAsync(status.Id, context.RequestAborted) is { } request)
                    listed.Add(Described(status, request));
        }
        return new JsonAnswer(new JsonObject { ["success"] = true, ["crawls"] = listed });
    }

    private static JsonObject Described(CrawlStatus status, CrawlRequest request) =>
        new()
        {
            ["id"] = status.Id,
            ["teamId"] = "default",
            ["url"] = request.Urls[0],
            ["created_at"] = Time(status.CreatedAt),
            ["options"] = new JsonObject
            {
                ["limit"] = request.MaxPages,
                ["maxDiscoveryDepth"] = request.MaxDepth,
                ["scrapeOptions"] = new JsonObject
                {
                    ["formats"] = new JsonArray([
                        .. new DocumentShape(request.Page, request.Extract).Names.Select(n => JsonValue.Create(n)),
                    ]),
                },
            },
        };

    private async Task<CrawlStatus?> FindAsync(JobKind kind, string id, CancellationToken cancellationToken) =>
        CrawlLayout.IsId(id)
        && await crawls.FindAsync(id, cancellationToken) is { } status
        && kind.Includes(status.Mode)
            ? status
            : null;

    // Everything but the documents.
    private async Task<JsonObject> HeadAsync(CrawlStatus status, CancellationToken cancellationToken)
    {
        var progress = status.Progress;
        var completed = progress.Succeeded + progress.Failed;
        // What a crawl leaves because of its limits is not to come any more.
        var total = completed + (status.State == CrawlStatusState.Completed ? 0 : progress.Queued);
        var head = new JsonObject
        {
            ["success"] = true,
            ["status"] = status.State switch
            {
                CrawlStatusState.Completed => "completed",
                CrawlStatusState.Cancelling or CrawlStatusState.Cancelled => "cancelled",
                CrawlStatusState.Failed or CrawlStatusState.Damaged => "failed",
                _ => "scraping",
            },
            ["completed"] = completed,
            ["total"] = total,
            ["creditsUsed"] = completed,
            ["createdAt"] = Time(status.CreatedAt),
            ["expiresAt"] = Time(status.CreatedAt + Kept),
        };
        if (!status.HasEnded || await crawls.FindSummaryAsync(status.Id, cancellationToken) is not { } summary)
            return head;
        head["completedAt"] = Time(summary.EndedAt);
        if (summary.Pages.Skipped.Robots is > 0 and var blocked)
            head["warning"] = $"robots.txt disallows {blocked} URLs; the errors of the job list them.";
        return head;
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static IResult NotFound() => FirecrawlError.Result(404, "Job not found");
}
