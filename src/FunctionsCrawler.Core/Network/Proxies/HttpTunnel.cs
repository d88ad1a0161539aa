using System.Globalization;
using System.Net;
using System.Text;

namespace FunctionsCrawler.Network.Proxies;

/// <summary>The client side of the method CONNECT (RFC 9110, 9.3.6), with Basic authentication (RFC 7617).</summary>
internal static class HttpTunnel
{
    private const int MaxHeader = 16 * 1024;
    private const int ProxyAuthenticationRequired = 407;

    /// <summary>Asks the proxy for a connection. Afterwards the stream carries it.</summary>
    /// <exception cref="ProxyException">The proxy refused, or answered with something else.</exception>
    /// <exception cref="EndOfStreamException">The proxy closed the connection.</exception>
    public static async Task OpenAsync(
        Stream stream,
        UpstreamProxy proxy,
        IPEndPoint target,
        CancellationToken cancellationToken
    )
    {
        await stream
            .WriteAsync(Encoding.ASCII.GetBytes(RequestFor(proxy, target)), cancellationToken)
            .ConfigureAwait(false);
        var status = await ReadStatusAsync(stream, proxy, cancellationToken).ConfigureAwait(false);
        if (status is >= 200 and <= 299)
            return;
        if (status == ProxyAuthenticationRequired)
            throw new ProxyException(
                $"the proxy {proxy} refused the connection (407: it "
                    + (
                        proxy.User is null
                            ? "requires a user name and password)"
                            : "did not accept the user name and password)"
                    ),
                ProxyFault.Proxy
            );
        throw new ProxyException($"the proxy {proxy} refused the connection ({status})", ProxyFault.Target);
    }

    private static string RequestFor(UpstreamProxy proxy, IPEndPoint target)
    {
        var credentials = Encoding.UTF8.GetBytes($"{proxy.User}:{proxy.Password}");
        var authorization = proxy.User is null
            ? ""
            : $"Proxy-Authorization: Basic {Convert.ToBase64String(credentials)}\r\n";
        return $"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{authorization}\r\n";
    }

    private static async Task<int> ReadStatusAsync(
        Stream stream,
        UpstreamProxy proxy,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[MaxHeader];
        for (var length = 0; length < buffer.Length; )
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new EndOfStreamException();
            length += read;
            var received = Encoding.Latin1.GetString(buffer, 0, length);
            if (!IsHttp(received))
                throw new ProxyException($"the proxy {proxy} did not answer with HTTP", ProxyFault.Proxy);
            var end = received.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
                continue;
            var status = ReadStatus(received);
            // A server does not speak first, so these bytes are not the server's. Chromium fails here as well.
            if (status is >= 200 and <= 299 && end + 4 < length)
                throw new ProxyException($"the proxy {proxy} sent content after its headers", ProxyFault.Proxy);
            return status ?? throw new ProxyException($"the proxy {proxy} did not answer with HTTP", ProxyFault.Proxy);
        }
        throw new ProxyException($"the proxy {proxy} sent more than {MaxHeader} bytes of headers", ProxyFault.Proxy);
    }

    // Checked with every part received, so that a server of another protocol does not use up the time limit.
    private static bool IsHttp(string received)
    {
        const string Start = "HTTP/1.";
        return received
            .AsSpan(0, Math.Min(received.Length, Start.Length))
            .SequenceEqual(Start.AsSpan(0, Math.Min(received.Length, Start.Length)));
    }

    // "HTTP/1.1 200 OK"
    private static int? ReadStatus(string header) =>
        header.Length >= 12
        && header[8] == ' '
        && int.TryParse(header.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status
            : null;
}
