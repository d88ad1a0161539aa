using System.Net;

namespace FunctionsCrawler.Network;

/// <summary>Result of resolving a host: <see cref="ResolvedHost"/>, <see cref="UnknownHost"/> or <see cref="BlockedHost"/>.</summary>
/// <param name="Host">The host name or address that was requested.</param>
internal abstract record AddressVerdict(string Host);

/// <summary>The host may be reached.</summary>
/// <param name="Host">The host name or address that was requested.</param>
/// <param name="Addresses">
/// Its addresses, at least one, in the resolver's order. Connect to these: resolving again may give other addresses.
/// </param>
internal sealed record ResolvedHost(string Host, IReadOnlyList<IPAddress> Addresses) : AddressVerdict(Host);

/// <summary>The host does not resolve to any address.</summary>
/// <param name="Host">The host name or address that was requested.</param>
/// <param name="Message">The reason, in one line for the user.</param>
internal sealed record UnknownHost(string Host, string Message) : AddressVerdict(Host);

/// <summary>The host has an address that may not be reached.</summary>
/// <param name="Host">The host name or address that was requested.</param>
/// <param name="Address">The first forbidden address.</param>
/// <param name="Range">The name of the forbidden range that contains it.</param>
internal sealed record BlockedHost(string Host, IPAddress Address, string Range) : AddressVerdict(Host)
{
    /// <summary>The reason, in one line for the user.</summary>
    public string Message =>
        string.Equals(Host, Address.ToString(), StringComparison.Ordinal)
            ? $"{Address} may not be reached: {Range}."
            : $"{Host} resolves to {Address}, which may not be reached: {Range}.";
}
