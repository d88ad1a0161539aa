using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Explains failed requests of a browser. It reaches everything through the proxy of the crawler, and knows only that the proxy
/// could not connect.
/// </summary>
internal static class EgressFailures
{
    private const string OfProxy = "net::ERR_SOCKS_";

    /// <summary>Replaces the errors of the proxy by what happened there.</summary>
    /// <param name="diagnostics">What was recorded of a visit.</param>
    /// <param name="find">Finds the failure of the last connection to the host of a URL.</param>
    public static PageDiagnostics? Explain(PageDiagnostics? diagnostics, Func<string?, Exception?> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        return diagnostics is null or { FailedRequests: [] }
            ? diagnostics
            : diagnostics with
            {
                FailedRequests = [.. diagnostics.FailedRequests.Select(Explained)],
            };

        FailedRequest Explained(FailedRequest request) =>
            request.Error?.StartsWith(OfProxy, StringComparison.Ordinal) is true && find(request.Url) is { } failure
                ? request with
                {
                    Error = HttpFailure.Describe(failure).Message,
                }
                : request;
    }
}
