using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Network;

/// <summary>An exception to the rule that only public addresses may be reached: a network or a host name.</summary>
internal sealed record AllowEntry
{
    private readonly IPNetwork? _network;
    private readonly string? _host;

    private AllowEntry(IPNetwork network) => _network = network;

    private AllowEntry(string host) => _host = host;

    /// <summary>
    /// Parses "10.1.0.0/16", "fd00::/8", "10.1.2.3", "intranet.example.com" or "*.example.com" (all subdomains).
    /// </summary>
    /// <param name="text">The text to parse; surrounding white space is ignored.</param>
    /// <param name="entry">The entry, or null if the text is invalid.</param>
    /// <param name="fault">One line for the user: the value and what is allowed. Null if the text is valid.</param>
    public static bool TryParseAllow(
        string text,
        [NotNullWhen(true)] out AllowEntry? entry,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        entry = null;
        var slash = trimmed.IndexOf('/', StringComparison.Ordinal);
        var address = ParseAddress(slash < 0 ? trimmed : trimmed[..slash]);
        if (address is not null)
            return TryCreateNetwork(trimmed, address, slash < 0 ? null : trimmed[(slash + 1)..], out entry, out fault);

        var host = trimmed.TrimEnd('.').ToLowerInvariant();
        if (IsHostPattern(host))
            entry = new AllowEntry(host);
        fault = entry is null
            ? $"{UrlText.Quote(text)} is not a network, address or host; use for example 10.1.0.0/16, 10.1.2.3, host.example.com or *.example.com."
            : null;
        return entry is not null;
    }

    /// <summary>Whether this is a network entry and the network contains the address.</summary>
    internal bool Contains(IPAddress address) => _network is { } network && network.Contains(address);

    /// <summary>Whether this is a host entry and matches the host name, ignoring case and a trailing dot.</summary>
    internal bool Matches(string host)
    {
        if (_host is null)
            return false;
        var name = host.AsSpan().TrimEnd('.');
        return _host.StartsWith('*')
            ? name.Length >= _host.Length && name.EndsWith(_host.AsSpan(1), StringComparison.OrdinalIgnoreCase)
            : name.Equals(_host, StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc />
    public override string ToString() => _host ?? _network.ToString()!;

    private static bool TryCreateNetwork(
        string text,
        IPAddress address,
        string? prefix,
        out AllowEntry? entry,
        out string? fault
    )
    {
        entry = null;
        fault = null;
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = bits;
        if (
            prefix is not null
            && (!int.TryParse(prefix, NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits)
        )
        {
            fault = $"{UrlText.Quote(text)} is not a network; the prefix length must be a number from 0 to {bits}.";
            return false;
        }

        var network = new IPNetwork(Mask(address, length), length);
        if (network.BaseAddress.Equals(address))
            entry = new AllowEntry(network);
        else
            fault = $"{UrlText.Quote(text)} is not a network; the network that contains this address is {network}.";
        return entry is not null;
    }

    private static IPAddress Mask(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(0xff00 >> Math.Clamp(length - (i * 8), 0, 8));
        return new IPAddress(bytes);
    }

    /// <summary>
    /// Accepts IPv4 only in dotted-quad form: otherwise "10.1", meant as a network, would allow the address 10.0.0.1.
    /// </summary>
    private static IPAddress? ParseAddress(string text)
    {
        if (!IPAddress.TryParse(text, out var address) || text.AsSpan().ContainsAny('%', '['))
            return null;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address;
        return string.Equals(address.ToString(), text, StringComparison.Ordinal) ? address : null;
    }

    private static bool IsHostPattern(string host)
    {
        var labels = (host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host).Split('.');
        return labels.All(label => label.Length is > 0 and <= 63 && label.All(IsHostCharacter))
            // No top-level domain begins with a digit, so this is a mistyped address.
            && !char.IsAsciiDigit(labels[^1][0]);
    }

    private static bool IsHostCharacter(char c) =>
        char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_';
}
