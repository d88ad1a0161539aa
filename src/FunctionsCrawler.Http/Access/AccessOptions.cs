using System.Net;

namespace FunctionsCrawler.Http.Access;

/// <summary>Who may use a server, and how much.</summary>
public sealed record AccessOptions
{
    /// <summary>The keys, one of which each request names.</summary>
    /// <value>Default none, which is for servers that only this machine reaches.</value>
    public ApiKeys Keys { get; init; } = ApiKeys.None;

    /// <summary>The address that the server listens on.</summary>
    /// <value>Default 127.0.0.1.</value>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Requests a minute that each key may make, or each remote address where no known key is named.</summary>
    /// <value>Default 1,200: twenty clients that ask each second how their crawl is. 0: no limit.</value>
    public int RequestsPerMinute { get; init; } = 1200;
}
