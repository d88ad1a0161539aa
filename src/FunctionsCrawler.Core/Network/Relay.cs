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
    public static Task RunAsync(Connection one, Connection other, CancellationToken cancellationToken) =>
        Task.WhenAll(CopyAsync(one, other, cancellationToken), CopyAsync(other, one, cancellationToken));

    private static async Task CopyAsync(Connection from, Connection to, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await from.Stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                await to.Stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            // This direction has ended normally; the other may still carry data.
            await to.EndSendingAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // A broken connection must not look like a normal end, so reset both.
            from.Reset();
            to.Reset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
