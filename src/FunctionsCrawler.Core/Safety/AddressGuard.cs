using System.Net;
using System.Net.Sockets;

namespace FunctionsCrawler.Safety;

/// <summary>
/// Looks hosts up once, judges every answer and dials exactly what was judged, so that a name that answers differently
/// the second time (DNS rebinding) leads nowhere else.
/// </summary>
public sealed class AddressGuard
{
    private readonly AddressPolicy _policy;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    /// <summary>A guard.</summary>
    /// <param name="policy">What may be reached.</param>
    /// <param name="resolve">Looks a name up, and throws a <see cref="SocketException"/> when there is none. Default: the system's resolver.</param>
    public AddressGuard(AddressPolicy policy, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
    }

    /// <summary>Looks a host up and judges its addresses. One forbidden address blocks the host.</summary>
    /// <param name="host">A name, or an address in any form that URLs know: [::1], 127.1, 0x7f000001, 2130706433.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<AddressVerdict> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        var name = host.TrimEnd('.');
        IPAddress[] addresses;
        if (IPAddress.TryParse(name, out var literal))
        {
            addresses = [literal];
        }
        else
        {
            try
            {
                addresses = await _resolve(name, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ArgumentException)
            {
                // ArgumentException: the resolver refuses names longer than 255 characters.
                return new UnknownHost(host, $"{host} does not resolve: {e.Message}");
            }
        }

        foreach (var address in addresses)
            if (_policy.FindForbiddenRange(address, name) is { } range)
                return new BlockedHost(host, address, range);
        return addresses.Length > 0
            ? new ResolvedHost(host, addresses)
            : new UnknownHost(host, $"{host} does not resolve: it has no address.");
    }

    /// <summary>
    /// Connects through the guard. For <see cref="SocketsHttpHandler.ConnectCallback"/>; the handler must use no proxy,
    /// or the proxy's address is what is judged.
    /// </summary>
    /// <param name="context">What the handler wants to reach.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="BlockedAddressException">The host has an address that may not be reached.</exception>
    /// <exception cref="SocketException">
    /// <see cref="SocketError.HostNotFound"/>: the name does not resolve, which <see cref="HttpClient"/> reports as
    /// <see cref="HttpRequestError.NameResolutionError"/>. Any other: no address took the connection.
    /// </exception>
    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        var endPoint = context.DnsEndPoint;
        var verdict = await ResolveAsync(endPoint.Host, cancellationToken).ConfigureAwait(false);
        return verdict switch
        {
            ResolvedHost resolved => await DialAsync(resolved.Addresses, endPoint.Port, cancellationToken)
                .ConfigureAwait(false),
            BlockedHost blocked => throw new BlockedAddressException(blocked),
            UnknownHost unknown => throw new SocketException((int)SocketError.HostNotFound, unknown.Message),
            _ => throw new InvalidOperationException($"There is no verdict {verdict}."),
        };
    }

    private static async Task<Stream> DialAsync(
        IReadOnlyList<IPAddress> addresses,
        int port,
        CancellationToken cancellationToken
    )
    {
        for (var i = 0; ; i++)
        {
            // An IPv6 socket takes no IPv4-mapped address.
            var address = addresses[i].IsIPv4MappedToIPv6 ? addresses[i].MapToIPv4() : addresses[i];
            Socket? socket = null;
            try
            {
                socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i + 1 < addresses.Count)
            {
                socket?.Dispose();
            }
            catch
            {
                socket?.Dispose();
                throw;
            }
        }
    }
}
