using System.Net;

namespace FunctionsCrawler.Network;

/// <summary>Classifies a forbidden range by the settings that can allow it.</summary>
internal enum RangeKind
{
    /// <summary>Private networks: allowed by <see cref="AddressPolicy.AllowPrivate"/> or any entry of <see cref="AddressPolicy.Allow"/>.</summary>
    Private,

    /// <summary>Not in use on the internet: allowed by any entry of <see cref="AddressPolicy.Allow"/>.</summary>
    Reserved,

    /// <summary>Serves credentials, or is not a single host: allowed only by a network entry of <see cref="AddressPolicy.Allow"/>.</summary>
    Dangerous,
}

/// <summary>A named range of forbidden addresses.</summary>
internal sealed record AddressRange(IPNetwork Network, RangeKind Kind, string Name)
{
    public override string ToString() =>
        Network.PrefixLength is 32 or 128 && Network.BaseAddress.GetAddressBytes().Length * 8 == Network.PrefixLength
            ? Name
            : $"{Name} ({Network})";
}

/// <summary>
/// The addresses that are not hosts of the public internet
/// (https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry; RFC 6890),
/// and the metadata services from which clouds serve credentials.
/// </summary>
internal static class AddressRanges
{
    /// <summary>RFC 6052: the last 32 bits are an IPv4 address.</summary>
    public static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>RFC 4291 section 2.4: no other IPv6 unicast address is routed globally.</summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly AddressRange Unallocated = new(
        IPNetwork.Parse("::/0"),
        RangeKind.Reserved,
        "outside global unicast"
    );

    /// <summary>The first match wins, so single addresses come before the ranges that contain them.</summary>
    private static readonly AddressRange[] V4 =
    [
        Dangerous("169.254.169.254/32", "cloud metadata service"),
        Dangerous("169.254.170.2/32", "AWS container credentials"),
        Dangerous("169.254.170.23/32", "AWS pod credentials"),
        Dangerous("100.100.100.200/32", "Alibaba metadata service"),
        // A public address, but the host's own agent answers: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
        Dangerous("168.63.129.16/32", "Azure wire server"),
        Dangerous("255.255.255.255/32", "broadcast"),
        Dangerous("0.0.0.0/8", "this network"),
        Private("10.0.0.0/8", "private"),
        Private("100.64.0.0/10", "carrier-grade NAT"),
        Private("127.0.0.0/8", "loopback"),
        Private("169.254.0.0/16", "link-local"),
        Private("172.16.0.0/12", "private"),
        Private("192.168.0.0/16", "private"),
        Reserved("192.0.0.0/24", "IETF protocol assignments"),
        Reserved("192.0.2.0/24", "documentation"),
        Reserved("192.88.99.0/24", "6to4 relay"),
        Reserved("198.18.0.0/15", "benchmarking"),
        Reserved("198.51.100.0/24", "documentation"),
        Reserved("203.0.113.0/24", "documentation"),
        Dangerous("224.0.0.0/4", "multicast"),
        Reserved("240.0.0.0/4", "reserved"),
    ];

    private static readonly AddressRange[] V6 =
    [
        Dangerous("fd00:ec2::254/128", "AWS metadata service"),
        Dangerous("fd00:ec2::23/128", "AWS pod credentials"),
        Dangerous("fd20:ce::254/128", "Google metadata service"),
        Dangerous("::/128", "unspecified"),
        Private("::1/128", "loopback"),
        Reserved("::/96", "IPv4-compatible"),
        Reserved("64:ff9b:1::/48", "local NAT64"),
        Reserved("100::/64", "discard"),
        Reserved("2001::/23", "IETF protocol assignments"),
        Reserved("2001:db8::/32", "documentation"),
        // Embeds an IPv4 address; 6to4 relays are deprecated (RFC 7526).
        Reserved("2002::/16", "6to4"),
        Reserved("3fff::/20", "documentation"),
        Reserved("5f00::/16", "segment routing"),
        Private("fc00::/7", "unique local"),
        Private("fe80::/10", "link-local"),
        Reserved("fec0::/10", "site-local"),
        Dangerous("ff00::/8", "multicast"),
    ];

    /// <summary>The forbidden range that contains an address, or null if it is public.</summary>
    /// <param name="address">An address without an embedded one; see <see cref="AddressPolicy.Unwrap"/>.</param>
    public static AddressRange? Find(IPAddress address)
    {
        var isV4 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        return Array.Find(isV4 ? V4 : V6, range => range.Network.Contains(address))
            ?? (isV4 || GlobalUnicast.Contains(address) ? null : Unallocated);
    }

    private static AddressRange Private(string network, string name) =>
        new(IPNetwork.Parse(network), RangeKind.Private, name);

    private static AddressRange Reserved(string network, string name) =>
        new(IPNetwork.Parse(network), RangeKind.Reserved, name);

    private static AddressRange Dangerous(string network, string name) =>
        new(IPNetwork.Parse(network), RangeKind.Dangerous, name);
}
