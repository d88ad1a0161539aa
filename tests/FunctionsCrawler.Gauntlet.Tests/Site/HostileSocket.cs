using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FunctionsCrawler.Gauntlet.Tests.Site;

/// <summary>A listening socket on loopback for answers that no web server would give.</summary>
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
                // The client has gone, or the test is over.
            }
        }
    }
}

/// <summary>One connection of a client.</summary>
internal sealed class HostileConnection(Socket socket, CancellationToken ending)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Reads until the head of a request has ended.</summary>
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

    public async Task SayAsync(string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text), ending);

    /// <summary>Says it byte by byte.</summary>
    public async Task DripAsync(string text)
    {
        foreach (var character in text)
        {
            await SayAsync(character.ToString());
            await Task.Delay(Pause, ending);
        }
    }

    /// <summary>Keeps the connection and says nothing until the test is over.</summary>
    public Task StallAsync() => Task.Delay(Timeout.Infinite, ending);

    /// <summary>Ends the connection with a reset instead of an orderly close.</summary>
    public void Reset() => socket.LingerState = new LingerOption(enable: true, seconds: 0);
}
