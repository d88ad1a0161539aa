using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Parses and validates requests strictly: every unknown field, wrong type and value out of range is a fault, and all faults
/// are reported at once. Stored requests are read leniently by <see cref="JsonBlobs"/>.
/// </summary>
internal static class RequestReader
{
    /// <summary>Parses and validates the request for a crawl.</summary>
    /// <param name="json">One JSON object in UTF-8.</param>
    public static RequestReadResult<CrawlRequest> ReadCrawl(ReadOnlyMemory<byte> json) =>
        Read(
            json,
            CrawlJson.Default.CrawlRequest,
            request => [.. CrawlRequestValidator.Validate(request), .. SecretCheck.FindFaults(request.Page)]
        );

    /// <summary>Parses and validates the request for one page.</summary>
    /// <param name="json">One JSON object in UTF-8.</param>
    public static RequestReadResult<PageRequest> ReadPage(ReadOnlyMemory<byte> json) =>
        Read(
            json,
            CrawlJson.Default.PageRequest,
            request => [.. CrawlRequestValidator.Validate(request), .. SecretCheck.FindFaults(request.Page)]
        );

    /// <summary>Parses and validates the request for the URLs of a site.</summary>
    /// <param name="json">One JSON object in UTF-8.</param>
    public static RequestReadResult<MapRequest> ReadMap(ReadOnlyMemory<byte> json) =>
        Read(json, CrawlJson.Default.MapRequest, DiscoveryValidator.Validate);

    /// <summary>Parses and validates the schema of structured data alone. Faults have paths that begin with "schema".</summary>
    /// <param name="json">One JSON object in UTF-8.</param>
    public static RequestReadResult<ExtractSchema> ReadSchema(ReadOnlyMemory<byte> json) =>
        Read(
            json,
            CrawlJson.Default.ExtractSchema,
            schema => [.. ExtractSchemaValidator.Validate("schema", schema)],
            "schema"
        );

    /// <summary>Parses and validates the steps of a visit alone. Faults have paths that begin with "actions".</summary>
    /// <param name="json">A JSON list in UTF-8.</param>
    public static RequestReadResult<PageOptions> ReadActions(ReadOnlyMemory<byte> json) =>
        Read(
            (byte[])[.. "{\"actions\":"u8, .. json.Span, .. "}"u8],
            CrawlJson.Default.PageOptions,
            page => [.. PageActionValidator.Validate("actions", page.Actions)]
        );

    private static RequestReadResult<T> Read<T>(
        ReadOnlyMemory<byte> json,
        JsonTypeInfo<T> type,
        Func<T, IReadOnlyList<RequestFault>> validate,
        string field = ""
    )
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, type, validate, field);
        }
        // Invalid Unicode is detected only when a string is read, and causes an InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new RequestReadResult<T>(null, [new RequestFault("", $"The body is not valid JSON: {e.Message}")]);
        }
    }

    private static RequestReadResult<T> Read<T>(
        JsonElement root,
        JsonTypeInfo<T> type,
        Func<T, IReadOnlyList<RequestFault>> validate,
        string field = ""
    )
        where T : class
    {
        var check = new JsonShapeCheck(CrawlJson.Default.Options);
        var valid = check.Read(root, type, field);
        // Also validate the fields that have the correct type; the other fields get their defaults.
        var request = (valid as JsonObject ?? []).Deserialize(type)!;
        List<RequestFault> faults = [.. check.Faults, .. validate(request).Where(f => !check.HasFaultIn(f.Field))];
        return new RequestReadResult<T>(faults.Count == 0 ? request : null, faults);
    }
}

/// <summary>A request or its faults.</summary>
/// <param name="Request">The request; null if there are faults.</param>
/// <param name="Faults">All faults. A fault with an empty field concerns the whole body.</param>
internal sealed record RequestReadResult<T>(T? Request, IReadOnlyList<RequestFault> Faults)
    where T : class;
