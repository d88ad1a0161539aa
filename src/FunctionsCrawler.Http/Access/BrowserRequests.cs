using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Access;

/// <summary>
/// Rejects requests that a web page makes a browser send. Without keys, every web page opened on this machine could otherwise
/// use a server on loopback (DNS rebinding, cross-site requests).
/// </summary>
internal static class BrowserRequests
{
    /// <summary>Returns the error response for a request that must be rejected, otherwise null.</summary>
    public static IResult? Refuse(HttpRequest request, AccessOptions options) =>
        !options.Keys.AreRequired && !IsAllowedHost(request.Host, options)
            ? Problem.For(
                request.HttpContext,
                421,
                $"The host '{request.Host}' is not allowed; a server without keys accepts only localhost, 127.0.0.1 and [::1]."
            )
        : IsSameOrigin(request) ? null
        : ChangesState(request)
            ? Problem.For(
                request.HttpContext,
                403,
                $"A request from the origin '{request.Headers.Origin}' must not change anything on this server."
            )
        : request.HttpContext.WebSockets.IsWebSocketRequest
            // Browsers keep pages from reading the responses of other origins, but not their WebSockets.
            ? Problem.For(
                request.HttpContext,
                403,
                $"A page of the origin '{request.Headers.Origin}' must not read from this server."
            )
        : null;

    // DNS rebinding: a page's own host name resolves to this server, so for the browser the server is of the page's origin.
    // If keys are required, the page has none, and the server may have any host name.
    private static bool IsAllowedHost(HostString host, AccessOptions options)
    {
        var address = options.Address;
        var bound = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        return new[] { "localhost", "127.0.0.1", "[::1]", bound }.Contains(host.Host, StringComparer.OrdinalIgnoreCase);
    }

    private static bool ChangesState(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);

    // Browsers send the Origin header with every such request (Fetch Standard, "append a request Origin header"); other
    // clients do not. The scheme is not compared, because it differs behind a proxy that terminates TLS.
    private static bool IsSameOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || (
                Uri.TryCreate(origin, UriKind.Absolute, out var page)
                && string.Equals(page.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
            );
    }
}
