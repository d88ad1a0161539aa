using System.Net;
using FunctionsCrawler.Http.Compat;

namespace FunctionsCrawler.Http.Access;

/// <summary>Authentication and rate limits of a server.</summary>
internal sealed record AccessOptions
{
    /// <summary>The API keys. If there are any, each request must send one of them.</summary>
    /// <value>Default none, which is only safe for a server on a loopback address.</value>
    public ApiKeys Keys { get; init; } = ApiKeys.None;

    /// <summary>The address that the server listens on.</summary>
    /// <value>Default 127.0.0.1.</value>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The maximum number of requests per minute for each key; for each remote address without a valid key.</summary>
    /// <value>Default 1,200: enough for twenty clients that poll once per second. 0 disables the limit.</value>
    public int RequestsPerMinute { get; init; } = 1200;

    /// <summary>The compatible APIs that are served. Keys, limits and guards apply to them in the same way.</summary>
    /// <value>Default none.</value>
    public IReadOnlyList<CompatMount> Mounts { get; init; } = [];
}
