using System.Net;
using System.Net.Sockets;

namespace FunctionsCrawler.Network;

/// <summary>
/// Connects to the first of a host's addresses that accepts the connection. Attempts start 250 ms apart, or immediately
/// when an attempt fails, so that an unreachable IPv6 address costs a short delay instead of a timeout (RFC 8305, Happy
/// Eyeballs).
/// </summary>
internal static class Dialer
{
    // RFC 8305 section 8.
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Tries the addresses in order and returns the first connection; the other attempts are cancelled.</summary>
    /// <param name="addresses">At least one address, in order of preference.</param>
    /// <param name="port">The TCP port.</param>
    /// <param name="time">Clock of the delay between attempts.</param>
    /// <param name="cancellationToken">Cancels all attempts.</param>
    /// <returns>A connected socket; the caller disposes it.</returns>
    /// <exception cref="SocketException">All attempts failed; the error of the first failure.</exception>
    public static async Task<Socket> DialAsync(
        IReadOnlyList<IPAddress> addresses,
        int port,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pending = new List<Task<Socket>>();
        SocketException? failure = null;
        try
        {
            for (var next = 0; next < addresses.Count || pending.Count > 0; )
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (next < addresses.Count)
                    pending.Add(ConnectAsync(addresses[next++], port, stop.Token));
                var nextAttempt = Task.Delay(
                    next < addresses.Count ? AttemptDelay : Timeout.InfiniteTimeSpan,
                    time,
                    stop.Token
                );
                var first = await Task.WhenAny([.. pending, nextAttempt]).ConfigureAwait(false);
                if (first is not Task<Socket> ended)
                    continue;
                pending.Remove(ended);
                try
                {
                    return await ended.ConfigureAwait(false);
                }
                catch (SocketException e)
                {
                    failure ??= e;
                }
            }
            throw failure ?? new SocketException((int)SocketError.HostNotFound);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            foreach (var late in pending)
                DisposeWhenCompleted(late);
        }
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        // An IPv6-only socket cannot connect to an IPv4-mapped address.
        var target = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(target, port), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // An attempt may still complete after another one has succeeded: dispose its socket, or observe its exception.
    private static void DisposeWhenCompleted(Task<Socket> attempt) =>
        _ = attempt.ContinueWith(
            static late =>
            {
                if (late.IsCompletedSuccessfully)
                    late.Result.Dispose();
                else
                    _ = late.Exception;
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
}
