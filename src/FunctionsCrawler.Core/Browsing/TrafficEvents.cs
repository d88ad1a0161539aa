using System.Text.Json;

namespace FunctionsCrawler.Browsing;

/// <summary>Reads events of the protocol's Network domain.</summary>
internal static class TrafficEvents
{
    /// <summary>The number of bytes that an event reports as received; 0 for other events.</summary>
    public static long BytesOf(string method, JsonElement e)
    {
        if (method is "Network.dataReceived")
            return e.GetProperty("dataLength").GetInt64();
        if (method is not "Network.webSocketFrameReceived")
            return 0;
        var frame = e.GetProperty("response");
        var length = frame.GetProperty("payloadData").GetString()!.Length;
        // Anything but text is in Base64.
        return frame.GetProperty("opcode").GetDouble() is 1 ? length : length * 3L / 4;
    }

    /// <summary>The headers of a request or response. The browser joins those of one name by line feeds.</summary>
    public static IEnumerable<KeyValuePair<string, string>> HeadersOf(JsonElement message) =>
        message
            .GetProperty("headers")
            .EnumerateObject()
            .SelectMany(header =>
                (header.Value.GetString() ?? "").Split('\n').Select(value => KeyValuePair.Create(header.Name, value))
            );

    /// <summary>
    /// Whether a request has a user name or password in its URL, as those of XMLHttpRequest do. If the server asks for them,
    /// Chromium keeps them for the context, and sends them with later requests.
    /// </summary>
    public static bool HasCredentials(JsonElement e) =>
        e.TryGetProperty("request", out var request)
        && request.GetProperty("url").GetString() is { } url
        && url.StartsWith("http", StringComparison.Ordinal)
        && url.IndexOf("//", StringComparison.Ordinal) is >= 0 and var slashes
        && url.IndexOf('@', slashes) is >= 0 and var at
        && url.AsSpan(slashes + 2, at - slashes - 2).IndexOfAny('/', '?', '#') < 0;
}
