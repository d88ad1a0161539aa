using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Network.Proxies;

/// <summary>
/// A proxy that the operator has set. It is no record, because those print all their properties, the password among them.
/// </summary>
internal sealed class UpstreamProxy
{
    private const string Allowed =
        "use http://host:port, https://host:port or socks5://host:port, with user:password@ before the host if it asks for them";

    // RFC 1929: the length of both is one byte.
    private const int MaxSocksText = 255;

    private UpstreamProxy(ProxyScheme scheme, string host, int port, string? user, string password)
    {
        (Scheme, Host, Port, User, Password) = (scheme, host, port, user, password);
        Name = $"{scheme.ToString().ToLowerInvariant()}://{(host.Contains(':') ? $"[{host}]" : host)}:{port}";
    }

    /// <summary>The protocol that the proxy speaks.</summary>
    public ProxyScheme Scheme { get; }

    /// <summary>Its name or address, without brackets. It may be a private address: the operator chose it.</summary>
    public string Host { get; }

    /// <summary>Its TCP port.</summary>
    public int Port { get; }

    /// <summary>The user name; null if the proxy is used without authentication.</summary>
    public string? User { get; }

    /// <summary>The password; empty without one. Never part of a message.</summary>
    public string Password { get; }

    /// <summary>The proxy for messages and logs: "http://host:port".</summary>
    public string Name { get; }

    /// <summary>
    /// Parses a list. No fault repeats a value, because where a value is wrong, any part of it may be a password.
    /// </summary>
    /// <param name="texts">"http://[user:password@]host:port", or https or socks5; reserved characters are percent-encoded.</param>
    /// <param name="proxies">The proxies in the same order; empty if one is invalid.</param>
    /// <param name="fault">One line for the user: which entry is wrong and what is allowed. Null if all are valid.</param>
    public static bool TryParseAll(
        IEnumerable<string> texts,
        out IReadOnlyList<UpstreamProxy> proxies,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(texts);
        var all = texts.ToList();
        var parsed = new List<UpstreamProxy>();
        fault = null;
        foreach (var text in all)
        {
            if (TryParse(text, out var proxy, out var reason))
            {
                parsed.Add(proxy);
                continue;
            }
            var which = all.Count == 1 ? "the proxy" : $"proxy {parsed.Count + 1} of {all.Count}";
            fault = $"{which} {reason}; {Allowed}";
            break;
        }
        proxies = fault is null ? parsed : [];
        return fault is null;
    }

    /// <inheritdoc cref="Name"/>
    public override string ToString() => Name;

    private static bool TryParse(
        string text,
        [NotNullWhen(true)] out UpstreamProxy? proxy,
        [NotNullWhen(false)] out string? fault
    )
    {
        proxy = null;
        var trimmed = (text ?? "").Trim();
        var end = trimmed.IndexOf("://", StringComparison.Ordinal);
        ProxyScheme? scheme = (end < 0 ? "" : trimmed[..end].ToLowerInvariant()) switch
        {
            "http" => ProxyScheme.Http,
            "https" => ProxyScheme.Https,
            "socks5" => ProxyScheme.Socks5,
            _ => null,
        };
        if (scheme is null)
        {
            fault = end < 0 ? "has no scheme" : "has a scheme that is not supported";
            return false;
        }
        var rest = trimmed[(end + 3)..].TrimEnd('/');
        var at = rest.LastIndexOf('@');
        // Otherwise a list with another separator would send the password of one proxy to another one.
        var credentials = at < 0 ? "" : rest[..at];
        if (credentials.Contains("://", StringComparison.Ordinal) || credentials.Any(char.IsWhiteSpace))
        {
            fault = "has white space or :// before the host, which must be encoded there";
            return false;
        }
        if (!TryReadServer(rest[(at + 1)..], out var host, out var port, out fault))
            return false;
        var (user, password) = at < 0 ? (null, "") : ReadCredentials(credentials);
        fault = FindFault(scheme.Value, user, password);
        if (fault is null)
            proxy = new UpstreamProxy(scheme.Value, host, port, user, password);
        return proxy is not null;
    }

    private static bool TryReadServer(
        string text,
        out string host,
        out int port,
        [NotNullWhen(false)] out string? fault
    )
    {
        var colon = text.LastIndexOf(':');
        var isBracketed = text.StartsWith('[') && colon > 0 && text[colon - 1] == ']';
        host = colon < 0 ? text : text[..colon];
        port = 0;
        fault = null;
        if (colon < 0 || text.EndsWith(']'))
            fault = "has no port";
        else if (
            !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            || port is 0 or > 65_535
        )
            fault = "has a port that is not a number from 1 to 65535";
        else if (
            Uri.CheckHostName(isBracketed ? host[1..^1] : host)
            is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6)
        )
            fault = "has a host that is neither a name nor an address";
        else if (!isBracketed && host.Contains(':'))
            fault = "has an IPv6 address that is not in brackets";
        if (isBracketed)
            host = host[1..^1];
        return fault is null;
    }

    private static (string User, string Password) ReadCredentials(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? (Uri.UnescapeDataString(text), "")
            : (Uri.UnescapeDataString(text[..colon]), Uri.UnescapeDataString(text[(colon + 1)..]));
    }

    private static string? FindFault(ProxyScheme scheme, string? user, string password) =>
        user switch
        {
            null => null,
            "" => "has an empty user name",
            // RFC 7617: the first colon separates user name and password.
            _ when scheme != ProxyScheme.Socks5 && user.Contains(':') => "has a user name with a colon",
            _ when scheme == ProxyScheme.Socks5
                    && Math.Max(Encoding.UTF8.GetByteCount(user), Encoding.UTF8.GetByteCount(password))
                        > MaxSocksText => $"has a user name or password of more than {MaxSocksText} bytes",
            _ => null,
        };
}

/// <summary>The protocol that a proxy speaks.</summary>
internal enum ProxyScheme
{
    /// <summary>HTTP with the method CONNECT.</summary>
    Http,

    /// <summary>The same over TLS.</summary>
    Https,

    /// <summary>SOCKS version 5 (RFC 1928).</summary>
    Socks5,
}
