using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FunctionsCrawler.Network.Proxies;

/// <summary>The client side of the SOCKS 5 handshake (RFC 1928), with a user name and password (RFC 1929).</summary>
internal static class SocksTunnel
{
    private const byte Version = 5;
    private const byte NoAuthentication = 0;
    private const byte UserAndPassword = 2;
    private const byte NoMethod = 0xff;
    private const byte AddressV4 = 1;
    private const byte AddressName = 3;
    private const byte AddressV6 = 4;

    /// <summary>Asks the proxy for a connection. Afterwards the stream carries it.</summary>
    /// <exception cref="ProxyException">The proxy refused, or answered with something else.</exception>
    /// <exception cref="EndOfStreamException">The proxy closed the connection.</exception>
    public static async Task OpenAsync(
        Stream stream,
        UpstreamProxy proxy,
        IPEndPoint target,
        CancellationToken cancellationToken
    )
    {
        byte[] greeting = proxy.User is null
            ? [Version, 1, NoAuthentication]
            : [Version, 2, NoAuthentication, UserAndPassword];
        await stream.WriteAsync(greeting, cancellationToken).ConfigureAwait(false);
        var method = await ReadAsync(stream, 2, cancellationToken).ConfigureAwait(false);
        if (method[0] != Version)
            throw NotSocks(proxy);
        if (method[1] == UserAndPassword && proxy.User is not null)
            await AuthenticateAsync(stream, proxy, cancellationToken).ConfigureAwait(false);
        else if (method[1] == NoMethod && proxy.User is null)
            throw Refused(proxy, "it requires a user name and password", ProxyFault.Proxy);
        else if (method[1] != NoAuthentication)
            throw Refused(proxy, "it requires another kind of authentication", ProxyFault.Proxy);
        await stream.WriteAsync(RequestFor(target), cancellationToken).ConfigureAwait(false);
        await ReadReplyAsync(stream, proxy, cancellationToken).ConfigureAwait(false);
    }

    private static async Task AuthenticateAsync(Stream stream, UpstreamProxy proxy, CancellationToken cancellationToken)
    {
        var (user, password) = (Encoding.UTF8.GetBytes(proxy.User!), Encoding.UTF8.GetBytes(proxy.Password));
        byte[] message = [1, (byte)user.Length, .. user, (byte)password.Length, .. password];
        await stream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        var answer = await ReadAsync(stream, 2, cancellationToken).ConfigureAwait(false);
        if (answer[1] != 0)
            throw Refused(proxy, "it did not accept the user name and password", ProxyFault.Proxy);
    }

    private static byte[] RequestFor(IPEndPoint target)
    {
        var port = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)target.Port);
        var kind = target.AddressFamily == AddressFamily.InterNetwork ? AddressV4 : AddressV6;
        return [Version, 1, 0, kind, .. target.Address.GetAddressBytes(), .. port];
    }

    private static async Task ReadReplyAsync(Stream stream, UpstreamProxy proxy, CancellationToken cancellationToken)
    {
        var reply = await ReadAsync(stream, 2, cancellationToken).ConfigureAwait(false);
        if (reply[0] != Version)
            throw NotSocks(proxy);
        // Some proxies send nothing after the code of a refusal.
        if (reply[1] != 0)
            throw Refused(proxy, Describe(reply[1]), ProxyFault.Target);
        var kind = (await ReadAsync(stream, 2, cancellationToken).ConfigureAwait(false))[1];
        var length = kind switch
        {
            AddressV4 => 4,
            AddressV6 => 16,
            AddressName => (await ReadAsync(stream, 1, cancellationToken).ConfigureAwait(false))[0],
            _ => throw NotSocks(proxy),
        };
        await ReadAsync(stream, length + 2, cancellationToken).ConfigureAwait(false);
    }

    // RFC 1928, section 6.
    private static string Describe(byte code) =>
        code switch
        {
            1 => "general failure",
            2 => "its rules do not allow it",
            3 => "network unreachable",
            4 => "host unreachable",
            5 => "refused by the host",
            6 => "time to live expired",
            7 => "CONNECT is not supported",
            8 => "this kind of address is not supported",
            _ => $"code {code}",
        };

    private static async Task<byte[]> ReadAsync(Stream stream, int length, CancellationToken cancellationToken)
    {
        var buffer = new byte[length];
        await stream.ReadExactlyAsync(buffer, cancellationToken).ConfigureAwait(false);
        return buffer;
    }

    private static ProxyException Refused(UpstreamProxy proxy, string reason, ProxyFault fault) =>
        new($"the proxy {proxy} refused the connection ({reason})", fault);

    private static ProxyException NotSocks(UpstreamProxy proxy) =>
        new($"the proxy {proxy} did not answer with SOCKS 5", ProxyFault.Proxy);
}
