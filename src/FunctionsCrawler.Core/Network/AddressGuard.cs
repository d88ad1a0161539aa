using System.Buffers;
using System.Net;
using System.Net.Sockets;
using FunctionsCrawler.Network.Proxies;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Network;

/// <summary>
/// Resolves each host once, checks all addresses against the policy, and connects to exactly these addresses. So a name
/// that resolves differently the second time (DNS rebinding) cannot bypass the check. A proxy gets the checked address too.
/// </summary>
internal sealed class AddressGuard
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
    );

    private readonly AddressPolicy _policy;
    private readonly HostLookup _hosts;
    private readonly TimeProvider _time;
    private readonly UpstreamProxies? _proxies;

    /// <summary>Creates a guard with an empty cache of answers.</summary>
    /// <param name="policy">Decides which addresses may be reached.</param>
    /// <param name="resolve">Resolves a name; throws a <see cref="SocketException"/> if it does not exist. Default: the system resolver.</param>
    /// <param name="time">Clock of the cache and of connection attempts. Default: the system clock.</param>
    public AddressGuard(
        AddressPolicy policy,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
        _time = time ?? TimeProvider.System;
        _hosts = new HostLookup(resolve, _time);
    }

    private AddressGuard(AddressGuard direct, UpstreamProxies proxies) =>
        (_policy, _hosts, _time, _proxies) = (direct._policy, direct._hosts, direct._time, proxies);

    /// <summary>Whether connections go through proxies.</summary>
    public bool UsesProxies => _proxies is not null;

    /// <summary>A guard with the same policy and cache, whose connections all go through proxies.</summary>
    public AddressGuard Through(UpstreamProxies proxies)
    {
        ArgumentNullException.ThrowIfNull(proxies);
        return new AddressGuard(this, proxies);
    }

    /// <summary>
    /// Resolves a host and checks its addresses. One forbidden address blocks the host. Answers are cached for a minute.
    /// </summary>
    /// <param name="host">A name, or an address in any form that URLs allow: [::1], 127.1, 0x7f000001, 2130706433.</param>
    /// <param name="cancellationToken">Cancels the wait for the resolver.</param>
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
        else if (name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            // The resolver stops reading at a NUL character, but allow entries are matched against the whole name.
            return new UnknownHost(host, $"{UrlText.Quote(host)} is not a valid host name.");
        }
        else
        {
            try
            {
                addresses = await _hosts.FindAsync(name, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Resolves and checks a host, and connects to one of the checked addresses, through a proxy if there are any.</summary>
    /// <param name="host">A name or address, as for <see cref="ResolveAsync"/>.</param>
    /// <param name="port">The TCP port.</param>
    /// <param name="cancellationToken">Cancels resolving and connecting.</param>
    /// <returns>The connection; the caller disposes it.</returns>
    /// <exception cref="BlockedAddressException">The host has an address that may not be reached.</exception>
    /// <exception cref="SocketException">
    /// <see cref="SocketError.HostNotFound"/>: the name does not resolve, which <see cref="HttpClient"/> reports as
    /// <see cref="HttpRequestError.NameResolutionError"/>. Any other: no address accepted the connection.
    /// </exception>
    /// <exception cref="ProxyException">No proxy opened the connection.</exception>
    public async Task<Connection> DialAsync(string host, int port, CancellationToken cancellationToken) =>
        await ResolveAsync(host, cancellationToken).ConfigureAwait(false) switch
        {
            ResolvedHost resolved when _proxies is not null => await _proxies
                .DialAsync(resolved, port, cancellationToken)
                .ConfigureAwait(false),
            ResolvedHost resolved => new Connection(
                await Dialer.DialAsync(resolved.Addresses, port, _time, cancellationToken).ConfigureAwait(false)
            ),
            BlockedHost blocked => throw new BlockedAddressException(blocked),
            UnknownHost unknown => throw new SocketException((int)SocketError.HostNotFound, unknown.Message),
            var verdict => throw new InvalidOperationException($"Unexpected verdict: {verdict}."),
        };

    /// <summary>
    /// <see cref="DialAsync"/> for <see cref="SocketsHttpHandler.ConnectCallback"/>. The handler must not use a proxy
    /// itself; otherwise the proxy's address is checked instead of the host's.
    /// </summary>
    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var connection = await DialAsync(host, port, cancellationToken).ConfigureAwait(false);
        return connection.Stream;
    }
}
