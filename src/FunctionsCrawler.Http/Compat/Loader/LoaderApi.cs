using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Memory;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Loader;

/// <summary>
/// POST /loader: pages as documents for retrieval, in the form of Open WebUI's external web loader. The visits are cancelled if
/// the client disconnects.
/// </summary>
internal sealed class LoaderApi(ScrapeService scrapes, CrawlerOptions options)
{
    private const int MaxUrls = 20;

    /// <summary>Handles a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ApiEndpoints.RunAsync(context, () => LoadAsync(context));
    }

    private async Task<IResult> LoadAsync(HttpContext context)
    {
        var (requests, refusal) = await ReadAsync(context);
        if (refusal is not null)
            return refusal;
        try
        {
            return await VisitAsync(requests, context.RequestAborted) is { } records
                ? new JsonAnswer(new JsonArray([.. records.Zip(requests, Write)]))
                : Problem.Busy(context, 429, $"{scrapes.Waiting} pages are already waiting.");
        }
        catch (WorkerExhaustedException)
        {
            return Problem.Exhausted(context);
        }
        catch (BrowserLaunchException)
        {
            return Problem.Busy(context, 503, "No browser could be started; see the server log for the reason.");
        }
    }

    // As many at once as run at once. The rest waits here, where the deadlines of the pages do not run yet.
    private async Task<IReadOnlyList<PageRecord>?> VisitAsync(
        IReadOnlyList<PageRequest> requests,
        CancellationToken cancellationToken
    )
    {
        var records = new PageRecord?[requests.Count];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.MaxRunningScrapes,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForAsync(
            0,
            requests.Count,
            parallel,
            async (i, token) => records[i] = await scrapes.TryScrapeAsync(requests[i], token)
        );
        return Array.TrueForAll(records, record => record is not null) ? [.. records.OfType<PageRecord>()] : null;
    }

    private static async Task<(IReadOnlyList<PageRequest> Requests, IResult? Refusal)> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
            return Refuse(415, $"The Content-Type is '{context.Request.ContentType}'; it must be application/json.");
        if (await RequestBody.ReadAsync(context) is not { } body)
            return Refuse(413, $"The body is larger than {RequestBody.Limit >> 20} MiB.");
        var findings = new RequestFindings();
        List<PageRequest> requests;
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return Refuse(400, "The body is not a JSON object.");
            requests = [.. new FieldReader(document.RootElement, "", findings).Texts("urls").Select(ToRequest)];
        }
        // Invalid Unicode is detected only when a string is read, and causes an InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Refuse(400, "The body is not valid JSON.");
        }
        if (findings.Faults is [] && requests.Count is 0 or > MaxUrls)
            findings.Refuse("urls", $"It has {requests.Count} URLs; 1 to {MaxUrls} are allowed.");
        findings.Refuse(requests.SelectMany(FaultsOf));
        return findings.Faults is []
            ? (requests, null)
            : Refuse(400, string.Join(' ', findings.Faults.Take(5).Select(f => $"{f.Field}: {f.Message}")));
    }

    private static IEnumerable<RequestFault> FaultsOf(PageRequest request, int index) =>
        CrawlRequestValidator.Validate(request).Select(fault => fault with { Field = $"urls[{index}]" });

    private static PageRequest ToRequest(string url) =>
        new()
        {
            Url = url,
            Types = PageKinds.WithText,
            Extract = new ExtractOptions { Formats = [PageFormat.MainMarkdown, PageFormat.Metadata] },
        };

    private static (IReadOnlyList<PageRequest>, IResult) Refuse(int status, string detail) =>
        ([], LoaderMount.Instance.Error(status, detail));

    // The metadata has texts only, because vector databases take nothing else. A page that failed is an empty document that says
    // why: without it, nobody would notice.
    private static JsonObject Write(PageRecord record, PageRequest request)
    {
        var metadata = new JsonObject { ["source"] = request.Url };
        Add(metadata, "title", record.Title);
        Add(metadata, "description", record.Description);
        Add(metadata, "language", record.Language);
        Add(metadata, "published", record.Published);
        if (record.Error is { } error)
            metadata["error"] = $"{PageKinds.NameOf(error.Code)}: {error.Message}";
        return new JsonObject
        {
            ["page_content"] = record.Error is null ? record.MainMarkdown ?? "" : "",
            ["metadata"] = metadata,
        };
    }

    private static void Add(JsonObject metadata, string name, string? value)
    {
        if (value is not null)
            metadata[name] = value;
    }
}
