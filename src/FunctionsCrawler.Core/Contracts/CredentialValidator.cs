using System.Buffers;

namespace FunctionsCrawler.Contracts;

/// <summary>Validates headers, cookies and basic authentication. No message shows a value.</summary>
internal static class CredentialValidator
{
    private const int MaxEntries = 50;
    private const int MaxNameLength = 256;
    private const int MaxHeaderLength = 8192;
    private const int MaxCookieLength = 4096;
    private const int MaxUserLength = 1024;

    // RFC 9110, 5.6.2: the characters of a token.
    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );

    // The client sets these itself; other values would break the connection or pretend another origin.
    private static readonly string[] Reserved =
    [
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "dnt",
        "expect",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "keep-alive",
        "origin",
        "range",
        "referer",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    ];

    private static readonly string[] ReservedPrefixes = ["proxy-", "sec-"];

    /// <summary>Returns all faults.</summary>
    public static IEnumerable<RequestFault> Validate(PageOptions page)
    {
        ArgumentNullException.ThrowIfNull(page);
        return
        [
            .. TooMany("page.headers", page.Headers?.Count),
            .. TooMany("page.cookies", page.Cookies?.Count),
            .. page.Headers is { Count: <= MaxEntries } headers ? Headers(headers, page.BasicAuth is not null) : [],
            .. page.Cookies is { Count: <= MaxEntries } cookies
                ? cookies.SelectMany((cookie, i) => Cookie($"page.cookies[{i}]", cookie))
                : [],
            .. page.BasicAuth is { } basic
                ?
                [
                    .. Secret("page.basicAuth.username", "The user name", basic.Username, UserFault),
                    .. Secret("page.basicAuth.password", "The password", basic.Password, PasswordFault),
                ]
                : (RequestFault[])[],
        ];
    }

    /// <summary>Why a text cannot be the value of a header; null if it can.</summary>
    public static string? HeaderFault(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Length > MaxHeaderLength
                ? $"has {value.Length} characters; at most {MaxHeaderLength:N0} are allowed."
            : value.All(c => c is >= ' ' and <= '~' or '\t') ? null
            : "has line breaks, control characters or characters outside ASCII; printable ASCII is allowed.";
    }

    /// <summary>Why a text cannot be the value of a cookie; null if it can.</summary>
    public static string? CookieFault(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Length > MaxCookieLength
                ? $"has {value.Length} characters; at most {MaxCookieLength:N0} are allowed."
            : value.All(c => c is >= ' ' and <= '~' and not ';') && value.Trim().Length == value.Length ? null
            : "has semicolons, outer spaces, control characters or characters outside ASCII; other printable ASCII is allowed.";
    }

    /// <summary>Why a text cannot be a user's name; null if it can.</summary>
    public static string? UserFault(string value) =>
        PasswordFault(value)
        ?? (value.Contains(':', StringComparison.Ordinal) ? "has a colon, which ends the name (RFC 7617)." : null);

    /// <summary>Why a text cannot be a password; null if it can.</summary>
    public static string? PasswordFault(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Length > MaxUserLength ? $"has {value.Length} characters; at most {MaxUserLength:N0} are allowed."
            : value.Any(char.IsControl) ? "has line breaks or control characters."
            : null;
    }

    private static IEnumerable<RequestFault> Headers(IReadOnlyDictionary<string, SecretText> headers, bool hasBasicAuth)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            var field = $"page.headers.{(name.Length <= MaxNameLength ? name : name[..MaxNameLength])}";
            if (HeaderNameFault(name, hasBasicAuth) is { } fault)
                yield return new RequestFault(field, fault);
            else if (!names.Add(name))
                yield return new RequestFault(field, $"The header {name} is given more than once.");
            foreach (var wrong in Secret(field, $"The header {name}", value, HeaderFault))
                yield return wrong;
        }
    }

    private static string? HeaderNameFault(string name, bool hasBasicAuth)
    {
        if (!IsToken(name))
            return $"'{(name.Length <= 60 ? name : name[..60] + "…")}' is not the name of a header; 1 to 256 letters, digits and characters of !#$%&'*+-.^_`|~ are allowed.";
        var lower = name.ToLowerInvariant();
        return lower switch
        {
            "cookie" => "The header Cookie is not allowed; use page.cookies.",
            "user-agent" => "The header User-Agent is not allowed; use page.userAgent.",
            "accept-language" => "The header Accept-Language is not allowed; use page.locale.",
            "authorization" when hasBasicAuth =>
                "The header Authorization is given beside page.basicAuth; give only one.",
            _ when Reserved.Contains(lower, StringComparer.Ordinal)
                    || Array.Exists(ReservedPrefixes, prefix => lower.StartsWith(prefix, StringComparison.Ordinal)) =>
                $"The header {name} is not allowed; browsers set it themselves.",
            _ => null,
        };
    }

    private static RequestFault[] Cookie(string field, PageCookie? cookie) =>
        cookie is null
            ? CrawlRequestValidator.Missing(field, "a cookie")
            :
            [
                .. IsToken(cookie.Name)
                    ? (RequestFault[])[]
                    :
                    [
                        new RequestFault(
                            $"{field}.name",
                            "It is not the name of a cookie; 1 to 256 letters, digits and characters of !#$%&'*+-.^_`|~ are allowed."
                        ),
                    ],
                .. Secret($"{field}.value", $"The cookie {cookie.Name}", cookie.Value, CookieFault),
                .. cookie.Path is { Length: <= 1024 } path && path.StartsWith('/') && CookieFault(path) is null
                    ? (RequestFault[])[]
                    :
                    [
                        new RequestFault(
                            $"{field}.path",
                            "It is not a path; it must begin with a slash and have at most 1,024 printable ASCII characters without semicolons."
                        ),
                    ],
            ];

    // A secret of another process is validated when it is read.
    private static RequestFault[] Secret(
        string field,
        string what,
        SecretText? text,
        Func<string, string?> findFault
    ) =>
        text is null ? [new RequestFault(field, $$"""{{what}} has no value; a text or {"secret":"NAME"} is needed.""")]
        : text.Literal is { } literal && findFault(literal) is { } fault ? [new RequestFault(field, $"{what} {fault}")]
        : [];

    private static bool IsToken(string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && !name.AsSpan().ContainsAnyExcept(Token);

    private static RequestFault[] TooMany(string field, int? count) =>
        count > MaxEntries
            ? [new RequestFault(field, $"It has {count} entries; at most {MaxEntries} are allowed.")]
            : [];
}
