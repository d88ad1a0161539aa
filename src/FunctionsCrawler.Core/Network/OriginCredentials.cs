using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network.Logins;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Network;

/// <summary>
/// Headers and cookies that are sent to some origins (scheme, host and port) and to no others. Holds the values of secrets, so
/// it is never stored or shown.
/// </summary>
internal sealed class OriginCredentials
{
    // Many start pages may have cookies of a saved login; a visit gets those of the origin that it is about, and of some others.
    private const int MaxOriginsOfVisit = 20;

    private readonly HashSet<string> _origins;
    private readonly HashSet<string> _hosts;
    private readonly IReadOnlyList<OriginCookie> _cookies;
    private readonly TimeProvider _time;

    private OriginCredentials(
        IReadOnlyList<Uri> starts,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        IReadOnlyList<OriginCookie> cookies,
        LoginState? login,
        TimeProvider time
    )
    {
        _origins = starts.Select(OriginOf).ToHashSet(StringComparer.Ordinal);
        _hosts = starts.Select(start => start.IdnHost).ToHashSet(StringComparer.Ordinal);
        Roots = [.. starts.DistinctBy(OriginOf, StringComparer.Ordinal).Select(start => new Uri(start, "/"))];
        (Headers, _time) = (headers, time);
        // The first of several with the same name and path counts: what the request says, then what is about one host only.
        _cookies =
        [
            .. cookies,
            .. (login?.Cookies ?? [])
                .Where(cookie => Roots.Any(cookie.IsOf))
                .OrderBy(cookie => cookie.IncludesSubdomains)
                .ThenByDescending(cookie => cookie.Host!.Length),
        ];
        Storage = [.. (login?.Origins ?? []).Where(origin => Covers(origin.Origin)).Take(MaxOriginsOfVisit)];
    }

    /// <summary>The root page of each origin.</summary>
    public IReadOnlyList<Uri> Roots { get; }

    /// <summary>The headers of every request to the origins; one of them may be Authorization.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>What a saved login has stored for the origins.</summary>
    public IReadOnlyList<OriginStorage> Storage { get; }

    /// <summary>The values of a saved login: its cookies and its storage.</summary>
    public IEnumerable<string> LoginValues =>
        [
            .. _cookies.Where(cookie => cookie.Host is not null).Select(cookie => cookie.Value),
            .. Storage.SelectMany(origin => origin.Items).Select(item => item.Value),
        ];

    /// <summary>Reads the secrets that a request names.</summary>
    /// <param name="page">Valid options.</param>
    /// <param name="urls">The start pages: valid URLs.</param>
    /// <param name="fault">The first secret that is missing or not allowed; null on success.</param>
    /// <param name="login">What an earlier login has left; null without one.</param>
    /// <param name="time">The clock that cookies expire by; null: the system's.</param>
    /// <returns>The credentials; null if there are none, or on failure.</returns>
    public static OriginCredentials? Read(
        PageOptions page,
        IEnumerable<string> urls,
        out RequestFault? fault,
        LoginState? login = null,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(urls);
        fault = null;
        if (!page.HasCredentials && login is null)
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
        if (fault is not null)
            return null;
        var read = new OriginCredentials(
            [.. urls.SelectMany(Normalized)],
            headers,
            cookies,
            login,
            time ?? TimeProvider.System
        );
        // A login to other sites must not cost anything.
        return headers.Count > 0 || read._cookies.Count > 0 || read.Storage.Count > 0 ? read : null;
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

    /// <summary>The cookies that a visit of a URL has in its browser, with the root page of the origin that each is for.</summary>
    public IEnumerable<(Uri Root, OriginCookie Cookie)> CookiesOfVisit(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!AllowsCookies(url))
            return [];
        var origin = OriginOf(url);
        return Roots
            .OrderBy(root => !string.Equals(OriginOf(root), origin, StringComparison.Ordinal))
            .Take(MaxOriginsOfVisit)
            .SelectMany(root => CookiesOfOrigin(root).Select(cookie => (Root: root, Cookie: cookie)))
            // Browsers have one cookie for all schemes and ports of a host: that of the origin that is visited.
            .DistinctBy(c => (c.Root.IdnHost, c.Cookie.Name, c.Cookie.Path));
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
                .. CookiesOfOrigin(url)
                    .Where(c => c.IsFor(url) && !set.Contains(c.Name))
                    // RFC 6265, 5.4: of several with the same name, servers expect that of the longer path first.
                    .OrderByDescending(c => c.Path.Length)
                    .Select(c => $"{c.Name}={c.Value}"),
            ]
        );
    }

    private IEnumerable<OriginCookie> CookiesOfOrigin(Uri origin)
    {
        var now = _time.GetUtcNow();
        return _cookies.Where(c => c.IsOf(origin) && c.IsCurrent(now)).DistinctBy(c => (c.Name, c.Path));
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
