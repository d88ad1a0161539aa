using System.Text.Json;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Browsing;

/// <summary>Reads requests and responses of the protocol's Network domain for a recording of them.</summary>
internal static class RequestEvents
{
    private const int MaxHeaders = 64;
    private const int MaxHeaderLength = 1024;
    private const int MaxTotalLength = 16 * 1024;
    private const string Hidden = "***";

    /// <summary>Reads a request that is being sent.</summary>
    /// <param name="e">Network.requestWillBeSent.</param>
    /// <param name="secrets">Hides what is private in the request of the visit.</param>
    /// <param name="isWhole">Whether its headers are read too.</param>
    public static RecordedRequest ReadRequest(JsonElement e, SecretMask secrets, bool isWhole)
    {
        var request = e.GetProperty("request");
        return new RecordedRequest(
            EventUrl.Of(EventText.Read(request, "url") ?? "", secrets),
            EventText.Read(request, "method") ?? "GET",
            (EventText.Read(e, "type") ?? "other").ToLowerInvariant(),
            NumberOf(e, "timestamp") ?? 0
        )
        {
            WallTime = NumberOf(e, "wallTime") ?? 0,
            Headers = isWhole ? HeadersOf(request, secrets) : [],
        };
    }

    /// <summary>Reads the head of a response.</summary>
    public static RecordedResponse ReadResponse(JsonElement response, SecretMask secrets)
    {
        var headers = HeadersOf(response, secrets);
        var location = headers.FirstOrDefault(h => h.Key.Equals("location", StringComparison.OrdinalIgnoreCase)).Value;
        return new RecordedResponse
        {
            StatusText = Bounded(EventText.Read(response, "statusText") ?? "", secrets),
            Protocol = EventText.Read(response, "protocol") ?? "unknown",
            ContentType = Bounded(EventText.Read(response, "mimeType") ?? "", secrets),
            Headers = headers,
            RedirectUrl = location is null ? "" : EventUrl.Of(location, secrets),
            HeadBytes = (long?)NumberOf(response, "encodedDataLength"),
            Phases = response.TryGetProperty("timing", out var timing) ? PhasesOf(timing) : null,
        };
    }

    /// <summary>Reads why a request failed.</summary>
    /// <param name="e">Network.loadingFailed.</param>
    public static string ReadError(JsonElement e)
    {
        var error = EventText.Read(e, "errorText") ?? "";
        var reason =
            EventText.Read(e, "blockedReason")
            ?? (
                e.TryGetProperty("corsErrorStatus", out var cors) ? "CORS: " + EventText.Read(cors, "corsError") : null
            );
        return (error, reason) switch
        {
            ("", null) => "failed",
            ("", _) => $"blocked ({reason})",
            (_, null) => error,
            _ => $"{error} ({reason})",
        };
    }

    /// <summary>Reads a number property; null if there is none.</summary>
    public static double? NumberOf(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static List<KeyValuePair<string, string>> HeadersOf(JsonElement message, SecretMask secrets)
    {
        var headers = new List<KeyValuePair<string, string>>();
        var total = 0;
        if (!message.TryGetProperty("headers", out var all))
            return headers;
        foreach (var header in all.EnumerateObject())
        {
            // Repeated headers are joined by line feeds.
            foreach (var value in EventText.Read(header.Value).Split('\n'))
            {
                var name = Bounded(header.Name, secrets);
                var shown = RecordedHeaders.IsPrivate(header.Name.ToLowerInvariant())
                    ? Hidden
                    : ValueOf(header.Name, value);
                total += name.Length + shown.Length;
                if (headers.Count == MaxHeaders || total > MaxTotalLength)
                    return headers;
                headers.Add(KeyValuePair.Create(name, shown));
            }
        }
        return headers;

        string ValueOf(string name, string value) =>
            name.ToLowerInvariant() is "referer" or "location" or "content-location" or "origin"
                ? EventUrl.Of(value, secrets)
                : Bounded(value, secrets);
    }

    private static string Bounded(string text, SecretMask secrets) =>
        EventText.Cut(EventText.Clean(secrets.Apply(text)), MaxHeaderLength);

    private static RequestPhases PhasesOf(JsonElement timing)
    {
        return new RequestPhases
        {
            Origin = NumberOf(timing, "requestTime") ?? 0,
            Dns = (Of("dnsStart"), Of("dnsEnd")),
            Connect = (Of("connectStart"), Of("connectEnd")),
            Tls = (Of("sslStart"), Of("sslEnd")),
            Send = (Of("sendStart"), Of("sendEnd")),
            HeadersEnd = Of("receiveHeadersEnd"),
        };

        double Of(string name) => NumberOf(timing, name) ?? -1;
    }
}
