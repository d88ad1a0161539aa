using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Access;

/// <summary>
/// Requests that a web page made a browser send. Without keys a server on loopback is open to every page that is visited
/// on this machine, unless it tells those requests from the ones that its user makes.
/// </summary>
internal static class BrowserRequests
{
    /// <summary>Why a request is refused; null when it is not.</summary>
    public static IResult? Refuse(HttpRequest request, AccessOptions options) =>
        !options.Keys.AreAsked && !IsOurs(request.Host, options)
            ? Problem.Answer(
                421,
                $"The host '{request.Host}' is not this server's; without a key it answers to localhost, 127.0.0.1 and [::1]."
            )
        : ChangesState(request) && !IsSameOrigin(request)
            ? Problem.Answer(403, $"A page of '{request.Headers.Origin}' may change nothing here.")
        : null;

    // DNS rebinding: the page's own name leads here, so to the browser this is the page's origin. Where keys are asked for
    // the page has none, and the server may have any name.
    private static bool IsOurs(HostString host, AccessOptions options)
    {
        var address = options.Address;
        var bound = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        return new[] { "localhost", "127.0.0.1", "[::1]", bound }.Contains(host.Host, StringComparer.OrdinalIgnoreCase);
    }

    private static bool ChangesState(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);

    // Browsers name the origin in every such request (Fetch Standard, "append a request Origin header"), others in none.
    // The scheme is left out: behind a proxy that ends TLS it is another one.
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
