using System.Text;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FunctionsCrawler.Http;

/// <summary>The HTTP API for crawls, one method per operation. All hosts share these handlers.</summary>
/// <param name="crawls">Performs the operations.</param>
/// <param name="options">What requests may contain.</param>
/// <param name="time">The clock for new crawl ids.</param>
internal sealed class CrawlApi(CrawlService crawls, CrawlerOptions options, TimeProvider time)
{
    private static readonly byte[] OpenApiDocument = ReadOpenApiDocument();

    /// <summary>POST /api/crawls.</summary>
    public async Task<IResult> SubmitAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > 0 && !CrawlLayout.IsId(key))
            return Problem.Result(
                400,
                $"The Idempotency-Key '{key}' is not a valid crawl id; an id matches {CrawlLayout.IdPattern}."
            );
        var body = await RequestBody.ReadRequestAsync(
            context,
            "crawl request",
            json => RequestReader.ReadCrawl(json).CheckScripts(options)
        );
        if (!body.IsValid)
            return body.Refusal;
        var id = key.Length > 0 ? key : CrawlIds.New(time);
        switch (await crawls.AcceptAsync(id, body.Request, context.RequestAborted))
        {
            case Acceptance.OtherRequest:
                return Problem.Result(409, $"The id '{id}' is already used by a different crawl request.");
            case Acceptance.Deleted:
                return Problem.Result(409, $"The crawl '{id}' was deleted; its id cannot be used again.");
            case Acceptance.Damaged:
                return Problem.Result(
                    409,
                    $"The stored request of the crawl '{id}' is damaged; delete the crawl first."
                );
            case Acceptance.EarlierCrawlUnknown:
                var fault = await crawls.FindSinceFaultAsync(body.Request, context.RequestAborted);
                return Problem.Result(400, "The crawl request is invalid.", [new RequestFault("since", $"{fault}.")]);
            case Acceptance.Full:
                return Problem.Busy(context, 429, "Too many crawls are waiting; try again later.");
            default:
                var url = $"{context.Request.Scheme}://{context.Request.Host}/{ApiRoutes.Crawls}/{id}";
                context.Response.Headers.Location = url;
                return Json(
                    new AcceptedCrawl(id, url, $"{url}/pages", $"{url}/cancel"),
                    ApiJson.Default.AcceptedCrawl,
                    202
                );
        }
    }

    /// <summary>GET /api/crawls.</summary>
    public async Task<IResult> ListAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var query = ListQuery.Read(context.Request.Query);
        return query.Faults.Count > 0
            ? Problem.Result(400, "The query string is invalid.", query.Faults)
            : Json(
                await crawls.ListAsync(query.State, query.Limit, query.After, context.RequestAborted),
                ApiJson.Default.CrawlList
            );
    }

    /// <summary>GET /api/crawls/{id}.</summary>
    public Task<IResult> ShowAsync(HttpContext context, string id) =>
        WithStatusAsync(
            context,
            id,
            status =>
            {
                if (status.HasEnded)
                    return Json(status, ApiJson.Default.CrawlStatus);
                context.Response.Headers.RetryAfter = "1";
                return Json(status, ApiJson.Default.CrawlStatus, 202);
            }
        );

    /// <summary>GET /api/crawls/{id}/pages.</summary>
    public Task<IResult> ReadPagesAsync(HttpContext context, string id) =>
        WithStatusAsync(
            context,
            id,
            _ =>
            {
                var after = context.Request.Query["after"].ToString();
                var cursor = RecordCursor.Start;
                return after.Length == 0 || RecordCursor.TryParse(after, out cursor)
                    ? new JsonLines<PageRecord>(
                        crawls.ReadPagesAsync(id, cursor, context.RequestAborted),
                        CrawlJson.Default.PageRecord
                    )
                    : Problem.Result(
                        400,
                        $"'{after}' is not a valid cursor; 'after' takes the cursor of a record of this crawl."
                    );
            }
        );

    /// <summary>GET /api/crawls/{id}/summary.</summary>
    public async Task<IResult> SummarizeAsync(HttpContext context, string id)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (CrawlLayout.IsId(id) && await crawls.FindSummaryAsync(id, context.RequestAborted) is { } summary)
            return Json(summary, CrawlJson.Default.CrawlSummary);
        return await WithStatusAsync(
            context,
            id,
            status =>
                Problem.Result(
                    404,
                    status.State == CrawlStatusState.Damaged
                        ? $"The crawl '{id}' has no summary because it is damaged: {status.Reason}."
                        : $"The crawl '{id}' has no summary because it has not ended yet."
                )
        );
    }

    /// <summary>GET /api/crawls/{id}/changes.</summary>
    public async Task<IResult> CompareAsync(HttpContext context, string id)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!CrawlLayout.IsId(id) || await crawls.FindAsync(id, context.RequestAborted) is not { } status)
            return NotFound(id);
        var since = context.Request.Query["since"].ToString();
        if (since.Length == 0)
            since = (await crawls.FindRequestAsync(id, context.RequestAborted))?.Since ?? "";
        if (!CrawlLayout.IsId(since))
            return Problem.Result(
                400,
                $"'{since}' is not the id of a crawl; 'since' takes the id of the crawl to compare with."
            );
        if (await crawls.FindAsync(since, context.RequestAborted) is null)
            return NotFound(since);
        if (!status.HasEnded)
            return Problem.Result(409, $"The crawl '{id}' has not ended yet.");
        return new JsonLines<PageChange>(
            crawls.CompareAsync(since, id, context.RequestAborted),
            CrawlJson.Default.PageChange
        );
    }

    /// <summary>GET /api/crawls/{id}/artifacts/{name}.</summary>
    public async Task<IResult> ReadArtifactAsync(HttpContext context, string id, string name)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!CrawlLayout.IsId(id) || await crawls.FindAsync(id, context.RequestAborted) is null)
            return NotFound(id);
        var content = await crawls.FindArtifactAsync(id, name, context.RequestAborted);
        return content is null
            ? Problem.Result(404, $"The crawl '{id}' has no artifact '{name}'.")
            : new ArtifactContent(name, content);
    }

    /// <summary>GET /api/crawls/{id}/archive.</summary>
    public async Task<IResult> ReadArchiveAsync(HttpContext context, string id)
    {
        ArgumentNullException.ThrowIfNull(context);
        var format = context.Request.Query["format"].ToString();
        if (format is not ("" or "wacz" or "warc"))
            return Problem.Result(400, $"'{format}' is not a format of archives; 'format' takes wacz or warc.");
        if (!CrawlLayout.IsId(id) || await crawls.FindAsync(id, context.RequestAborted) is not { } status)
            return NotFound(id);
        if (!status.HasEnded)
            return Problem.Result(409, $"The crawl '{id}' has not ended yet.");
        return await crawls.FindArchiveAsync(id, context.RequestAborted) is { } archive
            ? new ArchiveContent(archive, isWarc: format is "warc", time)
            : Problem.Result(404, $"The crawl '{id}' has no archive; a crawl has one if it is requested with warc.");
    }

    /// <summary>POST /api/crawls/{id}/cancel.</summary>
    public Task<IResult> CancelAsync(HttpContext context, string id) =>
        ChangeAsync(context, id, crawls.CancelAsync, "has already ended.", TypedResults.StatusCode(202));

    /// <summary>DELETE /api/crawls/{id}.</summary>
    public Task<IResult> DeleteAsync(HttpContext context, string id) =>
        ChangeAsync(context, id, crawls.DeleteAsync, "has not ended yet; cancel it first.", TypedResults.NoContent());

    /// <summary>GET /api/health.</summary>
    public static IResult ReportHealth(HealthReport report) => Json(report, ApiJson.Default.HealthReport);

    /// <summary>GET /api/openapi.json.</summary>
    public static IResult Describe() => TypedResults.Bytes(OpenApiDocument, "application/json");

    private async Task<IResult> WithStatusAsync(HttpContext context, string id, Func<CrawlStatus, IResult> respond)
    {
        ArgumentNullException.ThrowIfNull(context);
        return CrawlLayout.IsId(id) && await crawls.FindAsync(id, context.RequestAborted) is { } status
            ? respond(status)
            : NotFound(id);
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context,
        string id,
        Func<string, CancellationToken, Task<CommandResult>> change,
        string wrongState,
        IResult done
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        return !CrawlLayout.IsId(id)
            ? NotFound(id)
            : await change(id, context.RequestAborted) switch
            {
                CommandResult.NotFound => NotFound(id),
                CommandResult.WrongState => Problem.Result(409, $"The crawl '{id}' {wrongState}"),
                _ => done,
            };
    }

    private static IResult NotFound(string id) => Problem.Result(404, $"There is no crawl '{id}'.");

    private static JsonHttpResult<T> Json<T>(T value, JsonTypeInfo<T> type, int status = 200) =>
        TypedResults.Json(value, type, "application/json", status);

    private static byte[] ReadOpenApiDocument()
    {
        using var resource = typeof(CrawlApi).Assembly.GetManifestResourceStream("openapi.json")!;
        using var text = new StreamReader(resource);
        return Encoding.UTF8.GetBytes(
            text.ReadToEnd().Replace("{version}", CrawlerVersion.Package, StringComparison.Ordinal)
        );
    }
}
