using System.Net.Http;

namespace FunctionsCrawler.Fetching;

/// <summary>Reads headers of a response, and of its content, as they were sent: the parsed ones hide what is malformed.</summary>
internal static class RawHeaders
{
    /// <summary>The value of a header; the last one if there are several, null if there are none.</summary>
    public static string? RawHeader(this HttpResponseMessage response, string name) =>
        response.RawValues(name) is [.., var last] ? last : null;

    /// <summary>All values of a header, joined by commas; null if there are none.</summary>
    public static string? JoinedHeader(this HttpResponseMessage response, string name) =>
        response.RawValues(name) is { Count: > 0 } values ? string.Join(", ", values) : null;

    /// <summary>All values of a header.</summary>
    public static IReadOnlyList<string> RawValues(this HttpResponseMessage response, string name)
    {
        ArgumentNullException.ThrowIfNull(response);
        return
            response.Content.Headers.NonValidated.TryGetValues(name, out var values)
            || response.Headers.NonValidated.TryGetValues(name, out values)
            ? [.. values]
            : [];
    }

    /// <summary>All headers; one that was sent several times comes several times.</summary>
    public static IEnumerable<KeyValuePair<string, string>> AllRaw(this HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response
            .Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value)));
    }
}
