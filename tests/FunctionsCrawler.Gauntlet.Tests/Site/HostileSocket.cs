using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FunctionsCrawler.Gauntlet.Tests.Site;

/// <summary>A listening socket on loopback for responses that a web server library would not send.</summary>
internal sealed class HostileSocket : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public HostileSocket(Func<HostileConnection, Task> answer)
    {
        _listener.Start();
        _loop = Task.Run(() => AcceptAsync(answer));
    }

    public EndPoint EndPoint => _listener.LocalEndpoint;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<HostileConnection, Task> answer)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token), answer));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket, Func<HostileConnection, Task> answer)
    {
        using (socket)
        {
            try
            {
                await answer(new HostileConnection(socket, _stop.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // The client has disconnected, or the test is over.
            }
        }
    }
}

/// <summary>One accepted connection, with helpers to answer it badly.</summary>
internal sealed class HostileConnection(Socket socket, CancellationToken ending)
{
    private static readonly TimeSpan DripInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Reads up to the end of the request's headers.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer, ending);
            if (count == 0)
                throw new SocketException((int)SocketError.ConnectionReset);
            head.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        return head.ToString();
    }

    public async Task SendAsync(string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text), ending);

    /// <summary>Sends a text byte by byte, one every 50 ms.</summary>
    public async Task DripAsync(string text)
    {
        foreach (var character in text)
        {
            await SendAsync(character.ToString());
            await Task.Delay(DripInterval, ending);
        }
    }

    /// <summary>Keeps the connection open without sending anything until the test is over.</summary>
    public Task StallAsync() => Task.Delay(Timeout.Infinite, ending);

    /// <summary>Makes the connection close with a reset instead of an orderly shutdown.</summary>
    public void Reset() => socket.LingerState = new LingerOption(enable: true, seconds: 0);
}
