using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Writes the requests of a visit as an HTTP Archive, version 1.2 (http://www.softwareishard.com/blog/har-12-spec/), without bodies
/// and cookies.
/// </summary>
/// <param name="secrets">Hides what is private in the request of the visit.</param>
internal sealed class HarWriter(SecretMask secrets)
{
    /// <summary>How large a file may be. The last requests are left out of one that would be larger.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    // More than one entry and the end of the file take.
    private const int Reserve = 512 * 1024;

    private const string Page = "page_1";

    // The file is no part of an HTML document.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private const int MaxParameters = 100;

    /// <summary>Writes the file.</summary>
    /// <param name="url">The page.</param>
    /// <param name="started">When the visit began.</param>
    /// <param name="timing">When the page was parsed and loaded.</param>
    /// <param name="requests">The requests, in the order in which they were sent.</param>
    /// <param name="omitted">How many requests are missing in them.</param>
    /// <returns>The file, and how many requests are missing in it.</returns>
    public (ReadOnlyMemory<byte> Content, int Omitted) Write(
        string url,
        DateTimeOffset started,
        VisitTiming timing,
        IReadOnlyList<RecordedRequest> requests,
        int omitted
    )
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Encoder }))
        {
            json.WriteStartObject();
            json.WriteStartObject("log");
            json.WriteString("version", "1.2");
            json.WriteStartObject("creator");
            json.WriteString("name", CrawlerIdentity.ProductToken);
            json.WriteString("version", CrawlerVersion.Package);
            json.WriteEndObject();
            WritePage(json, url, started, timing);
            json.WriteStartArray("entries");
            var written = 0;
            foreach (var request in requests)
            {
                if (json.BytesCommitted + json.BytesPending > MaxBytes - Reserve)
                    break;
                WriteEntry(json, request);
                written++;
            }
            omitted += requests.Count - written;
            json.WriteEndArray();
            if (omitted > 0)
                json.WriteString("comment", $"{omitted} further requests were left out.");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return (buffer.WrittenMemory, omitted);
    }

    private static void WritePage(Utf8JsonWriter json, string url, DateTimeOffset started, VisitTiming timing)
    {
        json.WriteStartArray("pages");
        json.WriteStartObject();
        json.WriteString("startedDateTime", Format(started));
        json.WriteString("id", Page);
        json.WriteString("title", url);
        json.WriteStartObject("pageTimings");
        json.WriteNumber("onContentLoad", timing.DomContentLoadedMs ?? -1);
        json.WriteNumber("onLoad", timing.LoadMs ?? -1);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void WriteEntry(Utf8JsonWriter json, RecordedRequest entry)
    {
        var timings = HarTimings.Of(entry);
        json.WriteStartObject();
        json.WriteString("pageref", Page);
        json.WriteString("startedDateTime", Format(DateTimeOffset.UnixEpoch.AddSeconds(entry.WallTime)));
        json.WriteNumber("time", timings.Total);
        WriteRequest(json, entry);
        WriteResponse(json, entry);
        json.WriteStartObject("cache");
        json.WriteEndObject();
        timings.Write(json);
        json.WriteString("_resourceType", entry.Type);
        json.WriteEndObject();
    }

    private void WriteRequest(Utf8JsonWriter json, RecordedRequest entry)
    {
        json.WriteStartObject("request");
        json.WriteString("method", entry.Method);
        json.WriteString("url", entry.Url);
        json.WriteString("httpVersion", entry.Response?.Protocol ?? "unknown");
        WriteNoCookies(json);
        WritePairs(json, "headers", entry.Headers);
        WritePairs(json, "queryString", ParametersOf(entry.Url));
        json.WriteNumber("headersSize", -1);
        json.WriteNumber("bodySize", -1);
        json.WriteEndObject();
    }

    private static void WriteResponse(Utf8JsonWriter json, RecordedRequest entry)
    {
        var response = entry.Response;
        json.WriteStartObject("response");
        json.WriteNumber("status", entry.Status ?? 0);
        json.WriteString("statusText", response?.StatusText ?? "");
        json.WriteString("httpVersion", response?.Protocol ?? "unknown");
        WriteNoCookies(json);
        WritePairs(json, "headers", response?.Headers ?? []);
        json.WriteStartObject("content");
        json.WriteNumber("size", entry.ContentBytes);
        json.WriteString("mimeType", response?.ContentType ?? "");
        json.WriteEndObject();
        json.WriteString("redirectURL", response?.RedirectUrl ?? "");
        json.WriteNumber("headersSize", -1);
        json.WriteNumber(
            "bodySize",
            entry.SentBytes is { } sent && response?.HeadBytes is { } head ? Math.Max(0, sent - head) : -1
        );
        var error = entry.Error ?? (entry.Ended is null ? "the visit ended before the response" : null);
        if (error is not null)
            json.WriteString("_error", error);
        json.WriteEndObject();
    }

    private static void WriteNoCookies(Utf8JsonWriter json)
    {
        json.WriteStartArray("cookies");
        json.WriteEndArray();
    }

    private static void WritePairs(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        json.WriteStartArray(name);
        foreach (var pair in pairs)
        {
            json.WriteStartObject();
            json.WriteString("name", pair.Key);
            json.WriteString("value", pair.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private IEnumerable<KeyValuePair<string, string>> ParametersOf(string url)
    {
        var query = url.IndexOf('?', StringComparison.Ordinal);
        if (query < 0)
            return [];
        return url[(query + 1)..]
            .Split('#', 2)[0]
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Take(MaxParameters)
            .Select(parameter => parameter.Split('=', 2))
            .Select(pair => KeyValuePair.Create(Decode(pair[0]), pair.Length == 2 ? Decode(pair[1]) : ""));

        // What was encoded twice is found only now.
        string Decode(string text) => EventText.Clean(secrets.Apply(Uri.UnescapeDataString(text.Replace('+', ' '))));
    }

    private static string Format(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
