using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FunctionsCrawler.Cli.Serve;

/// <summary>Limits of connections, against clients that would exhaust the server.</summary>
internal static class ConnectionLimits
{
    // Further connections are closed immediately. So many clients at once are an attack or a mistake.
    private const int Connections = 2000;

    private const int HeaderBytes = 16 << 10;

    // Slower senders only occupy a connection.
    private const int BodyBytesPerSecond = 1024;

    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Headers = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Sets the limits of a server. The size of a body is limited per route; for clients that read a response slowly, Kestrel's
    /// default applies.
    /// </summary>
    public static void Apply(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = Connections;
        limits.MaxRequestHeadersTotalSize = HeaderBytes;
        limits.MinRequestBodyDataRate = new MinDataRate(BodyBytesPerSecond, BodyGrace);
        limits.RequestHeadersTimeout = Headers;
        limits.KeepAliveTimeout = Idle;
    }
}
