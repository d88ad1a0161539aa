using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Network;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Fetching;

public sealed class HttpFetcherErrorTests : HttpFetcherTestBase
{
    [Theory]
    [InlineData(404, ErrorCode.Http4xx)]
    [InlineData(429, ErrorCode.Http4xx)]
    [InlineData(500, ErrorCode.Http5xx)]
    [InlineData(503, ErrorCode.Http5xx)]
    [InlineData(304, ErrorCode.Protocol)]
    [InlineData(300, ErrorCode.Protocol)]
    public async Task Fetch_ErrorStatus_FailsWithoutReadingTheBody(int status, ErrorCode error)
    {
        await using var server = RawServer.Hanging(
            $"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\nContent-Length: 100000000\r\n\r\n<p>"
        );

        var result = await FetchAsync(server.Url);

        AssertError(error, result);
        Assert.Equal(status, result.Status);
        Assert.Equal(server.Url.ToString(), result.FinalUrl);
        Assert.Contains($"{status}", result.Error!.Message);
    }

    [Fact]
    public async Task Fetch_NothingListens_IsConnectError()
    {
        using var closed = new ReservedPort();

        var result = await FetchAsync(new Uri($"http://127.0.0.1:{closed.Number}/"));

        AssertError(ErrorCode.Connect, result);
        Assert.Null(result.FinalUrl);
        Assert.Null(result.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Ty")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n<p>")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<p>\r\n")]
    public async Task Fetch_ConnectionBreaks_IsConnectError(string beginning)
    {
        await using var closing = RawServer.Sending(beginning);
        await using var resetting = RawServer.Resetting(beginning);

        AssertError(ErrorCode.Connect, await FetchAsync(closing.Url));
        AssertError(ErrorCode.Connect, await FetchAsync(resetting.Url));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon here\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public async Task Fetch_MalformedResponse_IsProtocolError(string answer)
    {
        await using var server = RawServer.Sending(answer);

        AssertError(ErrorCode.Protocol, await FetchAsync(server.Url));
    }

    [Fact]
    public async Task Fetch_HugeHeaders_IsProtocolError()
    {
        await using var server = RawServer.Sending($"HTTP/1.1 200 OK\r\nX: {new string('x', 1024 * 1024)}\r\n\r\n");

        AssertError(ErrorCode.Protocol, await FetchAsync(server.Url));
    }

    [Fact]
    public async Task Fetch_UnknownHost_IsDnsError() =>
        AssertError(ErrorCode.Dns, await FetchAsync(new Uri("http://nonexistent.invalid/")));

    [Theory]
    [InlineData(SocketError.HostNotFound, ErrorCode.Dns)]
    [InlineData(SocketError.TryAgain, ErrorCode.Dns)]
    [InlineData(SocketError.ConnectionRefused, ErrorCode.Connect)]
    [InlineData(SocketError.NetworkUnreachable, ErrorCode.Connect)]
    public async Task Fetch_ConnectHookFails_MapsSocketError(SocketError error, ErrorCode code)
    {
        var options = new HttpFetcherOptions { Connect = (_, _) => throw new SocketException((int)error) };

        AssertError(code, await FetchAsync(new Uri("http://example.com/"), options));
    }

    [Fact]
    public async Task Fetch_ConnectHookBlocks_IsBlockedAddressError()
    {
        var refusal = new BlockedHost("example.com", IPAddress.Parse("10.0.0.1"), "private");
        var options = new HttpFetcherOptions { Connect = (_, _) => throw new BlockedAddressException(refusal) };

        var error = (await FetchAsync(new Uri("https://example.com/"), options)).Error;

        Assert.Equal(new PageError(ErrorCode.BlockedAddress, refusal.Message), error);
    }

    [Fact]
    public async Task Fetch_ConnectHook_OpensTheConnection()
    {
        await using var server = await PageServer.StartAsync(context => context.Response.WriteAsync("reached"));
        var options = new HttpFetcherOptions
        {
            Connect = async (context, cancellation) =>
            {
                Assert.Equal("example.com", context.DnsEndPoint.Host);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, server.Url.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };

        Assert.Equal("reached", (await FetchAsync(new Uri("http://example.com/"), options)).Text);
    }

    [Fact]
    public async Task Fetch_SelfSignedCertificate_IsTlsError()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
        await using var server = await PageServer.StartAsync(
            context => context.Response.WriteAsync("secret"),
            listen => listen.UseHttps(certificate)
        );

        AssertError(ErrorCode.Tls, await FetchAsync(new Uri($"https://localhost:{server.Url.Port}/")));
    }

    [Fact]
    public async Task Fetch_HttpsToPlainHttpServer_IsTlsError()
    {
        await using var server = new RawServer(
            (socket, cancellation) => RawServer.SendAsync(socket, "HTTP/1.1 400 Bad Request\r\n\r\n", cancellation),
            readHead: false
        );

        AssertError(ErrorCode.Tls, await FetchAsync(new Uri($"https://127.0.0.1:{server.Url.Port}/")));
    }

    [Fact]
    public async Task Fetch_ResetInHandshake_IsConnectError()
    {
        await using var server = new RawServer(
            async (socket, cancellation) =>
            {
                await socket.ReceiveAsync(new byte[1], cancellation);
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            },
            readHead: false
        );

        AssertError(ErrorCode.Connect, await FetchAsync(new Uri($"https://127.0.0.1:{server.Url.Port}/")));
    }

    [Theory]
    [InlineData("ftp://example.com/")]
    [InlineData("/relative")]
    public async Task Fetch_NotHttp_ThrowsArgumentException(string url) =>
        await Assert.ThrowsAsync<ArgumentException>(() => FetchAsync(new Uri(url, UriKind.RelativeOrAbsolute)));
}
