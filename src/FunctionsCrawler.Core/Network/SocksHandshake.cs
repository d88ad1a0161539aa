using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FunctionsCrawler.Network;

/// <summary>The server side of the SOCKS 5 handshake (RFC 1928), without authentication and with the CONNECT command only.</summary>
internal static class SocksHandshake
{
    private const byte Version = 5;
    private const byte Connect = 1;

    /// <summary>Reads the greeting and the request, and answers the greeting.</summary>
    /// <returns>
    /// The requested target; null if the request is invalid or not supported. The client has then received the error reply,
    /// if SOCKS 5 has one, and the caller closes the connection.
    /// </returns>
    /// <exception cref="EndOfStreamException">The client disconnected during the handshake.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<SocksTarget?> ReadAsync(Stream client, CancellationToken cancellationToken)
    {
        // The longest part is a host name: a length byte, up to 255 bytes, and two bytes for the port.
        var buffer = new byte[258];
        await client.ReadExactlyAsync(buffer.AsMemory(0, 2), cancellationToken).ConfigureAwait(false);
        if (buffer[0] != Version)
            return null;
        var methods = buffer.AsMemory(0, buffer[1]);
        await client.ReadExactlyAsync(methods, cancellationToken).ConfigureAwait(false);
        var offersNoAuthentication = methods.Span.Contains((byte)0);
        await client
            .WriteAsync(new byte[] { Version, offersNoAuthentication ? (byte)0 : (byte)0xff }, cancellationToken)
            .ConfigureAwait(false);
        if (!offersNoAuthentication)
            return null;

        await client.ReadExactlyAsync(buffer.AsMemory(0, 4), cancellationToken).ConfigureAwait(false);
        if (buffer[0] != Version)
            return null;
        var (command, kind) = (buffer[1], (AddressKind)buffer[3]);
        var length = kind switch
        {
            AddressKind.V4 => 4,
            AddressKind.V6 => 16,
            AddressKind.Name => await ReadLengthAsync(client, buffer, cancellationToken).ConfigureAwait(false),
            _ => 0,
        };
        if (length == 0)
        {
            await AnswerAsync(client, SocksReply.AddressKindNotSupported, cancellationToken).ConfigureAwait(false);
            return null;
        }
        await client.ReadExactlyAsync(buffer.AsMemory(0, length + 2), cancellationToken).ConfigureAwait(false);
        if (command != Connect)
        {
            await AnswerAsync(client, SocksReply.CommandNotSupported, cancellationToken).ConfigureAwait(false);
            return null;
        }
        var host =
            kind == AddressKind.Name
                ? Encoding.Latin1.GetString(buffer, 0, length)
                : new IPAddress(buffer.AsSpan(0, length)).ToString();
        return new SocksTarget(host, BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(length)));
    }

    /// <summary>Answers the request. After any reply but success the caller closes the connection.</summary>
    public static ValueTask AnswerAsync(Stream client, SocksReply reply, CancellationToken cancellationToken) =>
        // Reports 0.0.0.0:0 as the bound address, so that the page cannot learn anything about the network.
        client.WriteAsync(
            new byte[] { Version, (byte)reply, 0, (byte)AddressKind.V4, 0, 0, 0, 0, 0, 0 },
            cancellationToken
        );

    /// <summary>Maps a connection error to a reply code.</summary>
    public static SocksReply ReplyFor(Exception failure) =>
        failure switch
        {
            BlockedAddressException => SocksReply.NotAllowed,
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => SocksReply.Refused,
            SocketException { SocketErrorCode: SocketError.NetworkUnreachable } => SocksReply.NetworkUnreachable,
            SocketException => SocksReply.HostUnreachable,
            _ => SocksReply.Failure,
        };

    private static async Task<int> ReadLengthAsync(Stream client, byte[] buffer, CancellationToken cancellationToken)
    {
        await client.ReadExactlyAsync(buffer.AsMemory(0, 1), cancellationToken).ConfigureAwait(false);
        return buffer[0];
    }

    private enum AddressKind : byte
    {
        V4 = 1,
        Name = 3,
        V6 = 4,
    }
}

/// <summary>The destination of a CONNECT request.</summary>
/// <param name="Host">A name or an address, without brackets.</param>
/// <param name="Port">The TCP port.</param>
internal sealed record SocksTarget(string Host, int Port);

/// <summary>The reply codes of RFC 1928 section 6 that this proxy sends.</summary>
[SuppressMessage("Design", "CA1028", Justification = "The protocol encodes it in one byte.")]
internal enum SocksReply : byte
{
    /// <summary>The connection is established.</summary>
    Success = 0,

    /// <summary>General failure; no other code fits.</summary>
    Failure = 1,

    /// <summary>The address guard blocked the host.</summary>
    NotAllowed = 2,

    /// <summary>There is no route to the network.</summary>
    NetworkUnreachable = 3,

    /// <summary>The host does not exist or does not answer.</summary>
    HostUnreachable = 4,

    /// <summary>The host refused the connection.</summary>
    Refused = 5,

    /// <summary>The command is not CONNECT.</summary>
    CommandNotSupported = 7,

    /// <summary>The target is neither a name nor an IP address.</summary>
    AddressKindNotSupported = 8,
}
