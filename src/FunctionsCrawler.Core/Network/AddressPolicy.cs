using System.Net;

namespace FunctionsCrawler.Network;

/// <summary>
/// Decides which addresses may be reached. By default only public internet addresses: neither the author of a crawl
/// request nor a link in a crawled page may reach the network the crawler runs in.
/// </summary>
internal sealed record AddressPolicy
{
    /// <summary>
    /// Allows private, loopback, link-local, carrier-grade NAT and unique local addresses. Cloud metadata services,
    /// multicast, broadcast and unspecified addresses stay forbidden.
    /// </summary>
    /// <value>Default false.</value>
    public bool AllowPrivate { get; init; }

    /// <summary>
    /// Exceptions. Network entries allow their addresses without restriction. Host entries allow the host's addresses,
    /// except metadata services, multicast, broadcast and unspecified addresses.
    /// </summary>
    /// <value>Default none.</value>
    public IReadOnlyList<AllowEntry> Allow { get; init; } = [];

    /// <summary>Checks whether an address may be reached.</summary>
    /// <param name="address">The address. If it embeds an IPv4 address (IPv4-mapped, NAT64), that address is checked.</param>
    /// <param name="host">The host name that resolved to it, or null.</param>
    /// <returns>The name of the forbidden range, or null if the address may be reached.</returns>
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

    /// <summary>The IPv4 address embedded in an IPv4-mapped or NAT64 address; otherwise the address itself.</summary>
    internal static IPAddress Unwrap(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        return AddressRanges.Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes()[12..]) : address;
    }

    private bool AllowsHost(string? host) => host is not null && Allow.Any(entry => entry.Matches(host));
}
