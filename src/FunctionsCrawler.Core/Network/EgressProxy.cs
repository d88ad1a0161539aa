using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using FunctionsCrawler.Common;
using FunctionsCrawler.Network.Proxies;

namespace FunctionsCrawler.Network;

/// <summary>
/// A SOCKS 5 proxy on loopback, the only network access of one browser. Every host that Chromium wants to reach, for any part
/// of a page, is resolved and dialled here through the guard, directly or through a proxy of the operator.
/// </summary>
/// <param name="guard">Decides which hosts may be reached.</param>
/// <param name="time">Clock of the time limits.</param>
internal sealed class EgressProxy(AddressGuard guard, TimeProvider time) : IAsyncDisposable
{
    private const int MaxFailures = 1024;
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DialLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AcceptRetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _closing = new();
    private readonly RunningTasks _connections = new();
    private readonly ConcurrentDictionary<string, Exception> _failures = new(StringComparer.OrdinalIgnoreCase);
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    /// <summary>The port on 127.0.0.1; 0 before <see cref="Start"/>.</summary>
    public int Port { get; private set; }

    /// <summary>The number of open sockets: the listener plus the client connections.</summary>
    public int OpenSockets => _connections.Count + (_accepting.IsCompleted ? 0 : 1);

    /// <summary>Starts listening on a free port of 127.0.0.1.</summary>
    /// <exception cref="SocketException">No file descriptor or port is available.</exception>
    public void Start()
    {
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>
    /// The error of the last connection to a host and port; null if it succeeded, or if there was none. At most 1024
    /// failures are kept.
    /// </summary>
    /// <returns>A <see cref="BlockedAddressException"/>, a <see cref="SocketException"/> or a <see cref="ProxyException"/>.</returns>
    public Exception? FindFailure(string host, int port) => _failures.GetValueOrDefault(Key(host, port));

    /// <summary>Disposes the proxy, but waits for at most 2 s.</summary>
    /// <returns>The number of sockets that are still open after that.</returns>
    public async Task<int> CloseAsync()
    {
        try
        {
            await DisposeAsync().AsTask().WithinAsync(CloseLimit, time, CancellationToken.None).ConfigureAwait(false);
            return 0;
        }
        catch (TimeoutException)
        {
            return OpenSockets;
        }
    }

    /// <summary>Stops listening, aborts all connections and waits until they have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _listener?.Dispose();
        await _accepting.ConfigureAwait(false);
        await _connections.WhenAllAsync().ConfigureAwait(false);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                _connections.Add(ServeAsync(await listener.AcceptAsync(_closing.Token).ConfigureAwait(false)));
            }
            catch (SocketException) when (!_closing.IsCancellationRequested)
            {
                // For example out of file descriptors: retry when other connections may have closed.
                await Task.Delay(AcceptRetryDelay, time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var client = new Connection(socket);
        try
        {
            socket.NoDelay = true;
            if (await ReadTargetAsync(client.Stream).ConfigureAwait(false) is not { } target)
                return;
            using var server = await DialAsync(target, client.Stream).ConfigureAwait(false);
            if (server is null)
                return;
            await SocksHandshake.AnswerAsync(client.Stream, SocksReply.Success, _closing.Token).ConfigureAwait(false);
            await Relay.RunAsync(client, server, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client disconnected, the handshake timed out, or the proxy is closing. Nobody waits for an error.
        }
    }

    private async Task<SocksTarget?> ReadTargetAsync(Stream client)
    {
        using var limit = new CancellationTokenSource(HandshakeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        return await SocksHandshake.ReadAsync(client, either.Token).ConfigureAwait(false);
    }

    // Null if the connection failed; the client has then received the error reply.
    private async Task<Connection?> DialAsync(SocksTarget target, Stream client)
    {
        var key = Key(target.Host, target.Port);
        using var limit = new CancellationTokenSource(DialLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        Exception failure;
        try
        {
            var server = await guard.DialAsync(target.Host, target.Port, either.Token).ConfigureAwait(false);
            _failures.TryRemove(key, out _);
            return server;
        }
        catch (Exception e) when (e is BlockedAddressException or SocketException or ProxyException)
        {
            failure = e;
        }
        catch (OperationCanceledException) when (!_closing.IsCancellationRequested)
        {
            failure = new SocketException((int)SocketError.TimedOut);
        }
        // A page can request any number of hosts, so bound the record of failures.
        if (_failures.Count >= MaxFailures)
            _failures.Clear();
        _failures[key] = failure;
        await SocksHandshake
            .AnswerAsync(client, SocksHandshake.ReplyFor(failure), _closing.Token)
            .ConfigureAwait(false);
        return null;
    }

    // URLs put IPv6 addresses in brackets, SOCKS does not.
    private static string Key(string host, int port) => $"{host.Trim('[', ']')}:{port}";
}
