namespace FunctionsCrawler.Browsing;

/// <summary>URLs of events as they may be recorded: bounded, without user names, passwords and the private values of the request.</summary>
internal static class EventUrl
{
    /// <summary>The length of the longest URL that is recorded.</summary>
    public const int MaxLength = 2000;

    /// <summary>Prepares a URL to be recorded.</summary>
    public static string Of(string url, SecretMask secrets)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(secrets);
        // The content of the URL itself is no place.
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            return EventText.Cut(EventText.Clean(url.Split(',', 2)[0]), 100) + ",…";
        return EventText.Cut(EventText.Clean(secrets.Apply(WithoutUser(url))), MaxLength);
    }

    private static string WithoutUser(string url)
    {
        var start = url.IndexOf("//", StringComparison.Ordinal) + 2;
        if (start < 2)
            return url;
        var end = url.AsSpan(start).IndexOfAny('/', '?', '#') is >= 0 and var length ? start + length : url.Length;
        var at = url.LastIndexOf('@', end - 1, end - start);
        return at < 0 ? url : url.Remove(start, at + 1 - start);
    }
}
