using System.Globalization;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.Contracts;

/// <summary>Validates as whom and with what pages are visited. The messages never show a value that may be secret.</summary>
internal static partial class PageIdentityValidator
{
    private const int MaxSide = 4000;
    private const double MaxPixels = 16_000_000;
    private const int MaxAgentLength = 512;

    // Each of them is a pattern that the browser compares every request with.
    private const int MaxOrigins = 20;

    /// <summary>Returns all faults.</summary>
    public static IEnumerable<RequestFault> Validate(PageOptions page)
    {
        ArgumentNullException.ThrowIfNull(page);
        return
        [
            .. page.Viewport is { } viewport ? Viewport(viewport) : [],
            .. page.Device is { } device ? CrawlRequestValidator.Defined("page.device", device) : [],
            .. page.Locale is { } locale && !LocalePattern.IsMatch(locale)
                ?
                [
                    new RequestFault(
                        "page.locale",
                        $"'{Short(locale)}' is not a locale; a language with an optional script and region is allowed, as in de, de-DE, zh-Hant-TW."
                    ),
                ]
                : (RequestFault[])[],
            .. page.Timezone is { } zone && !IsTimezone(zone)
                ?
                [
                    new RequestFault(
                        "page.timezone",
                        $"'{Short(zone)}' is not a known time zone; a name of the IANA database is allowed, as in Europe/Berlin."
                    ),
                ]
                : (RequestFault[])[],
            .. page.UserAgent is { } agent ? UserAgent(agent) : [],
            .. CredentialValidator.Validate(page),
        ];
    }

    /// <summary>The fault of a crawl with so many start origins that its credentials cannot be kept to them.</summary>
    public static IEnumerable<RequestFault> Origins(PageOptions page, IReadOnlyList<string>? urls)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (!page.HasCredentials || urls is null)
            return [];
        var origins = urls.Select(url => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.Authority : "")
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Count();
        return origins <= MaxOrigins
            ? []
            :
            [
                new RequestFault(
                    "urls",
                    $"The start pages have {origins} origins; at most {MaxOrigins} are allowed with page.headers, page.cookies and page.basicAuth."
                ),
            ];
    }

    private static List<RequestFault> Viewport(PageViewport viewport)
    {
        List<RequestFault> faults =
        [
            .. CrawlRequestValidator.Range("page.viewport.width", viewport.Width, 1, MaxSide),
            .. CrawlRequestValidator.Range("page.viewport.height", viewport.Height, 1, MaxSide),
        ];
        if (viewport.Scale is not (>= 0.1 and <= 4))
            faults.Add(
                new RequestFault(
                    "page.viewport.scale",
                    $"{viewport.Scale.ToString(CultureInfo.InvariantCulture)} is out of range; 0.1 to 4 is allowed."
                )
            );
        var pixels = viewport.Width * viewport.Scale * (viewport.Height * viewport.Scale);
        if (faults.Count == 0 && pixels > MaxPixels)
            faults.Add(
                new RequestFault(
                    "page.viewport",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{viewport.Width} × {viewport.Height} with scale {viewport.Scale} has {pixels:N0} pixels; at most {MaxPixels:N0} are allowed."
                    )
                )
            );
        return faults;
    }

    private static RequestFault[] UserAgent(string agent) =>
        agent.Length is 0 or > MaxAgentLength
            ?
            [
                new RequestFault(
                    "page.userAgent",
                    $"The user agent has {agent.Length} characters; 1 to {MaxAgentLength} are allowed."
                ),
            ]
        : agent.All(c => c is >= ' ' and <= '~') ? []
        : [new RequestFault("page.userAgent", $"'{Short(agent)}' has characters other than printable ASCII.")];

    // Where the system has no time zone database, only the browser knows the names.
    private static bool IsTimezone(string zone) =>
        TimezonePattern.IsMatch(zone)
        && (
            TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)
            || !TimeZoneInfo.TryFindSystemTimeZoneById("Europe/Berlin", out _)
        );

    private static string Short(string value) => value.Length <= 60 ? value : value[..60] + "…";

    [GeneratedRegex(
        @"\A[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex LocalePattern { get; }

    [GeneratedRegex(
        @"\A[A-Za-z][A-Za-z0-9_+\-]{0,40}(/[A-Za-z0-9_+\-]{1,40}){0,2}\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex TimezonePattern { get; }
}
