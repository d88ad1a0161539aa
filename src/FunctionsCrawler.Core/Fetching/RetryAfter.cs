using System.Net.Http.Headers;

namespace FunctionsCrawler.Fetching;

/// <summary>Parses the Retry-After header, which holds either seconds or a date (RFC 9110, 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>
    /// Returns the delay from <paramref name="now"/>, 0 for a date in the past; null if the header is missing or invalid.
    /// </summary>
    public static TimeSpan? Read(string? header, DateTimeOffset now)
    {
        if (!RetryConditionHeaderValue.TryParse(header, out var value))
            return null;
        var wait = value.Delta ?? value.Date!.Value - now;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
