using System.Diagnostics.CodeAnalysis;

namespace FunctionsCrawler.Frontier;

/// <summary>Brings URLs into the one spelling under which they are visited, compared and stored (RFC 3986 section 6).</summary>
/// <remarks>
/// <see cref="Uri"/> lowers scheme and host, removes default ports and dot segments, and encodes what must be encoded.
/// This class adds what it leaves out: one spelling of percent-encoding, hosts in punycode, and no fragment, user-info,
/// trailing dot of the host or empty query. Reserved characters stay as they are: <c>%2F</c> is not <c>/</c>, and
/// <c>+</c> is not <c>%2B</c>. Normalising twice changes nothing.
/// </remarks>
public static class UrlNormalizer
{
    /// <summary>The most characters of a URL, as it is given and when it is normalised.</summary>
    public const int MaxLength = 4096;

    /// <summary>Normalises an absolute http or https URL.</summary>
    /// <param name="text">The URL as somebody wrote it.</param>
    /// <param name="dropTrackingParameters">Whether query parameters that only track visitors are removed.</param>
    /// <param name="normalized">The normalised URL, pure ASCII; empty when there is a fault.</param>
    /// <param name="fault">One line for people: the value, and what is allowed.</param>
    public static bool TryNormalize(
        string text,
        bool dropTrackingParameters,
        out string normalized,
        [NotNullWhen(false)] out string? fault
    )
    {
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
            return TryCompose(text, url, dropTrackingParameters, out normalized, out fault);
        fault = UrlText.NoHost(text);
        return false;
    }

    /// <summary>Resolves a reference found in a page (RFC 3986 section 5) and normalises the result.</summary>
    /// <param name="baseUrl">The absolute URL the reference is relative to.</param>
    /// <param name="reference">A relative or absolute URL.</param>
    /// <param name="dropTrackingParameters">Whether query parameters that only track visitors are removed.</param>
    /// <param name="normalized">The normalised URL, pure ASCII; empty when there is a fault.</param>
    /// <param name="fault">One line for people: the value, and what is allowed.</param>
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
            // The base may come from a redirect, in the server's spelling.
            return TryNormalize(url.GetLeftPart(UriPartial.Query), dropTrackingParameters, out normalized, out fault);
        else
            fault = UrlText.NoHost(reference);
        return false;
    }

    private static bool TryCompose(
        string text,
        Uri url,
        bool dropTrackingParameters,
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
        var composed = $"{url.Scheme}://{host}{port}{PathAndQueryOf(url, dropTrackingParameters)}";
        fault = UrlText.FindLengthFault(composed);
        if (fault is not null)
            return false;

        // A host that was rewritten can turn out to be an address: "0x7f.1." is a name, "0x7f.1" is 127.0.0.1.
        var isRewritten = !string.Equals(host, url.Host, StringComparison.Ordinal);
        if (isRewritten && !string.Equals(composed, text, StringComparison.Ordinal))
            return TryNormalize(composed, dropTrackingParameters, out normalized, out fault);

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
            // Uri has taken a name that IDNA has no form for, such as one with unassigned characters.
            return "";
        }
    }

    private static string PathAndQueryOf(Uri url, bool dropTrackingParameters)
    {
        var query = url.Query;
        if (dropTrackingParameters)
            query = TrackingParameters.RemoveFrom(query);

        // RFC 3986 6.2.3 leaves an empty query to the scheme. Servers read "/a?" and "/a" alike, and empty forms and
        // scripts leave such links everywhere: kept apart, each of those pages would be visited twice.
        if (query.Length == 1)
            query = "";
        return url.AbsolutePath + query;
    }

    /// <summary>Uri refuses some user-info, such as "user:a@b"; browsers read all before the last "@" as one.</summary>
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
