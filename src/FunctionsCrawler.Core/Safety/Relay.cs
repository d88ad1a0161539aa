using System.Buffers;
using System.Net.Sockets;

namespace FunctionsCrawler.Safety;

/// <summary>Carries bytes between two connections, both ways, until both sides have ended or one broke.</summary>
internal static class Relay
{
    private const int BufferSize = 32 * 1024;

    /// <summary>Runs until there is nothing more to carry. What breaks on one side breaks on the other.</summary>
    /// <param name="one">A connection; the caller disposes of it.</param>
    /// <param name="other">The other one.</param>
    /// <param name="cancellationToken">Breaks both.</param>
    public static Task RunAsync(Socket one, Socket other, CancellationToken cancellationToken) =>
        Task.WhenAll(CarryAsync(one, other, cancellationToken), CarryAsync(other, one, cancellationToken));

    private static async Task CarryAsync(Socket from, Socket to, CancellationToken cancellationToken)
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
            // One direction has ended as it should; the other may have more to say.
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // A connection that was cut short must not look like one that came to its end: both are reset.
            from.Close(timeout: 0);
            to.Close(timeout: 0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
