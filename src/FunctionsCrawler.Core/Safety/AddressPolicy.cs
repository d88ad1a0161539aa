using System.Net;

namespace FunctionsCrawler.Safety;

/// <summary>
/// Decides which addresses may be reached. By default only hosts of the public internet: whoever may start a crawl, or
/// write a link into a page that is crawled, must not read the network the crawler runs in.
/// </summary>
public sealed record AddressPolicy
{
    /// <summary>
    /// Opens private, loopback, link-local, carrier-grade NAT and unique local addresses; never the metadata services
    /// of clouds, multicast, broadcast and unspecified addresses.
    /// </summary>
    /// <value>Default false.</value>
    public bool AllowPrivate { get; init; }

    /// <summary>
    /// Networks that are open, whatever they are, and hosts whose addresses are open unless they belong to metadata
    /// services, multicast, broadcast or are unspecified.
    /// </summary>
    /// <value>Default none.</value>
    public IReadOnlyList<AllowEntry> Allow { get; init; } = [];

    /// <summary>Judges an address.</summary>
    /// <param name="address">The address. One that carries an IPv4 address (IPv4-mapped, NAT64) is judged by that.</param>
    /// <param name="host">The host name that led to it, or null.</param>
    /// <returns>The name of the forbidden range, or null when the address may be reached.</returns>
    public string? FindForbiddenRange(IPAddress address, string? host = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        var inner = Unwrap(address);
        if (AddressRanges.Find(inner) is not { } range)
            return null;
        if (Allow.Any(entry => entry.Contains(inner) || entry.Contains(address)))
            return null;

        var isOpen = range.Kind switch
        {
            RangeKind.Private => AllowPrivate || AllowsHost(host),
            RangeKind.Reserved => AllowsHost(host),
            _ => false,
        };
        return isOpen ? null : range.ToString();
    }

    /// <summary>The IPv4 address that packets to this one arrive at, if there is one; else the address itself.</summary>
    internal static IPAddress Unwrap(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        return AddressRanges.Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes()[12..]) : address;
    }

    private bool AllowsHost(string? host) => host is not null && Allow.Any(entry => entry.Matches(host));
}
