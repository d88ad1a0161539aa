using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using FunctionsCrawler.Dispatch;

namespace FunctionsCrawler.Safety;

/// <summary>
/// One browser's only way to the network: a SOCKS 5 proxy on loopback. What Chromium would resolve and dial itself is resolved
/// once and dialled here, through the guard, whichever part of a page asks for it.
/// </summary>
/// <param name="guard">Says what may be reached.</param>
/// <param name="time">The clock.</param>
internal sealed class EgressProxy(AddressGuard guard, TimeProvider time) : IAsyncDisposable
{
    private const int MaxFailures = 1024;
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DialLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _closing = new();
    private readonly RunningTasks _connections = new();
    private readonly ConcurrentDictionary<string, Exception> _failures = new(StringComparer.OrdinalIgnoreCase);
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    /// <summary>The port on 127.0.0.1, once it listens.</summary>
    public int Port { get; private set; }

    /// <summary>How many of its sockets are in use: the one that listens, and each connection.</summary>
    public int OpenSockets => _connections.Count + (_accepting.IsCompleted ? 0 : 1);

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SocketException">There is no file or no port left.</exception>
    public void Start()
    {
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>Why the last connection to a host and port was not made, since one was; null when it was.</summary>
    /// <returns>A <see cref="BlockedAddressException"/> or a <see cref="SocketException"/>.</returns>
    public Exception? FindFailure(string host, int port) => _failures.GetValueOrDefault(Key(host, port));

    /// <summary>Breaks all connections and stops listening.</summary>
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
                // Out of files, say. Others will be closed; what waits to be accepted, waits.
                await Task.Delay(Pause, time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            client.NoDelay = true;
            if (await ReadTargetAsync(stream).ConfigureAwait(false) is not { } target)
                return;
            using var server = await DialAsync(target, stream).ConfigureAwait(false);
            if (server is null)
                return;
            await SocksHandshake.AnswerAsync(stream, SocksReply.Success, _closing.Token).ConfigureAwait(false);
            await Relay.RunAsync(client, server, _closing.Token).ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client went away or said nothing in time, or all of it ends: there is nobody to tell.
        }
    }

    private async Task<SocksTarget?> ReadTargetAsync(Stream client)
    {
        using var limit = new CancellationTokenSource(HandshakeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        return await SocksHandshake.ReadAsync(client, either.Token).ConfigureAwait(false);
    }

    // Null: it was not to be reached, the client knows.
    private async Task<Socket?> DialAsync(SocksTarget target, Stream client)
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
        catch (Exception e) when (e is BlockedAddressException or SocketException)
        {
            failure = e;
        }
        catch (OperationCanceledException) when (!_closing.IsCancellationRequested)
        {
            failure = new SocketException((int)SocketError.TimedOut);
        }
        // A page can ask for names without end.
        if (_failures.Count >= MaxFailures)
            _failures.Clear();
        _failures[key] = failure;
        await SocksHandshake
            .AnswerAsync(client, SocksHandshake.ReplyFor(failure), _closing.Token)
            .ConfigureAwait(false);
        return null;
    }

    // A URL writes an IPv6 address in brackets, SOCKS does not.
    private static string Key(string host, int port) => $"{host.Trim('[', ']')}:{port}";
}
