using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Fetching;

/// <summary>Which error a browser visit ended with.</summary>
internal static class VisitErrors
{
    // Chromium's net_error_list.h, by prefix; the first that fits counts.
    private static readonly (string Prefix, ErrorCode Code)[] NetErrors =
    [
        ("net::ERR_NAME_", ErrorCode.Dns),
        ("net::ERR_DNS_", ErrorCode.Dns),
        ("net::ERR_CERT_", ErrorCode.Tls),
        ("net::ERR_SSL_", ErrorCode.Tls),
        ("net::ERR_BAD_SSL_", ErrorCode.Tls),
        ("net::ERR_TOO_MANY_REDIRECTS", ErrorCode.RedirectLoop),
        ("net::ERR_UNSAFE_", ErrorCode.BlockedAddress),
        ("net::ERR_INVALID_", ErrorCode.Protocol),
        ("net::ERR_HTTP", ErrorCode.Protocol),
        ("net::ERR_RESPONSE_", ErrorCode.Protocol),
        ("net::ERR_CONTENT_", ErrorCode.Protocol),
        ("net::ERR_TIMED_OUT", ErrorCode.Timeout),
        ("net::", ErrorCode.Connect),
    ];

    /// <summary>The error of a visit, or null when its document was read.</summary>
    public static PageError? For(TabVisit visit, VisitedDocument? last) =>
        visit.End switch
        {
            VisitEnd.Read => null,
            VisitEnd.ErrorStatus => HttpFailure.OfStatus(last!.Status),
            VisitEnd.Timeout => new PageError(ErrorCode.Timeout, "the visit did not end before its deadline"),
            VisitEnd.Crashed when visit.OutgrownMb is { } most => new PageError(
                ErrorCode.Memory,
                $"the page's renderer crashed each time, and was seen near the {most:F0} MB that it may allocate"
            ),
            VisitEnd.Crashed => new PageError(ErrorCode.RendererCrashed, "the page's renderer crashed each time"),
            VisitEnd.BrowserLost => new PageError(ErrorCode.RendererCrashed, visit.Detail ?? "the browser was lost"),
            VisitEnd.RedirectLoop => new PageError(ErrorCode.RedirectLoop, visit.Detail!),
            VisitEnd.TooLarge or VisitEnd.Runaway => new PageError(ErrorCode.TooLarge, visit.Detail!),
            VisitEnd.NetworkError when visit.Cause is { } cause => HttpFailure.Describe(cause),
            VisitEnd.NetworkError => new PageError(
                NetErrors.First(e => visit.Detail!.StartsWith(e.Prefix, StringComparison.Ordinal)).Code,
                $"the browser reports {visit.Detail}"
            ),
            _ => throw new InvalidOperationException($"a visit that ended as {visit.End} has no record"),
        };
}
