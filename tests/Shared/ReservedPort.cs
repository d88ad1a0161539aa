using System.Net;
using System.Net.Sockets;

namespace FunctionsCrawler.Testing;

/// <summary>
/// A TCP port on 127.0.0.1 that refuses connections. Its socket is bound and does not listen, so no other process is given the
/// port. A port that was only found to be free may belong to another test's server a moment later. A server that is started
/// with the number of a reserved port can listen on it, because both sockets set SO_REUSEADDR.
/// </summary>
internal sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ReservedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Dispose() => _socket.Dispose();
}
