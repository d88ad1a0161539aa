using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FunctionsCrawler.Cli.Serve;

/// <summary>What connections may take of the server, whoever holds the other end.</summary>
internal static class ConnectionLimits
{
    // What is open beyond it is closed at once. More clients than that at one time are an attack or an accident.
    private const int Connections = 2000;

    private const int HeaderBytes = 16 << 10;

    // Slower senders hold a connection for nothing.
    private const int BodyBytesPerSecond = 1024;

    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Headers = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    /// <summary>Sets them. How large a body may be is the contract's matter, and how fast one reads the client's.</summary>
    public static void Apply(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = Connections;
        limits.MaxRequestHeadersTotalSize = HeaderBytes;
        limits.MinRequestBodyDataRate = new MinDataRate(BodyBytesPerSecond, BodyGrace);
        limits.RequestHeadersTimeout = Headers;
        limits.KeepAliveTimeout = Idle;
    }
}
