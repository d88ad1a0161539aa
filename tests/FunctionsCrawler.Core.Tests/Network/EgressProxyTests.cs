using System.Net;
using System.Net.Sockets;
using FunctionsCrawler.Core.Tests.Fetching;
using FunctionsCrawler.Network;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Network;

public sealed class EgressProxyTests : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly List<string> _lookUps = [];
    private PageServer _server = null!;
    private EgressProxy _proxy = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await PageServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("hello");
            if (context.Request.Path != "/endless")
                return;
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        Assert.True(AllowEntry.TryParseAllow("127.0.0.1/32", out var server, out _));
        var guard = new AddressGuard(new AddressPolicy { Allow = [server] }, ResolveAsync);
        _proxy = new EgressProxy(guard, TimeProvider.System);
        _proxy.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Get_AllowedHost_SucceedsAndResolvesOnce()
    {
        using var client = Client();

        Assert.Equal("hello", await client.GetStringAsync(At("site.example"), Cancellation));
        Assert.Equal("hello", await client.GetStringAsync(At("SITE.example."), Cancellation));

        Assert.Equal(["site.example"], _lookUps);
        Assert.Null(_proxy.FindFailure("site.example", _server.Url.Port));
    }

    [Theory]
    [InlineData(
        "forbidden.example",
        "forbidden.example resolves to 127.0.0.2, which may not be reached: loopback (127.0.0.0/8)."
    )]
    // The first address is allowed, but one forbidden address blocks the host.
    [InlineData(
        "both.example",
        "both.example resolves to 127.0.0.2, which may not be reached: loopback (127.0.0.0/8)."
    )]
    [InlineData("127.0.0.2", "127.0.0.2 may not be reached: loopback (127.0.0.0/8).")]
    public async Task Get_ForbiddenHost_IsRefusedAndRecordsTheReason(string host, string reason)
    {
        using var client = Client();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(At(host), Cancellation));

        Assert.Equal(
            reason,
            Assert.IsType<BlockedAddressException>(_proxy.FindFailure(host, _server.Url.Port)).Message
        );
        Assert.Null(_proxy.FindFailure(host, 1));
    }

    [Fact]
    public async Task Get_Ipv6Address_FailureIsFoundWithBrackets()
    {
        using var client = Client();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(At("[::1]"), Cancellation));

        Assert.IsType<BlockedAddressException>(_proxy.FindFailure("[::1]", _server.Url.Port));
    }

    [Theory]
    [InlineData("unknown.example", SocketError.HostNotFound)]
    [InlineData("site.example", SocketError.ConnectionRefused)]
    public async Task Get_ConnectionFails_RecordsTheSocketError(string host, SocketError error)
    {
        using var client = Client();
        var url = new UriBuilder(At(host)) { Port = 1 }.Uri;

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(url, Cancellation));

        Assert.Equal(error, Assert.IsType<SocketException>(_proxy.FindFailure(host, 1)).SocketErrorCode);
    }

    [Fact]
    public async Task Dispose_ConnectionsOpen_EndsThemAndTheListener()
    {
        using var client = Client();
        using var answer = await client.GetAsync(
            At("site.example", "endless"),
            HttpCompletionOption.ResponseHeadersRead,
            Cancellation
        );
        await using var body = await answer.Content.ReadAsStreamAsync(Cancellation);
        Assert.Equal(5, await body.ReadAtLeastAsync(new byte[5], 5, cancellationToken: Cancellation));
        using var silent = await ConnectAsync();

        await _proxy.DisposeAsync().AsTask().WaitAsync(Guard, Cancellation);

        await Assert.ThrowsAnyAsync<IOException>(async () => await body.ReadExactlyAsync(new byte[1], Cancellation));
        await Assert.ThrowsAsync<SocketException>(ConnectAsync);
    }

    [Fact]
    public async Task Dispose_NeverStarted_EndsAtOnceWithNoSocket()
    {
        var proxy = new EgressProxy(new AddressGuard(new AddressPolicy()), TimeProvider.System);

        await proxy.DisposeAsync().AsTask().WaitAsync(Guard, Cancellation);

        Assert.Equal((0, 0), (proxy.OpenSockets, proxy.Port));
    }

    // What a client sends and the complete answer, in hexadecimal.
    [Theory]
    [InlineData("04 01 00 50 7f000002 00", "")]
    [InlineData("05 01 02", "05ff")]
    [InlineData("05 00", "05ff")]
    [InlineData("05 01 00 05 02 00 01 7f000001 0050", "0500" + "05070001000000000000")]
    [InlineData("05 01 00 05 03 00 01 7f000001 0050", "0500" + "05070001000000000000")]
    [InlineData("05 01 00 05 01 00 02 7f000001 0050", "0500" + "05080001000000000000")]
    [InlineData("05 01 00 05 01 00 03 00 0050", "0500" + "05080001000000000000")]
    [InlineData("05 01 00 04 01 00 01 7f000001 0050", "0500")]
    [InlineData("05 02 00 02 05 01 00 01 7f000002 0050", "0500" + "05020001000000000000")]
    [InlineData("05 01 00 05 01 00 04 00000000000000000000000000000001 0050", "0500" + "05020001000000000000")]
    [InlineData("05 01 00 05 01 00 04 00000000000000000000ffff7f000002 0050", "0500" + "05020001000000000000")]
    // "a", a zero, ".example"
    [InlineData("05 01 00 05 01 00 03 0a 61002e6578616d706c65 0050", "0500" + "05040001000000000000")]
    [InlineData("05 01 00 05 01 00 01 7f000001 0001", "0500" + "05050001000000000000")]
    public async Task Handshake_InvalidOrRefused_IsAnsweredAndClosed(string sent, string answered)
    {
        using var client = await ConnectAsync();
        await using var stream = new NetworkStream(client);

        await stream.WriteAsync(Convert.FromHexString(sent.Replace(" ", "", StringComparison.Ordinal)), Cancellation);

        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, Cancellation).WaitAsync(Guard, Cancellation);
        }
        catch (IOException)
        {
            // The proxy closed the connection with unread data, which the client sees as a reset.
        }
        Assert.Equal(answered, Convert.ToHexStringLower(received.ToArray()));
        Assert.DoesNotContain("a", _lookUps);
    }

    [Fact]
    public async Task Connection_ServerResets_ClientIsReset()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = await ConnectAsync();
        await using var stream = new NetworkStream(client);
        await stream.WriteAsync(RequestFor(listener), Cancellation);
        await stream.ReadExactlyAsync(new byte[12], Cancellation);

        using (var server = await listener.AcceptSocketAsync(Cancellation))
            server.Close(timeout: 0);

        var e = await Assert.ThrowsAsync<IOException>(async () =>
            await stream.ReadExactlyAsync(new byte[1], Cancellation)
        );
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(e.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task Connection_OneSideHasFinishedSending_OtherDirectionStaysOpen()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = await ConnectAsync();
        await using var stream = new NetworkStream(client);
        await stream.WriteAsync((byte[])[.. RequestFor(listener), 42], Cancellation);
        client.Shutdown(SocketShutdown.Send);
        using var server = await listener.AcceptSocketAsync(Cancellation);
        await using var served = new NetworkStream(server);

        using var request = new MemoryStream();
        await served.CopyToAsync(request, Cancellation).WaitAsync(Guard, Cancellation);
        await served.WriteAsync(new byte[] { 43 }, Cancellation);
        server.Shutdown(SocketShutdown.Send);

        Assert.Equal([42], request.ToArray());
        using var answered = new MemoryStream();
        await stream.CopyToAsync(answered, Cancellation).WaitAsync(Guard, Cancellation);
        Assert.Equal(43, answered.ToArray()[^1]);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _proxy.Port, Cancellation);
        return socket;
    }

    // Greeting and request in one message; some clients send them without waiting for the first answer.
    private static byte[] RequestFor(TcpListener listener)
    {
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return [5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, (byte)(port >> 8), (byte)port];
    }

    private HttpClient Client() =>
        new(new SocketsHttpHandler { Proxy = new WebProxy($"socks5://127.0.0.1:{_proxy.Port}"), UseProxy = true });

    private Uri At(string host, string path = "") => new($"http://{host}:{_server.Url.Port}/{path}");

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        _lookUps.Add(host);
        return Task.FromResult<IPAddress[]>(
            host.ToLowerInvariant() switch
            {
                "site.example" => [IPAddress.Loopback],
                "forbidden.example" => [IPAddress.Parse("127.0.0.2")],
                "both.example" => [IPAddress.Loopback, IPAddress.Parse("127.0.0.2")],
                _ => throw new SocketException((int)SocketError.HostNotFound),
            }
        );
    }
}
