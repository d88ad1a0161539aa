using System.Net;

namespace FunctionsCrawler.Safety;

/// <summary>What became of looking a host up: <see cref="ResolvedHost"/>, <see cref="UnknownHost"/> or <see cref="BlockedHost"/>.</summary>
/// <param name="Host">The host that was asked for.</param>
public abstract record AddressVerdict(string Host);

/// <summary>The host may be reached.</summary>
/// <param name="Host">The host that was asked for.</param>
/// <param name="Addresses">Its addresses, at least one, in the resolver's order. Dial these: another look-up may answer otherwise.</param>
public sealed record ResolvedHost(string Host, IReadOnlyList<IPAddress> Addresses) : AddressVerdict(Host);

/// <summary>The host has no address.</summary>
/// <param name="Host">The host that was asked for.</param>
/// <param name="Message">One line for people.</param>
public sealed record UnknownHost(string Host, string Message) : AddressVerdict(Host);

/// <summary>The host has an address that may not be reached.</summary>
/// <param name="Host">The host that was asked for.</param>
/// <param name="Address">The first such address.</param>
/// <param name="Range">The name of the range that forbids it.</param>
public sealed record BlockedHost(string Host, IPAddress Address, string Range) : AddressVerdict(Host)
{
    /// <summary>One line for people.</summary>
    public string Message =>
        string.Equals(Host, Address.ToString(), StringComparison.Ordinal)
            ? $"{Address} may not be reached: {Range}."
            : $"{Host} resolves to {Address}, which may not be reached: {Range}.";
}
