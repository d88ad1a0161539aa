using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>Reads the body of a request, translates it and validates the translation as our own API does.</summary>
internal static class FirecrawlBody
{
    // Firecrawl's names of the fields that a translated request may have faults in.
    private static readonly (string Ours, string Theirs)[] Names =
    [
        ("extract.include", "includeTags"),
        ("extract.exclude", "excludeTags"),
        ("extract.schema", "formats"),
        ("include", "includePaths"),
        ("exclude", "excludePaths"),
        ("page.actions", "actions"),
        ("page.headers", "headers"),
        ("page.userAgent", "headers"),
        ("page.viewport", "formats"),
        ("page.screenshot", "formats"),
        ("page.delayMs", "waitFor"),
        ("page.timeoutSeconds", "timeout"),
    ];

    /// <summary>Reads a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="translate">Translates the fields into a request of ours.</param>
    /// <param name="validate">Returns the faults of that request.</param>
    public static async Task<RequestBody<Translation<T>>> ReadAsync<T>(
        HttpContext context,
        Func<FieldReader, RequestFindings, T> translate,
        Func<T, IEnumerable<RequestFault>> validate
    )
        where T : class
    {
        if (!context.Request.HasJsonContentType())
            return Refused<T>(
                415,
                $"The Content-Type is '{context.Request.ContentType}'; it must be application/json."
            );
        if (await RequestBody.ReadAsync(context) is not { } body)
            return Refused<T>(413, $"The body is larger than {RequestBody.Limit >> 20} MiB.");
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return Refused<T>(400, "The body is not a JSON object.", "BAD_REQUEST");
            return Read(new RequestFindings(), document.RootElement, translate, validate);
        }
        // Invalid Unicode is detected only when a string is read, and causes an InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Refused<T>(400, "Bad request, malformed JSON", "BAD_REQUEST_INVALID_JSON");
        }
    }

    /// <summary>The faults of how pages are visited that depend on this process: secrets and scripts.</summary>
    public static IEnumerable<RequestFault> HostFaults(PageOptions page, CrawlerOptions options) =>
        [.. SecretCheck.FindFaults(page), .. ScriptCheck.FindFaults(page, options)];

    private static RequestBody<Translation<T>> Read<T>(
        RequestFindings findings,
        JsonElement body,
        Func<FieldReader, RequestFindings, T> translate,
        Func<T, IEnumerable<RequestFault>> validate
    )
        where T : class
    {
        var fields = new FieldReader(body, "", findings);
        var request = translate(fields, findings);
        fields.ReportUnknown();
        if (findings.Faults.Count == 0)
            findings.Refuse(validate(request).Select(Renamed));
        return findings.Faults.Count == 0
            ? new RequestBody<Translation<T>>(new Translation<T>(request, findings.Warning), null)
            : new RequestBody<Translation<T>>(null, FirecrawlError.Invalid(findings.Faults));
    }

    private static RequestFault Renamed(RequestFault fault)
    {
        var (ours, theirs) = Array.Find(Names, n => fault.Field.StartsWith(n.Ours, StringComparison.Ordinal));
        return ours is null ? fault : fault with { Field = theirs + fault.Field[ours.Length..] };
    }

    private static RequestBody<Translation<T>> Refused<T>(int status, string error, string? code = null)
        where T : class => new(null, FirecrawlError.Result(status, error, code));
}

/// <summary>A request of Firecrawl's API in our terms.</summary>
/// <param name="Request">The request.</param>
/// <param name="Warning">What the client should know; null if there is nothing.</param>
internal sealed record Translation<T>(T Request, string? Warning)
    where T : class;
