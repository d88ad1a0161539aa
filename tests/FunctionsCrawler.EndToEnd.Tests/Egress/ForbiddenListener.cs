using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FunctionsCrawler.EndToEnd.Tests.Egress;

/// <summary>
/// Listens where the crawler must not connect: on 127.0.0.2, ::1 and 127.0.0.1, over TCP and UDP, with one port per probe. The
/// port identifies the probe that connected or sent a datagram.
/// </summary>
internal sealed class ForbiddenListener : IAsyncDisposable
{
    private static readonly IPAddress[] Addresses =
    [
        IPAddress.Parse("127.0.0.2"),
        IPAddress.IPv6Loopback,
        IPAddress.Loopback,
    ];

    private static readonly byte[] Answer =
        "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret"u8.ToArray();

    // Below the range that systems take the ports of clients and of servers without a fixed port from (32768 and up on Linux).
    // A client that retries a stopped server of another test would otherwise reach this listener.
    private static int _lastPort = Random.Shared.Next(15_000, 25_000);

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _running = [];
    private readonly ConcurrentDictionary<int, int> _reached = new();

    /// <summary>The ports that were reached.</summary>
    public IReadOnlyCollection<int> Reached => [.. _reached.Keys];

    /// <summary>Opens a new port on all addresses.</summary>
    public int Open()
    {
        while (true)
        {
            var opened = new List<Socket>();
            var port = Interlocked.Increment(ref _lastPort);
            try
            {
                foreach (var address in Addresses)
                {
                    opened.Add(Bind(address, SocketType.Stream, ProtocolType.Tcp, port));
                    opened.Add(Bind(address, SocketType.Dgram, ProtocolType.Udp, port));
                }
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                opened.ForEach(socket => socket.Dispose());
                continue;
            }
            _sockets.AddRange(opened);
            foreach (var socket in opened)
                _running.Add(
                    socket.SocketType == SocketType.Stream ? AcceptAsync(socket, port) : ReceiveAsync(socket, port)
                );
            return port;
        }
    }

    /// <summary>Clears <see cref="Reached"/>.</summary>
    public void Clear() => _reached.Clear();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _sockets.ForEach(socket => socket.Dispose());
        await Task.WhenAll(_running);
        _stopping.Dispose();
    }

    private static Socket Bind(IPAddress address, SocketType type, ProtocolType protocol, int port)
    {
        var socket = new Socket(address.AddressFamily, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            if (type == SocketType.Stream)
                socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync(Socket listener, int port)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync(_stopping.Token);
                _reached.AddOrUpdate(port, 1, (_, count) => count + 1);
                _ = AnswerAsync(client);
            }
        }
        catch (OperationCanceledException)
        {
            // The listener was disposed.
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        using (client)
        {
            try
            {
                await client.ReceiveAsync(new byte[8192], _stopping.Token);
                await client.SendAsync(Answer, _stopping.Token);
                client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Only the connection itself matters.
            }
        }
    }

    private async Task ReceiveAsync(Socket socket, int port)
    {
        try
        {
            while (true)
            {
                await socket.ReceiveAsync(new byte[2048], _stopping.Token);
                _reached.AddOrUpdate(port, 1, (_, count) => count + 1);
            }
        }
        catch (OperationCanceledException)
        {
            // The listener was disposed.
        }
    }
}
