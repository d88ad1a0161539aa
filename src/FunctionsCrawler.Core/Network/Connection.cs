using System.Net.Security;
using System.Net.Sockets;

namespace FunctionsCrawler.Network;

/// <summary>A TCP connection and the stream that reads and writes it, which is encrypted if its peer is an HTTPS proxy.</summary>
/// <param name="socket">The connected socket.</param>
/// <param name="stream">A stream over the socket, which it disposes.</param>
internal sealed class Connection(Socket socket, Stream stream) : IDisposable
{
    /// <summary>Creates a connection that is not encrypted.</summary>
    public Connection(Socket socket)
        : this(socket, new NetworkStream(socket, ownsSocket: true)) { }

    /// <summary>Reads and writes the connection. Disposing it closes the connection.</summary>
    public Stream Stream => stream;

    /// <summary>Tells the peer that no more data follows; it may still send.</summary>
    public async Task EndSendingAsync(CancellationToken cancellationToken)
    {
        if (stream is SslStream encrypted)
            await encrypted.ShutdownAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Resets the connection, so that the peer does not take the end for a normal one.</summary>
    public void Reset() => socket.Close(timeout: 0);

    /// <summary>Closes the connection.</summary>
    public void Dispose() => stream.Dispose();
}
