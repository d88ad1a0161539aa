using System.Buffers;
using System.Net.Sockets;

namespace FunctionsCrawler.Network;

/// <summary>Copies bytes between two connections in both directions, until both directions have ended or one has failed.</summary>
internal static class Relay
{
    private const int BufferSize = 32 * 1024;

    /// <summary>Completes when both directions have ended. If one side fails, both connections are reset; it does not throw.</summary>
    /// <param name="one">One connection; the caller disposes it.</param>
    /// <param name="other">The other connection; the caller disposes it.</param>
    /// <param name="cancellationToken">Resets both connections.</param>
    public static Task RunAsync(Socket one, Socket other, CancellationToken cancellationToken) =>
        Task.WhenAll(CopyAsync(one, other, cancellationToken), CopyAsync(other, one, cancellationToken));

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                for (var sent = 0; sent < read; )
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), cancellationToken)
                        .ConfigureAwait(false);
            }
            // This direction has ended normally; the other may still carry data.
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // A broken connection must not look like a normal end, so reset both.
            from.Close(timeout: 0);
            to.Close(timeout: 0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
