using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FunctionsCrawler.Safety;

/// <summary>The server's half of how a SOCKS 5 connection begins (RFC 1928): no authentication, and CONNECT alone.</summary>
internal static class SocksHandshake
{
    private const byte Version = 5;
    private const byte Connect = 1;

    /// <summary>Reads greeting and request, and answers the greeting.</summary>
    /// <returns>Where the client wants to go; null when it asked for something else, has been told so, and gets nothing more.</returns>
    /// <exception cref="EndOfStreamException">The client went away in the middle.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<SocksTarget?> ReadAsync(Stream client, CancellationToken cancellationToken)
    {
        // The longest part is a name: its length, up to 255 bytes, and a port.
        var buffer = new byte[258];
        await client.ReadExactlyAsync(buffer.AsMemory(0, 2), cancellationToken).ConfigureAwait(false);
        if (buffer[0] != Version)
            return null;
        var methods = buffer.AsMemory(0, buffer[1]);
        await client.ReadExactlyAsync(methods, cancellationToken).ConfigureAwait(false);
        var isOpen = methods.Span.Contains((byte)0);
        await client
            .WriteAsync(new byte[] { Version, isOpen ? (byte)0 : (byte)0xff }, cancellationToken)
            .ConfigureAwait(false);
        if (!isOpen)
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

    /// <summary>Answers the request. After anything but success the connection is closed.</summary>
    public static ValueTask AnswerAsync(Stream client, SocksReply reply, CancellationToken cancellationToken) =>
        // The address that was dialled is nobody's business: 0.0.0.0:0.
        client.WriteAsync(
            new byte[] { Version, (byte)reply, 0, (byte)AddressKind.V4, 0, 0, 0, 0, 0, 0 },
            cancellationToken
        );

    /// <summary>What a failure to connect is called.</summary>
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

/// <summary>Where a client wants to go.</summary>
/// <param name="Host">A name or an address, without brackets.</param>
/// <param name="Port">The port.</param>
internal sealed record SocksTarget(string Host, int Port);

/// <summary>The answers of RFC 1928 section 6 that are given.</summary>
[SuppressMessage("Design", "CA1028", Justification = "It is one byte of the protocol.")]
internal enum SocksReply : byte
{
    /// <summary>Connected.</summary>
    Success = 0,

    /// <summary>Failed for a reason that has no number.</summary>
    Failure = 1,

    /// <summary>The address may not be reached.</summary>
    NotAllowed = 2,

    /// <summary>No route.</summary>
    NetworkUnreachable = 3,

    /// <summary>No such host, or it does not answer.</summary>
    HostUnreachable = 4,

    /// <summary>Nobody listens.</summary>
    Refused = 5,

    /// <summary>Not CONNECT.</summary>
    CommandNotSupported = 7,

    /// <summary>Neither a name nor an address.</summary>
    AddressKindNotSupported = 8,
}
