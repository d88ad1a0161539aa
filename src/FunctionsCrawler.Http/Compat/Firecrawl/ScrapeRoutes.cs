using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Memory;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>POST /scrape: one page, now. The visit is cancelled if the client disconnects.</summary>
internal sealed class ScrapeRoutes(ScrapeService scrapes, CrawlerOptions options)
{
    /// <summary>Handles a request.</summary>
    public async Task<IResult> ScrapeAsync(HttpContext context, bool isV1)
    {
        ArgumentNullException.ThrowIfNull(context);
        var body = await FirecrawlBody.ReadAsync(
            context,
            (fields, findings) => Translate(fields, findings, isV1),
            request => [.. CrawlRequestValidator.Validate(request), .. FirecrawlBody.HostFaults(request.Page, options)]
        );
        if (!body.IsValid)
            return body.Refusal;
        var (request, warning) = body.Request;
        try
        {
            if (await scrapes.TryScrapeAsync(request, context.RequestAborted) is not { } record)
                return Problem.Busy(context, 429, $"{scrapes.Waiting} pages are already waiting.");
            return FirecrawlError.OfPage(record.Error) ?? await ToAnswerAsync(context, request, record, warning);
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

    private static PageRequest Translate(FieldReader fields, RequestFindings findings, bool isV1)
    {
        var url = FirecrawlUrl.WithScheme(fields.Text("url") ?? "");
        var settings = new PageSettingsReader(findings, isV1).Read(fields);
        return new PageRequest
        {
            Url = url,
            Types = settings.Types,
            Page = settings.Page,
            Extract = settings.Extract,
        };
    }

    private static async Task<IResult> ToAnswerAsync(
        HttpContext context,
        PageRequest request,
        PageRecord record,
        string? warning
    )
    {
        var writer = new DocumentWriter(new DocumentShape(request.Page, request.Extract));
        var id = Guid.CreateVersion7().ToString();
        var document = await writer.WriteAsync(record, request.Url, id, warning, context.RequestAborted);
        return new JsonAnswer(new JsonObject { ["success"] = true, ["data"] = document });
    }
}
