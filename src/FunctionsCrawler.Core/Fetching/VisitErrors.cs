using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Fetching;

/// <summary>Maps the end of a browser visit to a page error.</summary>
internal static class VisitErrors
{
    // Names from Chromium's net_error_list.h, by prefix. The first match applies.
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

    /// <summary>Returns the error of a visit; null if its document was read.</summary>
    public static PageError? For(TabVisit visit, VisitedDocument? last) =>
        visit.End switch
        {
            VisitEnd.Read => null,
            // The status says more than what happened while the error page was read.
            VisitEnd.Timeout
            or VisitEnd.RedirectLoop
            or VisitEnd.TooLarge
            or VisitEnd.Runaway
            or VisitEnd.NetworkError when last is { Status: >= 400 } => HttpFailure.OfStatus(last.Status),
            VisitEnd.ErrorStatus => HttpFailure.OfStatus(last!.Status),
            VisitEnd.Timeout => new PageError(
                ErrorCode.Timeout,
                "the visit did not finish within its time limit" + (visit.Detail is { } detail ? $": {detail}" : "")
            ),
            VisitEnd.Crashed when visit.OutgrownMb is { } limit => new PageError(
                ErrorCode.Memory,
                $"the page's renderer crashed on every attempt and came close to its memory limit of {limit:F0} MB"
            ),
            VisitEnd.Crashed => new PageError(
                ErrorCode.RendererCrashed,
                "the page's renderer crashed on every attempt"
            ),
            VisitEnd.BrowserLost => new PageError(
                ErrorCode.RendererCrashed,
                visit.Detail ?? "the browser exited unexpectedly"
            ),
            VisitEnd.NotShown => new PageError(ErrorCode.WaitFor, visit.Detail!),
            VisitEnd.ActionFailed => new PageError(ErrorCode.Action, visit.Detail!),
            VisitEnd.Refused => new PageError(ErrorCode.Identity, visit.Detail!),
            VisitEnd.RedirectLoop => new PageError(ErrorCode.RedirectLoop, visit.Detail!),
            VisitEnd.TooLarge or VisitEnd.Runaway => new PageError(ErrorCode.TooLarge, visit.Detail!),
            VisitEnd.NetworkError when visit.Cause is { } cause => HttpFailure.Describe(cause),
            VisitEnd.NetworkError => new PageError(
                NetErrors.First(e => visit.Detail!.StartsWith(e.Prefix, StringComparison.Ordinal)).Code,
                $"the browser reported {visit.Detail}"
            ),
            _ => throw new InvalidOperationException($"a visit that ended as {visit.End} has no page error"),
        };
}
