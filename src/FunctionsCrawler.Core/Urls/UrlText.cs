using System.Buffers;

namespace FunctionsCrawler.Urls;

/// <summary>Cleans and checks the text of a URL before it is parsed, and builds the error messages about it.</summary>
internal static class UrlText
{
    private const int QuotedLength = 120;

    private static readonly char[] SpacesAndControls = [.. Enumerable.Range(0, 0x21).Select(code => (char)code)];

    private static readonly SearchValues<char> HostCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789.-_"
    );

    /// <summary>
    /// Preprocesses a URL as browsers do (https://url.spec.whatwg.org/#concept-basic-url-parser): removes spaces and control
    /// characters around it, removes tabs and line breaks inside it, and replaces backslashes before the query with slashes.
    /// Then it normalises percent-encoding.
    /// </summary>
    public static string Clean(string text) => PercentEncoding.Normalize(CleanLikeBrowsers(text));

    private static string CleanLikeBrowsers(string text)
    {
        var clean = text.Trim(SpacesAndControls);
        if (clean.AsSpan().ContainsAny('\t', '\r', '\n'))
            clean = clean
                .Replace("\t", "", StringComparison.Ordinal)
                .Replace("\r", "", StringComparison.Ordinal)
                .Replace("\n", "", StringComparison.Ordinal);

        if (!clean.Contains('\\', StringComparison.Ordinal))
            return clean;
        var end = clean.AsSpan().IndexOfAny('?', '#');
        if (end < 0)
            end = clean.Length;
        return string.Concat(clean[..end].Replace('\\', '/'), clean.AsSpan(end));
    }

    /// <summary>Whether the text begins with "scheme://", so that it can be parsed without a base URL.</summary>
    public static bool StartsLikeUrl(string clean) =>
        SchemeOf(clean) is { } scheme && clean.AsSpan(scheme.Length).StartsWith("://", StringComparison.Ordinal);

    /// <summary>The scheme before the first colon (RFC 3986 section 3.1), or null if there is no valid one.</summary>
    public static string? SchemeOf(string clean)
    {
        var colon = clean.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !char.IsAsciiLetter(clean[0]))
            return null;
        var scheme = clean[..colon];
        return scheme.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.') ? scheme : null;
    }

    public static bool IsAllowed(string scheme) =>
        scheme.Equals("http", StringComparison.OrdinalIgnoreCase)
        || scheme.Equals("https", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an ASCII host is a DNS name (some real hosts contain underscores) or an IPv6 address in brackets.</summary>
    public static bool IsHost(string host) =>
        host.Length > 0 && (host[0] == '[' || !host.AsSpan().ContainsAnyExcept(HostCharacters));

    public static string? FindLengthFault(string text) =>
        text.Length <= UrlNormalizer.MaxLength
            ? null
            : $"{Quote(text)} has {text.Length} characters; at most {UrlNormalizer.MaxLength} are allowed.";

    public static string? FindSchemeFault(string text, string clean)
    {
        if (SchemeOf(clean) is not { } scheme)
            return $"{Quote(text)} is not an absolute URL; it must begin with http:// or https://.";
        if (!IsAllowed(scheme))
            return OtherScheme(text, scheme);
        return StartsLikeUrl(clean) ? null : NoHost(text);
    }

    public static string OtherScheme(string text, string scheme) =>
        $"{Quote(text)} has the scheme \"{scheme}\"; only http and https are allowed.";

    public static string NoHost(string text) =>
        $"{Quote(text)} has no valid host or port; a URL looks like https://example.com/page.";

    /// <summary>
    /// The value in quotation marks, shortened to 120 characters and with control characters replaced by spaces, so that
    /// messages stay on one line in terminals and logs.
    /// </summary>
    public static string Quote(string text)
    {
        var head = text.Length <= QuotedLength ? text : text[..QuotedLength] + "…";
        return $"\"{string.Concat(head.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c))}\"";
    }
}
