using System.Globalization;

namespace FunctionsCrawler.Extraction;

/// <summary>Reads dates as pages write them, and writes them in ISO 8601.</summary>
internal static class DateText
{
    private const int MaxLength = 64;

    // Not 03/04/2024: whether it is in March or in April depends on the country.
    private static readonly string[] Dates =
    [
        "yyyy-MM-dd",
        "yyyyMMdd",
        "yyyy/MM/dd",
        "yyyy.MM.dd",
        "MMMM d, yyyy",
        "MMM d, yyyy",
        "MMM. d, yyyy",
        "d MMMM yyyy",
        "d MMM yyyy",
        "dddd, MMMM d, yyyy",
        "ddd, d MMM yyyy",
    ];

    private static readonly string[] Times =
    [
        "yyyy-MM-dd'T'HH:mm",
        "yyyy-MM-dd'T'HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF",
    ];

    private static readonly string[] ZonedTimes =
    [
        .. Times.SelectMany(time => new[] { time + "zzz", time + " zzz", time + "'Z'", time + "' UTC'" }),
        "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "ddd, d MMM yyyy HH:mm:ss 'GMT'",
        "ddd, dd MMM yyyy HH:mm:ss zzz",
        "ddd, d MMM yyyy HH:mm:ss zzz",
    ];

    /// <summary>
    /// The date as <c>2026-11-28</c>, with its time as <c>2026-11-28T10:15:00</c>, with its offset as
    /// <c>2026-11-28T10:15:00+01:00</c>. Null if the text is not a date.
    /// </summary>
    public static string? ToIso(string? text)
    {
        var trimmed = text?.Trim() ?? "";
        if (trimmed.Length is 0 or > MaxLength)
            return null;
        // Only the offset with a colon can be parsed.
        if (
            trimmed.Length > 5
            && trimmed[^5] is '+' or '-'
            && trimmed.AsSpan(trimmed.Length - 4).IndexOfAnyExceptInRange('0', '9') < 0
            && trimmed.Contains(':', StringComparison.Ordinal)
        )
            trimmed = trimmed.Insert(trimmed.Length - 2, ":");
        var culture = CultureInfo.InvariantCulture;
        const DateTimeStyles styles = DateTimeStyles.AllowWhiteSpaces;
        if (DateOnly.TryParseExact(trimmed, Dates, culture, styles, out var date))
            return date.ToString("yyyy-MM-dd", culture);
        if (DateTime.TryParseExact(trimmed, Times, culture, styles, out var local))
            return local.ToString("yyyy-MM-dd'T'HH:mm:ss", culture);
        return DateTimeOffset.TryParseExact(
            trimmed,
            ZonedTimes,
            culture,
            styles | DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", culture).Replace("+00:00", "Z", StringComparison.Ordinal)
            : null;
    }
}
