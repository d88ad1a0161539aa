using System.Collections.Concurrent;
using System.Net;
using System.Net.Http;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Asks servers that close the connection after each response to do so. Servers of HTTP/1.0 close it without saying so
/// (RFC 9112, 9.3), but <see cref="SocketsHttpHandler"/> keeps the connection, and the next request on it fails if it is sent
/// before the close arrives.
/// </summary>
internal sealed class ShortConnections(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    // Others are not remembered, which costs a retry now and then.
    private const int MaxServers = 10_000;

    private readonly ConcurrentDictionary<string, bool> _servers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var server = request.RequestUri!.GetLeftPart(UriPartial.Authority);
        if (_servers.ContainsKey(server))
            request.Headers.ConnectionClose = true;
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var isShort =
            response.Version == HttpVersion.Version10
            && !response.Headers.Connection.Contains("keep-alive", StringComparer.OrdinalIgnoreCase);
        if (isShort && _servers.Count < MaxServers)
            _servers.TryAdd(server, true);
        return response;
    }
}
