using System.Net;
using System.Net.Sockets;

namespace FunctionsCrawler.Safety;

/// <summary>
/// Connects to the first of a host's addresses that takes the connection. Each is tried a little after the one before it, or at
/// once when that failed, so that a dead IPv6 route costs a moment and not a timeout (RFC 8305, Happy Eyeballs).
/// </summary>
internal static class Dialer
{
    // RFC 8305 section 8.
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Connects.</summary>
    /// <param name="addresses">At least one, the best first.</param>
    /// <param name="port">The port at each of them.</param>
    /// <param name="time">The clock of the attempts.</param>
    /// <param name="cancellationToken">Stops all attempts.</param>
    /// <returns>A socket for the caller to dispose of.</returns>
    /// <exception cref="SocketException">No address took the connection: what the first that failed said.</exception>
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
                var turn = Task.Delay(
                    next < addresses.Count ? AttemptDelay : Timeout.InfiniteTimeSpan,
                    time,
                    stop.Token
                );
                var first = await Task.WhenAny([.. pending, turn]).ConfigureAwait(false);
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
                Drop(late);
        }
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        // An IPv6 socket takes no IPv4-mapped address.
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

    // One that succeeds after another has won is of no use; one that fails has nobody left to tell.
    private static void Drop(Task<Socket> attempt) =>
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
