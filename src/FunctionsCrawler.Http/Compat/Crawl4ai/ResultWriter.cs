using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Writes records as crawl4ai's CrawlResult, always with all its fields.</summary>
/// <param name="shape">Which of them are filled.</param>
/// <param name="open">Opens a file of a crawl; null for pages visited alone, whose files are in the record.</param>
internal sealed class ResultWriter(ResultShape shape, Func<string, CancellationToken, Task<Stream?>>? open = null)
{
    /// <summary>Writes a result.</summary>
    /// <param name="record">The record.</param>
    /// <param name="url">The URL as the client wrote it.</param>
    /// <param name="isDeep">Whether the page belongs to a deep crawl, whose results say how it was found.</param>
    /// <param name="cancellationToken">Stops the reading of files.</param>
    public async Task<JsonObject> WriteAsync(
        PageRecord record,
        string url,
        bool isDeep,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(record);
        var outcome = PageOutcome.Of(record);
        var (screenshot, pdf) = (
            await FileAsync(record, "screenshot", shape.HasScreenshot, cancellationToken),
            await FileAsync(record, "pdf", shape.HasPdf, cancellationToken)
        );
        var json = new JsonObject
        {
            ["url"] = url,
            ["html"] = outcome.Success ? record.Html ?? record.CleanedHtml ?? "" : "",
            ["fit_html"] = outcome.Success ? record.MainHtml ?? "" : "",
            ["success"] = outcome.Success,
            ["cleaned_html"] = outcome.Success ? record.CleanedHtml ?? "" : "",
            ["media"] = outcome.Success ? ResultLinks.MediaOf(record) : new JsonObject(),
            ["links"] = outcome.Success ? ResultLinks.Of(record, shape.Links) : new JsonObject(),
            ["downloaded_files"] = null,
            ["js_execution_result"] = outcome.Success && shape.Scripts > 0 ? ScriptResults() : null,
            ["screenshot"] = screenshot,
            ["pdf"] = pdf,
            ["mhtml"] = null,
            ["extracted_content"] = outcome.Success && shape.HasData ? record.Data?.GetRawText() ?? "[]" : null,
            ["metadata"] = outcome.Success ? ResultMetadata.Of(record, isDeep) : null,
            ["error_message"] = outcome.Error,
            ["session_id"] = null,
            ["response_headers"] = HeadersOf(record),
            ["status_code"] = outcome.Status,
            ["ssl_certificate"] = null,
            ["dispatch_result"] = null,
            ["redirected_url"] = record.FinalUrl is { } last && !InlinePage.IsWithoutBase(last) ? last : url,
            ["redirected_status_code"] = record.Status,
            ["network_requests"] = null,
            ["console_messages"] = null,
            ["tables"] = outcome.Success ? TablesOf(record) : new JsonArray(),
            ["head_fingerprint"] = null,
            ["cached_at"] = null,
            ["cache_status"] = "miss",
            ["crawl_stats"] = StatsOf(record),
        };
        if (outcome.Success)
            json["markdown"] = MarkdownOf(record);
        return json;
    }

    private JsonObject MarkdownOf(PageRecord record)
    {
        var raw = Reduced(record.Markdown);
        var (cited, references) = CitedMarkdown.Of(raw);
        return new JsonObject
        {
            ["raw_markdown"] = raw,
            ["markdown_with_citations"] = cited,
            ["references_markdown"] = references,
            ["fit_markdown"] =
                shape.HasRelevant ? Reduced(record.RelevantMarkdown)
                : shape.HasMain ? Reduced(record.MainMarkdown)
                : "",
            ["fit_html"] = record.MainHtml ?? "",
        };
    }

    private string Reduced(string? markdown) =>
        shape.IgnoresLinks || shape.IgnoresImages
            ? CitedMarkdown.Without(markdown ?? "", shape.IgnoresLinks, shape.IgnoresImages)
            : markdown ?? "";

    // What scripts return is not recorded.
    private JsonObject ScriptResults() =>
        new()
        {
            ["success"] = true,
            ["results"] = new JsonArray([.. Enumerable.Repeat<JsonNode?>(null, shape.Scripts)]),
        };

    private static JsonObject? HeadersOf(PageRecord record) =>
        record.Error?.Code == ErrorCode.Robots ? new JsonObject { ["X-Robots-Status"] = "Blocked by robots.txt" }
        : record.ResponseHeaders is null ? null
        : new JsonObject(record.ResponseHeaders.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value)));

    private static JsonArray TablesOf(PageRecord record) =>
        [
            .. (record.Tables ?? []).Select(table => new JsonObject
            {
                ["headers"] = Texts(table.Headers),
                ["rows"] = new JsonArray([.. table.Rows.Select(Texts)]),
                ["caption"] = table.Caption ?? "",
                ["summary"] = "",
            }),
        ];

    private static JsonObject StatsOf(PageRecord record) =>
        new()
        {
            ["attempts"] = record.Attempts,
            ["retries"] = Math.Max(0, record.Attempts - 1),
            ["proxies_used"] = new JsonArray(),
            ["fallback_fetch_used"] = false,
            ["resolved_by"] = "direct",
        };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];

    private async Task<string?> FileAsync(
        PageRecord record,
        string name,
        bool isWanted,
        CancellationToken cancellationToken
    )
    {
        if (!isWanted || record.Artifacts?.GetValueOrDefault(name) is not { } artifact)
            return null;
        if (artifact.Data is { } data)
            return Convert.ToBase64String(data.Span);
        if (artifact.Blob is not { } blob || open is null)
            return null;
        await using var content = await open(blob, cancellationToken);
        if (content is null)
            return null;
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        return Convert.ToBase64String(copy.GetBuffer(), 0, (int)copy.Length);
    }
}
