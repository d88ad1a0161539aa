using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FunctionsCrawler.Http;

/// <summary>The HTTP contract: each method answers one request. Both hosts call them, and add nothing.</summary>
/// <param name="crawls">What is offered.</param>
/// <param name="time">The clock.</param>
public sealed class CrawlApi(CrawlService crawls, TimeProvider time)
{
    private static readonly byte[] Description = ReadDescription();

    /// <summary>POST /api/crawls.</summary>
    public async Task<IResult> SubmitAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > 0 && !CrawlLayout.IsId(key))
            return Problem.Answer(
                400,
                $"The Idempotency-Key '{key}' is no crawl id: one matches {CrawlLayout.IdPattern}."
            );
        if (!context.Request.HasJsonContentType())
            return Problem.Answer(
                415,
                $"The Content-Type is '{context.Request.ContentType}'; a crawl request is application/json."
            );
        if (await RequestBody.ReadAsync(context) is not { } body)
            return Problem.Answer(413, $"The body is larger than {RequestBody.Limit >> 20} MiB.");
        var reading = CrawlRequestReader.Read(body);
        if (reading.Request is null)
            return Problem.Answer(400, "The crawl request has faults.", reading.Faults);
        var id = key.Length > 0 ? key : CrawlIds.New(time);
        switch (await crawls.AcceptAsync(id, reading.Request, context.RequestAborted))
        {
            case Acceptance.OtherRequest:
                return Problem.Answer(409, $"The id '{id}' is taken by another crawl request.");
            case Acceptance.Deleted:
                return Problem.Answer(409, $"The crawl '{id}' was deleted; its id is not used again.");
            case Acceptance.Full:
                context.Response.Headers.RetryAfter = "5";
                return Problem.Answer(429, "Too many crawls wait already.");
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
            ? Problem.Answer(400, "The query has faults.", query.Faults)
            : Json(
                await crawls.ListAsync(query.State, query.Limit, query.After, context.RequestAborted),
                ApiJson.Default.CrawlList
            );
    }

    /// <summary>GET /api/crawls/{id}.</summary>
    public Task<IResult> ShowAsync(HttpContext context, string id) =>
        AboutAsync(
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
        AboutAsync(
            context,
            id,
            _ =>
            {
                var after = context.Request.Query["after"].ToString();
                var place = RecordCursor.Start;
                return after.Length == 0 || RecordCursor.TryParse(after, out place)
                    ? new PageLines(crawls.ReadPagesAsync(id, place, context.RequestAborted))
                    : Problem.Answer(400, $"'{after}' is no cursor; after takes the cursor of a record of this crawl.");
            }
        );

    /// <summary>GET /api/crawls/{id}/summary.</summary>
    public async Task<IResult> SummarizeAsync(HttpContext context, string id)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (CrawlLayout.IsId(id) && await crawls.FindSummaryAsync(id, context.RequestAborted) is { } summary)
            return Json(summary, CrawlJson.Default.CrawlSummary);
        return await AboutAsync(
            context,
            id,
            _ => Problem.Answer(404, $"The crawl '{id}' has no summary yet: it has not ended.")
        );
    }

    /// <summary>POST /api/crawls/{id}/cancel.</summary>
    public Task<IResult> CancelAsync(HttpContext context, string id) =>
        ChangeAsync(context, id, crawls.CancelAsync, "has ended already.", TypedResults.StatusCode(202));

    /// <summary>DELETE /api/crawls/{id}.</summary>
    public Task<IResult> DeleteAsync(HttpContext context, string id) =>
        ChangeAsync(context, id, crawls.DeleteAsync, "has not ended; cancel it first.", TypedResults.NoContent());

    /// <summary>GET /api/health.</summary>
    public static IResult ReportHealth(HealthReport report) => Json(report, ApiJson.Default.HealthReport);

    /// <summary>GET /api/openapi.json.</summary>
    public static IResult Describe() => TypedResults.Bytes(Description, "application/json");

    private async Task<IResult> AboutAsync(HttpContext context, string id, Func<CrawlStatus, IResult> answer)
    {
        ArgumentNullException.ThrowIfNull(context);
        return CrawlLayout.IsId(id) && await crawls.FindAsync(id, context.RequestAborted) is { } status
            ? answer(status)
            : Unknown(id);
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context,
        string id,
        Func<string, CancellationToken, Task<Outcome>> change,
        string wrongState,
        IResult done
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        return !CrawlLayout.IsId(id)
            ? Unknown(id)
            : await change(id, context.RequestAborted) switch
            {
                Outcome.NotFound => Unknown(id),
                Outcome.WrongState => Problem.Answer(409, $"The crawl '{id}' {wrongState}"),
                _ => done,
            };
    }

    private static IResult Unknown(string id) => Problem.Answer(404, $"There is no crawl '{id}'.");

    private static JsonHttpResult<T> Json<T>(T value, JsonTypeInfo<T> type, int status = 200) =>
        TypedResults.Json(value, type, "application/json", status);

    private static byte[] ReadDescription()
    {
        using var resource = typeof(CrawlApi).Assembly.GetManifestResourceStream("openapi.json")!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
