using System.Diagnostics.CodeAnalysis;

namespace FunctionsCrawler.Urls;

/// <summary>Normalises URLs (RFC 3986 section 6). Crawls visit, compare and store URLs in this form only.</summary>
/// <remarks>
/// <see cref="Uri"/> lower-cases scheme and host, removes default ports and dot segments, and encodes characters that must
/// be encoded. This class also normalises percent-encoding, converts hosts to punycode, and removes fragment, user-info, an
/// empty query and the host's trailing dot; more if <see cref="UrlRules"/> say so. Reserved characters are not changed: <c>%2F</c> is not <c>/</c>, and <c>+</c> is
/// not <c>%2B</c>. Normalising twice gives the same result as normalising once.
/// </remarks>
internal static class UrlNormalizer
{
    /// <summary>The maximum length of a URL in characters, both as given and after normalising.</summary>
    public const int MaxLength = 4096;

    private static readonly UrlRules WithoutTracking = new() { DropTrackingParameters = true };

    /// <summary>Normalises an absolute http or https URL without its fragment.</summary>
    /// <inheritdoc cref="TryNormalize(string, UrlRules, out string, out string?)"/>
    /// <param name="text">The URL in any spelling that browsers accept.</param>
    /// <param name="dropTrackingParameters">Whether to remove query parameters that only track visitors.</param>
    /// <param name="normalized">The normalised URL, ASCII only; empty if the URL is invalid.</param>
    /// <param name="fault">One line for the user: the value and what is allowed. Null if the URL is valid.</param>
    public static bool TryNormalize(
        string text,
        bool dropTrackingParameters,
        out string normalized,
        [NotNullWhen(false)] out string? fault
    ) => TryNormalize(text, RulesOf(dropTrackingParameters), out normalized, out fault);

    /// <summary>Normalises an absolute http or https URL.</summary>
    /// <param name="text">The URL in any spelling that browsers accept.</param>
    /// <param name="rules">What else counts as the same URL.</param>
    /// <param name="normalized">The normalised URL, ASCII only; empty if the URL is invalid.</param>
    /// <param name="fault">One line for the user: the value and what is allowed. Null if the URL is valid.</param>
    public static bool TryNormalize(
        string text,
        UrlRules rules,
        out string normalized,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(text);
        normalized = "";
        fault = UrlText.FindLengthFault(text);
        if (fault is not null)
            return false;

        var clean = UrlText.Clean(text);
        fault = UrlText.FindSchemeFault(text, clean);
        if (fault is not null)
            return false;

        if (Uri.TryCreate(clean, UriKind.Absolute, out var url) || TryWithoutUserInfo(clean, out url))
            return TryCompose(text, url, rules, out normalized, out fault);
        fault = UrlText.NoHost(text);
        return false;
    }

    /// <summary>Resolves a link of a page (RFC 3986 section 5) and normalises the result.</summary>
    /// <param name="baseUrl">The absolute URL the reference is relative to.</param>
    /// <param name="reference">A relative or absolute URL.</param>
    /// <param name="dropTrackingParameters">Whether to remove query parameters that only track visitors.</param>
    /// <param name="normalized">The normalised URL, ASCII only; empty if the reference is invalid.</param>
    /// <param name="fault">One line for the user: the value and what is allowed. Null if the reference is valid.</param>
    public static bool TryResolve(
        Uri baseUrl,
        string reference,
        bool dropTrackingParameters,
        out string normalized,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(baseUrl);
        ArgumentNullException.ThrowIfNull(reference);
        normalized = "";
        fault = UrlText.FindLengthFault(reference);
        if (fault is not null)
            return false;

        var clean = UrlText.Clean(reference);
        if (UrlText.StartsLikeUrl(clean))
            return TryNormalize(reference, dropTrackingParameters, out normalized, out fault);
        if (UrlText.SchemeOf(clean) is { } scheme && !UrlText.IsAllowed(scheme))
            fault = UrlText.OtherScheme(reference, scheme);
        else if (Uri.TryCreate(baseUrl, clean, out var url))
            // Normalise the whole result: the base may come from a redirect and have any spelling.
            return TryNormalize(url.GetLeftPart(UriPartial.Query), dropTrackingParameters, out normalized, out fault);
        else
            fault = UrlText.NoHost(reference);
        return false;
    }

    private static UrlRules RulesOf(bool dropTrackingParameters) =>
        dropTrackingParameters ? WithoutTracking : UrlRules.None;

    private static bool TryCompose(
        string text,
        Uri url,
        UrlRules rules,
        out string normalized,
        [NotNullWhen(false)] out string? fault
    )
    {
        normalized = "";
        var host = HostOf(url);
        if (!UrlText.IsHost(host))
        {
            fault = UrlText.NoHost(text);
            return false;
        }

        var port = url.IsDefaultPort ? "" : $":{url.Port}";
        var composed = $"{url.Scheme}://{host}{port}{PathAndQueryOf(url, rules)}{RouteOf(url, rules)}";
        fault = UrlText.FindLengthFault(composed);
        if (fault is not null)
            return false;

        // A rewritten host may be an address now: "0x7f.1." is a name, but "0x7f.1" is 127.0.0.1.
        var isRewritten = !string.Equals(host, url.Host, StringComparison.Ordinal);
        if (isRewritten && !string.Equals(composed, text, StringComparison.Ordinal))
            return TryNormalize(composed, rules, out normalized, out fault);

        normalized = composed;
        return true;
    }

    private static string HostOf(Uri url)
    {
        if (url.HostNameType == UriHostNameType.IPv6)
            return url.Host;
        try
        {
            var host = url.IdnHost;
            return host.EndsWith('.') ? host[..^1] : host;
        }
        catch (UriFormatException)
        {
            // Uri accepts names that IDNA cannot encode, such as those with unassigned characters.
            return "";
        }
    }

    private static string RouteOf(Uri url, UrlRules rules) =>
        rules.KeepHashRoutes && UrlRules.IsRoute(url.Fragment) ? url.Fragment : "";

    private static string PathAndQueryOf(Uri url, UrlRules rules)
    {
        var query = rules.DropQuery ? "" : url.Query;
        if (rules.DropTrackingParameters || rules.DropSessionIds)
            query = TrackingParameters.RemoveFrom(query, rules);

        // RFC 3986 6.2.3 leaves it to the scheme whether "/a?" equals "/a". Servers treat both alike, and empty forms and
        // scripts produce many such links, so treat them as equal; otherwise these pages would be visited twice.
        if (query.Length == 1)
            query = "";
        return PathRules.Apply(url.AbsolutePath, rules) + query;
    }

    /// <summary>
    /// Removes the user-info and parses again: Uri rejects some, such as "user:a@b@host", whereas browsers treat everything
    /// before the last "@" as user-info.
    /// </summary>
    private static bool TryWithoutUserInfo(string clean, [NotNullWhen(true)] out Uri? url)
    {
        var start = clean.IndexOf("//", StringComparison.Ordinal) + 2;
        var end = clean.AsSpan(start).IndexOfAny("/?#");
        var authority = end < 0 ? clean.AsSpan(start) : clean.AsSpan(start, end);
        var at = authority.LastIndexOf('@');
        url = null;
        return at >= 0 && Uri.TryCreate(clean.Remove(start, at + 1), UriKind.Absolute, out url);
    }
}
