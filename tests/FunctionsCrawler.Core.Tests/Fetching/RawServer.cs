using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>A TCP server on loopback that sends raw bytes, for responses that no web server would send.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="answer">
    /// Called for each connection, after the head of the request was read. The connection is closed when it returns.
    /// </param>
    /// <param name="readHead">False to call <paramref name="answer"/> at once.</param>
    public RawServer(Func<Socket, CancellationToken, Task> answer, bool readHead = true)
    {
        _listener.Start();
        _loop = Task.Run(() => AcceptAsync(answer, readHead));
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>Completes when the first request was read.</summary>
    public Task Requested => _requested.Task;

    /// <summary>The number of connections accepted.</summary>
    public int Connections { get; private set; }

    /// <summary>Sends <paramref name="answer"/> and closes the connection.</summary>
    public static RawServer Sending(string answer) =>
        new((socket, cancellation) => SendAsync(socket, answer, cancellation));

    /// <summary>Sends <paramref name="beginning"/> and then nothing, keeping the connection open.</summary>
    public static RawServer Hanging(string beginning) =>
        new(
            async (socket, cancellation) =>
            {
                await SendAsync(socket, beginning, cancellation);
                await Task.Delay(Timeout.Infinite, cancellation);
            }
        );

    /// <summary>Sends <paramref name="beginning"/> and resets the connection.</summary>
    public static RawServer Resetting(string beginning) =>
        new(
            async (socket, cancellation) =>
            {
                await SendAsync(socket, beginning, cancellation);
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        );

    public static async Task SendAsync(Socket socket, string text, CancellationToken cancellation) =>
        await socket.SendAsync(Encoding.Latin1.GetBytes(text), cancellation);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<Socket, CancellationToken, Task> answer, bool readHead)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Connections++;
                connections.Add(ServeAsync(socket, answer, readHead));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket, Func<Socket, CancellationToken, Task> answer, bool readHead)
    {
        using (socket)
        {
            try
            {
                var head = new StringBuilder();
                var buffer = new byte[4096];
                while (readHead && !head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    var count = await socket.ReceiveAsync(buffer, _stop.Token);
                    if (count == 0)
                        return;
                    head.Append(Encoding.Latin1.GetString(buffer, 0, count));
                }
                _requested.TrySetResult();
                await answer(socket, _stop.Token);
                if (socket.LingerState is not { Enabled: true })
                    socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // The client disconnected or the server is being disposed.
            }
        }
    }
}
