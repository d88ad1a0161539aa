using System.Net;
using System.Net.Sockets;
using System.Text;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Core.Tests.Network;

public class GuardedConnectionTests
{
    private static readonly AddressPolicy AllowPrivate = new() { AllowPrivate = true };

    [Fact]
    public async Task Connect_FirstAddressRefuses_ConnectsToTheNextAndResolvesOnce()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerOnceAsync(listener);
        var lookUps = new List<string>();
        var guard = new AddressGuard(
            AllowPrivate,
            (host, _) =>
            {
                lookUps.Add(host);
                // Nothing listens on 127.0.0.2; the second address is 127.0.0.1, IPv4-mapped.
                return Task.FromResult(new[] { IPAddress.Parse("127.0.0.2"), IPAddress.Parse("::ffff:127.0.0.1") });
            }
        );

        Assert.Equal("hello", await GetAsync(guard, Port(listener)));
        Assert.Equal(["site.example"], lookUps);
        await answering;
    }

    [Fact]
    public async Task Connect_ForbiddenAddress_IsBlockedWithoutConnecting()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var guard = new AddressGuard(new AddressPolicy(), (_, _) => Task.FromResult(new[] { IPAddress.Loopback }));

        var e = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(guard, Port(listener)));
        var blocked = Assert.IsType<BlockedAddressException>(e.InnerException);
        Assert.Equal("site.example", blocked.Verdict.Host);
        Assert.Equal("loopback (127.0.0.0/8)", blocked.Verdict.Range);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Connect_UnknownHost_IsANameResolutionError()
    {
        var guard = new AddressGuard(AllowPrivate, (_, _) => throw new SocketException(11, "try again"));
        var e = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(guard, 80));
        Assert.Equal(HttpRequestError.NameResolutionError, e.HttpRequestError);
        Assert.Contains("site.example does not resolve: try again", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_PortIsClosed_IsAConnectionError()
    {
        using var closed = new ReservedPort();

        var guard = new AddressGuard(AllowPrivate, (_, _) => Task.FromResult(new[] { IPAddress.Loopback }));
        var e = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(guard, closed.Number));
        Assert.Equal(HttpRequestError.ConnectionError, e.HttpRequestError);
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(e.InnerException).SocketErrorCode);
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static async Task<string> GetAsync(AddressGuard guard, int port)
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = guard.ConnectAsync, UseProxy = false };
        using var client = new HttpClient(handler);
        return await client.GetStringAsync(new Uri($"http://site.example:{port}/"));
    }

    private static async Task AnswerOnceAsync(TcpListener listener)
    {
        using var socket = await listener.AcceptSocketAsync();
        await socket.ReceiveAsync(new byte[4096]);
        await socket.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
    }
}
