using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FunctionsCrawler.Core.Tests.Network;

/// <summary>What a <see cref="TestProxy"/> does with its connections.</summary>
internal enum ProxyConduct
{
    Works,

    /// <summary>Answers that it did not connect.</summary>
    Refuses,

    /// <summary>Never answers.</summary>
    Hangs,

    /// <summary>Closes the connection after the first message.</summary>
    Closes,

    /// <summary>Answers with another protocol.</summary>
    Garbage,

    /// <summary>Sends headers without an end.</summary>
    Endless,

    /// <summary>Resets the connection after the first bytes from the target.</summary>
    BreaksOff,
}

/// <summary>An HTTP or SOCKS 5 proxy on loopback that records where it connected, and can misbehave.</summary>
internal sealed class TestProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _closing = new();
    private readonly bool _isSocks;
    private readonly string? _credentials;
    private readonly Task _accepting;
    private int _open;

    /// <param name="scheme">http or socks5.</param>
    /// <param name="credentials">What clients must send, as user:password; null: nothing.</param>
    /// <param name="conduct">What it does with its connections.</param>
    public TestProxy(string scheme, string? credentials = null, ProxyConduct conduct = ProxyConduct.Works)
    {
        (_isSocks, _credentials, Conduct) = (scheme == "socks5", credentials, conduct);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Name = $"{scheme}://{_listener.LocalEndPoint}";
        _accepting = AcceptAsync();
    }

    /// <summary>The URL without credentials.</summary>
    public string Name { get; }

    /// <summary>The URL with the credentials.</summary>
    public string Url =>
        _credentials is null ? Name : Name.Replace("://", $"://{_credentials}@", StringComparison.Ordinal);

    public ProxyConduct Conduct { get; set; }

    /// <summary>The targets that were asked for, such as 127.0.0.1:80.</summary>
    public ConcurrentQueue<string> Targets { get; } = new();

    /// <summary>The ports from which this proxy connected to targets.</summary>
    public ConcurrentQueue<int> Ports { get; } = new();

    /// <summary>The connections of clients that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_closing.Token);
                Interlocked.Increment(ref _open);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var client = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (_isSocks)
                await ServeSocksAsync(client, socket);
            else
                await ServeHttpAsync(client, socket);
        }
        catch (Exception e)
            when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client or the target has disconnected, or the proxy ends.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task ServeHttpAsync(NetworkStream client, Socket socket)
    {
        var header = new StringBuilder();
        var one = new byte[1];
        while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await client.ReadExactlyAsync(one, _closing.Token);
            header.Append((char)one[0]);
        }
        var lines = header.ToString().Split("\r\n");
        var target = lines[0].Split(' ')[1];
        Targets.Enqueue(target);
        var expected = _credentials is null
            ? null
            : "Proxy-Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(_credentials));
        if (expected is not null && !lines.Contains(expected, StringComparer.Ordinal))
            await SendAsync(client, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
        else if (!await MisbehavesAsync(client, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"u8.ToArray()))
            await RelayAsync(client, socket, target, "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
    }

    private async Task ServeSocksAsync(NetworkStream client, Socket socket)
    {
        var greeting = await ReadAsync(client, 2);
        var methods = await ReadAsync(client, greeting[1]);
        if (Conduct is not (ProxyConduct.Works or ProxyConduct.Refuses or ProxyConduct.BreaksOff))
        {
            await MisbehavesAsync(client, []);
            return;
        }
        byte method = _credentials is null ? (byte)0 : (byte)2;
        if (!methods.Contains(method))
        {
            await client.WriteAsync(new byte[] { 5, 0xff }, _closing.Token);
            return;
        }
        await client.WriteAsync(new byte[] { 5, method }, _closing.Token);
        if (_credentials is not null)
        {
            var user = Encoding.UTF8.GetString(await ReadAsync(client, (await ReadAsync(client, 2))[1]));
            var password = Encoding.UTF8.GetString(await ReadAsync(client, (await ReadAsync(client, 1))[0]));
            var isRight = $"{user}:{password}" == _credentials;
            await client.WriteAsync(new byte[] { 1, isRight ? (byte)0 : (byte)1 }, _closing.Token);
            if (!isRight)
                return;
        }
        var request = await ReadAsync(client, 4);
        var address = new IPAddress(await ReadAsync(client, request[3] == 1 ? 4 : 16));
        var port = await ReadAsync(client, 2);
        var target = new IPEndPoint(address, (port[0] << 8) | port[1]).ToString();
        Targets.Enqueue(target);
        if (!await MisbehavesAsync(client, [5, 2, 0, 1, 0, 0, 0, 0, 0, 0]))
            await RelayAsync(client, socket, target, [5, 0, 0, 3, 1, 97, 0, 0]);
    }

    private async Task<bool> MisbehavesAsync(NetworkStream client, byte[] refusal)
    {
        switch (Conduct)
        {
            case ProxyConduct.Refuses:
                await client.WriteAsync(refusal, _closing.Token);
                return true;
            case ProxyConduct.Hangs:
                // Ends when the client closes the connection.
                await client.ReadExactlyAsync(new byte[1], _closing.Token);
                return true;
            case ProxyConduct.Closes:
                return true;
            case ProxyConduct.Garbage:
                await SendAsync(client, "220 mail.example ESMTP\r\n");
                await client.ReadExactlyAsync(new byte[1], _closing.Token);
                return true;
            case ProxyConduct.Endless:
                for (var line = _isSocks ? "\u0005\u0001" : "HTTP/1.1 200 OK\r\n"; ; line = "X-More: more\r\n")
                    await SendAsync(client, line);
            default:
                return false;
        }
    }

    private async Task RelayAsync(NetworkStream client, Socket socket, string target, byte[] success)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await server.ConnectAsync(IPEndPoint.Parse(target), _closing.Token);
        Ports.Enqueue(((IPEndPoint)server.LocalEndPoint!).Port);
        await client.WriteAsync(success, _closing.Token);
        await using var served = new NetworkStream(server);
        if (Conduct == ProxyConduct.BreaksOff)
        {
            var sending = client.CopyToAsync(served, _closing.Token);
            var begun = await served.ReadAsync(new byte[64], _closing.Token);
            await client.WriteAsync(new byte[begun], _closing.Token);
            socket.Close(timeout: 0);
            await sending;
            return;
        }
        // A browser and a server of HTTP both close the whole connection.
        await Task.WhenAny(client.CopyToAsync(served, _closing.Token), served.CopyToAsync(client, _closing.Token));
    }

    private async Task SendAsync(NetworkStream client, string text) =>
        await client.WriteAsync(Encoding.Latin1.GetBytes(text), _closing.Token);

    private async Task<byte[]> ReadAsync(NetworkStream client, int length)
    {
        var buffer = new byte[length];
        await client.ReadExactlyAsync(buffer, _closing.Token);
        return buffer;
    }
}
