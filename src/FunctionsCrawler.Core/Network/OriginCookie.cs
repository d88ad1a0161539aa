namespace FunctionsCrawler.Network;

/// <summary>A cookie for the origins of start pages: one of a request, or one of a saved login.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value.</param>
/// <param name="Path">The path of the URLs that get it.</param>
internal sealed record OriginCookie(string Name, string Value, string Path)
{
    /// <summary>The host that it belongs to; null: each host of the start pages.</summary>
    public string? Host { get; init; }

    /// <summary>Whether the subdomains of <see cref="Host"/> get it, too.</summary>
    public bool IncludesSubdomains { get; init; }

    /// <summary>Whether it is sent over https only.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Whether scripts of pages cannot read it.</summary>
    public bool IsHttpOnly { get; init; }

    /// <summary>Its SameSite attribute; null: as browsers treat a cookie without one.</summary>
    public CookieSameSite? SameSite { get; init; }

    /// <summary>When it expires, in seconds since 1970; null: not before the visit ends.</summary>
    public double? Expires { get; init; }

    /// <summary>Whether it belongs to the host and the scheme of an origin (RFC 6265, 5.1.3).</summary>
    public bool IsOf(Uri origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        if (IsSecure && origin.Scheme is not "https")
            return false;
        var host = origin.IdnHost;
        return Host is null
            || string.Equals(host, Host, StringComparison.Ordinal)
            || (
                IncludesSubdomains
                && origin.HostNameType == UriHostNameType.Dns
                && host.EndsWith("." + Host, StringComparison.Ordinal)
            );
    }

    /// <summary>Whether it has not expired.</summary>
    public bool IsCurrent(DateTimeOffset now) => Expires is not { } end || now.ToUnixTimeMilliseconds() < end * 1000;

    /// <summary>Whether the path of a URL matches (RFC 6265, 5.1.4).</summary>
    public bool IsFor(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var path = url.AbsolutePath;
        return path.StartsWith(Path, StringComparison.Ordinal)
            && (path.Length == Path.Length || Path.EndsWith('/') || path[Path.Length] == '/');
    }

    /// <summary>The name alone.</summary>
    public override string ToString() => Name;
}

/// <summary>Whether requests that other sites make have a cookie.</summary>
internal enum CookieSameSite
{
    /// <summary>All have it.</summary>
    None,

    /// <summary>Only navigations have it.</summary>
    Lax,

    /// <summary>None has it.</summary>
    Strict,
}
