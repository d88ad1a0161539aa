using System.Net.Http.Headers;

namespace FunctionsCrawler.Fetching;

/// <summary>Reads the Retry-After header in both of its forms, seconds and a date (RFC 9110, 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>How long to wait from <paramref name="now"/> on; null when there is no header, or none that can be read.</summary>
    public static TimeSpan? Read(string? header, DateTimeOffset now)
    {
        if (!RetryConditionHeaderValue.TryParse(header, out var value))
            return null;
        var wait = value.Delta ?? value.Date!.Value - now;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
