using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Safety;

/// <summary>
/// Looks hosts up once, judges every answer and dials exactly what was judged, so that a name that answers differently
/// the second time (DNS rebinding) leads nowhere else.
/// </summary>
public sealed class AddressGuard
{
    // The system's resolver tells no time to live; Chromium keeps its answers for a minute, too.
    private static readonly TimeSpan AnswerLife = TimeSpan.FromMinutes(1);
    private const int MaxAnswers = 4096;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
    );

    private readonly AddressPolicy _policy;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Answer> _answers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A guard.</summary>
    /// <param name="policy">What may be reached.</param>
    /// <param name="resolve">Looks a name up, and throws a <see cref="SocketException"/> when there is none. Default: the system's resolver.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    public AddressGuard(
        AddressPolicy policy,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(policy);
        _policy = policy;
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
        _time = time ?? TimeProvider.System;
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
        else if (name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            // The resolver would stop reading at a zero, after an entry that allows hosts has looked at what follows.
            return new UnknownHost(host, $"{Frontier.UrlText.Quote(host)} is no host name.");
        }
        else
        {
            try
            {
                addresses = await LookUpAsync(name, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Connects to a host, at an address that was judged.</summary>
    /// <param name="host">As <see cref="ResolveAsync"/> takes it.</param>
    /// <param name="port">The port.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>A socket for the caller to dispose of.</returns>
    /// <exception cref="BlockedAddressException">The host has an address that may not be reached.</exception>
    /// <exception cref="SocketException">
    /// <see cref="SocketError.HostNotFound"/>: the name does not resolve, which <see cref="HttpClient"/> reports as
    /// <see cref="HttpRequestError.NameResolutionError"/>. Any other: no address took the connection.
    /// </exception>
    public async Task<Socket> DialAsync(string host, int port, CancellationToken cancellationToken) =>
        await ResolveAsync(host, cancellationToken).ConfigureAwait(false) switch
        {
            ResolvedHost resolved => await Dialer
                .DialAsync(resolved.Addresses, port, _time, cancellationToken)
                .ConfigureAwait(false),
            BlockedHost blocked => throw new BlockedAddressException(blocked),
            UnknownHost unknown => throw new SocketException((int)SocketError.HostNotFound, unknown.Message),
            var verdict => throw new InvalidOperationException($"There is no verdict {verdict}."),
        };

    /// <summary>
    /// <see cref="DialAsync"/> as <see cref="SocketsHttpHandler.ConnectCallback"/>. The handler must use no proxy, or the
    /// proxy's address is what is judged.
    /// </summary>
    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        return new NetworkStream(
            await DialAsync(host, port, cancellationToken).ConfigureAwait(false),
            ownsSocket: true
        );
    }

    private async Task<IPAddress[]> LookUpAsync(string name, CancellationToken cancellationToken)
    {
        if (_answers.TryGetValue(name, out var known) && _time.GetElapsedTime(known.Since) < AnswerLife)
            return known.Addresses;
        var since = _time.GetTimestamp();
        var looking = _resolve(name, cancellationToken);
        // The system's resolver, once it has begun, does not hear of the token; what it finds in the end nobody wants.
        looking.Observe();
        var addresses = await looking.WaitAsync(cancellationToken).ConfigureAwait(false);
        // Whoever writes links to names without end must not fill the memory.
        if (_answers.Count >= MaxAnswers)
            _answers.Clear();
        _answers[name] = new Answer(addresses, since);
        return addresses;
    }

    private readonly record struct Answer(IPAddress[] Addresses, long Since);
}
