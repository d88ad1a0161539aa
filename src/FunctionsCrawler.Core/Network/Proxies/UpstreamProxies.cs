using System.IO.Hashing;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Network.Proxies;

/// <summary>
/// The proxies that crawls connect through. A host always gets the same one as long as it works; otherwise the next ones are
/// tried. There is no direct connection, also where all proxies fail. Thread-safe.
/// </summary>
internal sealed class UpstreamProxies
{
    // Each may take its time limit, and whoever connects waits for 20 s at most.
    private const int MaxProxies = 3;

    // A proxy without IPv6 cannot reach the first address of a host that has one.
    private const int MaxAddresses = 2;

    private readonly IReadOnlyList<Member> _members;
    private readonly ProxyDialer _dialer;
    private readonly ILogger _logger;

    /// <summary>Creates the set without opening a connection.</summary>
    /// <param name="proxies">At least one proxy.</param>
    /// <param name="dialer">Opens the connections.</param>
    /// <param name="logger">Receives a line when a proxy is avoided. Names no user or password.</param>
    /// <param name="time">Clock of the time for which a failed proxy is avoided.</param>
    public UpstreamProxies(IReadOnlyList<UpstreamProxy> proxies, ProxyDialer dialer, ILogger logger, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(proxies);
        if (proxies.Count == 0)
            throw new ArgumentException("There is no proxy.", nameof(proxies));
        _members = [.. proxies.Select(proxy => new Member(proxy, new ProxyHealth(time)))];
        (_dialer, _logger) = (dialer, logger);
    }

    /// <summary>Connects to a checked address of a host, through a proxy.</summary>
    /// <param name="host">The host and its addresses. The proxy receives one of these, never the name.</param>
    /// <param name="port">The TCP port.</param>
    /// <param name="cancellationToken">Cancels all attempts.</param>
    /// <returns>The connection; the caller disposes it.</returns>
    /// <exception cref="ProxyException">None of the proxies that were tried opened the connection; the first failure.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<Connection> DialAsync(ResolvedHost host, int port, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        var name = host.Host.TrimEnd('.').ToLowerInvariant();
        var failures = new List<ProxyException>();
        var tried = 0;
        foreach (var member in Order(name).Take(MaxProxies))
        {
            tried++;
            foreach (var address in AddressesOf(host))
            {
                try
                {
                    var target = new IPEndPoint(address, port);
                    var connection = await _dialer
                        .DialAsync(member.Proxy, target, cancellationToken)
                        .ConfigureAwait(false);
                    member.Health.Succeed();
                    return connection;
                }
                catch (ProxyException e)
                {
                    failures.Add(e);
                    if (member.Health.Fail(name, e.Fault))
                        ProxyLog.Avoided(_logger, member.Proxy.Name, ProxyHealth.AvoidedFor.TotalSeconds, e.Message);
                    if (e.Fault != ProxyFault.Target)
                        break;
                }
            }
        }
        var others = tried == 1 ? "" : $"; {tried - 1} more failed";
        throw new ProxyException(failures[0].Message + others, failures[0].Fault);
    }

    /// <summary>The proxies for a host, in the order in which they are tried.</summary>
    internal IReadOnlyList<UpstreamProxy> ProxiesFor(string host) => [.. Order(host).Select(m => m.Proxy)];

    // Rendezvous hashing: each host has an order of its own, and only the hosts of a proxy that is added or removed change theirs.
    private IEnumerable<Member> Order(string host) =>
        _members.OrderBy(m => m.Health.IsAvoidedFor(host)).ThenBy(m => m.RankFor(host));

    // IPv4 first: whether a proxy has IPv6 is not known, and with a proxy nothing is gained by it.
    private static IEnumerable<IPAddress> AddressesOf(ResolvedHost host) =>
        host
            .Addresses.Select(a => a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a)
            .OrderBy(a => a.AddressFamily != AddressFamily.InterNetwork)
            .Take(MaxAddresses);

    private sealed record Member(UpstreamProxy Proxy, ProxyHealth Health)
    {
        // The user name counts, because proxies in pools choose their outgoing address by it.
        public ulong RankFor(string host) =>
            XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{host}\n{Proxy.User}@{Proxy.Name}"));
    }
}
