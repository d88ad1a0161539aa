using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>POST /crawl and POST /batch/scrape: both are crawls of ours, the latter in batch mode.</summary>
internal sealed class JobStartRoutes(CrawlService crawls, CrawlerOptions options)
{
    /// <summary>Starts a crawl.</summary>
    public async Task<IResult> CrawlAsync(HttpContext context, string version)
    {
        ArgumentNullException.ThrowIfNull(context);
        var body = await FirecrawlBody.ReadAsync(
            context,
            (fields, findings) => new CrawlTranslator(findings, version is "v1").Translate(fields),
            FaultsOf
        );
        return body.IsValid
            ? await AcceptAsync(context, body.Request.Request, $"{version}/crawl", body.Request.Warning, null)
            : body.Refusal;
    }

    /// <summary>Starts a batch.</summary>
    public async Task<IResult> BatchAsync(HttpContext context, string version)
    {
        ArgumentNullException.ThrowIfNull(context);
        var body = await FirecrawlBody.ReadAsync(
            context,
            (fields, findings) => new BatchTranslator(findings, version is "v1").Translate(fields),
            batch => FaultsOf(batch.Crawl)
        );
        if (!body.IsValid)
            return body.Refusal;
        var (batch, warning) = body.Request;
        return await AcceptAsync(context, batch.Crawl, $"{version}/batch/scrape", warning, batch.InvalidUrls);
    }

    private IEnumerable<RequestFault> FaultsOf(CrawlRequest request) =>
        [.. CrawlRequestValidator.Validate(request), .. FirecrawlBody.HostFaults(request.Page, options)];

    private async Task<IResult> AcceptAsync(
        HttpContext context,
        CrawlRequest request,
        string path,
        string? warning,
        IReadOnlyList<string>? invalidUrls
    )
    {
        if (!TryReadId(context.Request, out var id))
            return FirecrawlError.Result(400, "The x-idempotency-key is not a UUID.", "BAD_REQUEST");
        switch (await crawls.AcceptAsync(id, request, context.RequestAborted))
        {
            case Acceptance.Accepted or Acceptance.Existing:
                return Started(context, path, id, warning, invalidUrls);
            case Acceptance.Full:
                return Problem.Busy(context, 429, "Too many crawls are waiting; try again later.");
            default:
                return FirecrawlError.Result(409, "Idempotency key already used");
        }
    }

    private static JsonAnswer Started(
        HttpContext context,
        string path,
        string id,
        string? warning,
        IReadOnlyList<string>? invalidUrls
    )
    {
        var body = new JsonObject
        {
            ["success"] = true,
            ["id"] = id,
            ["url"] = $"{context.Request.Scheme}://{context.Request.Host}/{path}/{id}",
        };
        if (invalidUrls is not null)
            body["invalidURLs"] = new JsonArray([.. invalidUrls.Select(url => JsonValue.Create(url))]);
        if (warning is not null)
            body["warning"] = warning;
        return new JsonAnswer(body);
    }

    // The key of the client is the id of the crawl, so that a repeated request finds it, also after a restart.
    private static bool TryReadId(HttpRequest request, out string id)
    {
        var key = request.Headers["x-idempotency-key"].ToString();
        id = Guid.CreateVersion7().ToString();
        if (key.Length == 0)
            return true;
        if (!Guid.TryParseExact(key, "D", out var uuid))
            return false;
        id = uuid.ToString();
        return true;
    }
}
