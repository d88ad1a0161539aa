using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Network;

/// <summary>
/// Headers and cookies that are sent to some origins (scheme, host and port) and to no others. Holds the values of secrets, so
/// it is never stored or shown.
/// </summary>
internal sealed class OriginCredentials
{
    private readonly HashSet<string> _origins;
    private readonly HashSet<string> _hosts;

    private OriginCredentials(
        IReadOnlyList<Uri> starts,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        IReadOnlyList<OriginCookie> cookies
    )
    {
        _origins = starts.Select(OriginOf).ToHashSet(StringComparer.Ordinal);
        _hosts = starts.Select(start => start.IdnHost).ToHashSet(StringComparer.Ordinal);
        Roots = [.. starts.DistinctBy(OriginOf, StringComparer.Ordinal).Select(start => new Uri(start, "/"))];
        (Headers, Cookies) = (headers, cookies);
    }

    /// <summary>The root page of each origin.</summary>
    public IReadOnlyList<Uri> Roots { get; }

    /// <summary>The headers of every request to the origins; one of them may be Authorization.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>The cookies of requests to the origins.</summary>
    public IReadOnlyList<OriginCookie> Cookies { get; }

    /// <summary>Reads the secrets that a request names.</summary>
    /// <param name="page">Valid options.</param>
    /// <param name="urls">The start pages: valid URLs.</param>
    /// <param name="fault">The first secret that is missing or not allowed; null on success.</param>
    /// <returns>The credentials; null if there are none, or on failure.</returns>
    public static OriginCredentials? Read(PageOptions page, IEnumerable<string> urls, out RequestFault? fault)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(urls);
        fault = null;
        if (!page.HasCredentials)
            return null;
        var reader = new SecretReader();
        List<KeyValuePair<string, string>> headers =
        [
            .. (page.Headers ?? new Dictionary<string, SecretText>(StringComparer.Ordinal)).Select(header =>
                KeyValuePair.Create(
                    header.Key,
                    reader.Read($"page.headers.{header.Key}", header.Value, CredentialValidator.HeaderFault)
                )
            ),
        ];
        if (page.BasicAuth is { } basic)
        {
            var user = reader.Read("page.basicAuth.username", basic.Username!, CredentialValidator.UserFault);
            var password = reader.Read("page.basicAuth.password", basic.Password!, CredentialValidator.PasswordFault);
            var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
            headers.Add(KeyValuePair.Create("Authorization", $"Basic {encoded}"));
        }
        List<OriginCookie> cookies =
        [
            .. (page.Cookies ?? []).Select(
                (cookie, i) =>
                    new OriginCookie(
                        cookie.Name,
                        reader.Read($"page.cookies[{i}].value", cookie.Value!, CredentialValidator.CookieFault),
                        cookie.Path
                    )
            ),
        ];
        fault = reader.Fault;
        return fault is null ? new OriginCredentials([.. urls.SelectMany(Normalized)], headers, cookies) : null;
    }

    /// <summary>Whether a URL belongs to one of the origins.</summary>
    public bool Covers(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return _origins.Contains(OriginOf(url));
    }

    /// <summary>
    /// Whether a visit of a URL may have the cookies in its browser. Browsers do not tell the ports of a host apart, so a visit
    /// of another origin of the same host has none.
    /// </summary>
    public bool AllowsCookies(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return Covers(url) || !_hosts.Contains(url.IdnHost);
    }

    /// <summary>The Cookie header of a request: what the site has set, and the cookies for the URL that it has not set.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="ofSite">The cookies that the site has set, as a header; may be empty.</param>
    public string CookiesOf(Uri url, string ofSite)
    {
        ArgumentNullException.ThrowIfNull(ofSite);
        if (!Covers(url))
            return ofSite;
        var set = ofSite.Split("; ").Select(pair => pair.Split('=', 2)[0]).ToHashSet(StringComparer.Ordinal);
        return string.Join(
            "; ",
            [
                .. ofSite.Length > 0 ? [ofSite] : (string[])[],
                .. Cookies.Where(c => c.IsFor(url) && !set.Contains(c.Name)).Select(c => $"{c.Name}={c.Value}"),
            ]
        );
    }

    private static string OriginOf(Uri url) => $"{url.Scheme}://{url.IdnHost}:{url.Port}";

    private static IEnumerable<Uri> Normalized(string url) =>
        UrlNormalizer.TryNormalize(url, dropTrackingParameters: false, out var normalized, out _)
            ? [new Uri(normalized)]
            : [];

    private sealed class SecretReader
    {
        public RequestFault? Fault { get; private set; }

        public string Read(string field, SecretText secret, Func<string, string?> findFault)
        {
            if (!secret.TryRead(out var text, out var missing))
                Fault ??= new RequestFault(field, missing);
            else if (findFault(text) is { } fault)
                Fault ??= new RequestFault(
                    field,
                    secret.SecretName is { } name ? $"The secret '{name}' {fault}" : $"It {fault}"
                );
            return text ?? "";
        }
    }
}

/// <summary>A cookie of an origin.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value.</param>
/// <param name="Path">The path of the URLs that get it.</param>
internal sealed record OriginCookie(string Name, string Value, string Path)
{
    /// <summary>Whether the path of a URL matches (RFC 6265, 5.1.4).</summary>
    public bool IsFor(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var path = url.AbsolutePath;
        return path.StartsWith(Path, StringComparison.Ordinal)
            && (path.Length == Path.Length || Path.EndsWith('/') || path[Path.Length] == '/');
    }

    /// <summary>The name alone.</summary>
    public override string ToString() => Name;
}
