using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Urls;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>
/// The status of a job, with its results if it has ended. They are written as they are read, because a job may have more
/// than fit into memory.
/// </summary>
internal sealed class JobResults(CrawlService crawls, CrawlStatus status, CrawlRequest request, JsonObject head)
    : IResult
{
    private const int FlushBytes = 1 << 20;

    /// <summary>Whether a record is a result: links that turned out not to be pages in scope are none.</summary>
    public static bool IsResult(PageRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.Depth == 0
            || record.Error is not { Code: ErrorCode.Robots or ErrorCode.UnsupportedType or ErrorCode.OutOfScope };
    }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var cancellationToken = httpContext.RequestAborted;
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(httpContext.Response.Body, JsonAnswer.Format);
        json.WriteStartObject();
        foreach (var (name, value) in head)
        {
            json.WritePropertyName(name);
            value!.WriteTo(json);
        }
        json.WriteStartObject("result");
        json.WriteBoolean("success", true);
        json.WriteStartArray("results");
        await WriteResultsAsync(json, cancellationToken);
        json.WriteEndArray();
        json.WriteNumber("server_processing_time_s", await DurationAsync(cancellationToken));
        json.WriteNull("server_memory_delta_mb");
        json.WriteNull("server_peak_memory_mb");
        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
    }

    private async Task WriteResultsAsync(Utf8JsonWriter json, CancellationToken cancellationToken)
    {
        var writer = new ResultWriter(
            ResultShape.Of(request.Page, request.Extract),
            (name, token) => crawls.FindArtifactAsync(status.Id, name, token)
        );
        var given = GivenUrls();
        var isDeep = request.Mode == CrawlMode.Recursive;
        await foreach (var record in crawls.ReadPagesAsync(status.Id, RecordCursor.Start, cancellationToken))
        {
            if (!IsResult(record))
                continue;
            var url = given.GetValueOrDefault(record.Url, record.Url);
            var result = await writer.WriteAsync(record, url, isDeep, cancellationToken);
            result.WriteTo(json);
            if (json.BytesPending > FlushBytes)
                await json.FlushAsync(cancellationToken);
        }
    }

    // Records have normalised URLs, clients look for their own.
    private Dictionary<string, string> GivenUrls()
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var url in request.Urls)
            if (UrlNormalizer.TryNormalize(url, dropTrackingParameters: false, out var normalized, out _))
                given.TryAdd(normalized, url);
        return given;
    }

    private async Task<double> DurationAsync(CancellationToken cancellationToken) =>
        await crawls.FindSummaryAsync(status.Id, cancellationToken) is { } summary
            ? (summary.EndedAt - summary.StartedAt).TotalSeconds
            : 0;
}
