using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Cli.Serve;

/// <summary>
/// Standard input that says when it has ended. A read of it cannot be cancelled, so a cancelled reader leaves it behind.
/// </summary>
/// <param name="input">The input.</param>
/// <param name="onEnd">Called when the input has ended, perhaps repeatedly.</param>
internal sealed class EndingStream(Stream input, Action onEnd) : ForwardStream
{
    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Of its own: a read that was left behind may still write to it.
        var own = new byte[buffer.Length];
        var read = await input.ReadAsync(own, CancellationToken.None).AsTask().WaitAsync(cancellationToken);
        own.AsMemory(0, read).CopyTo(buffer);
        if (read == 0 && buffer.Length > 0)
            onEnd();
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = input.Read(buffer);
        if (read == 0 && buffer.Length > 0)
            onEnd();
        return read;
    }
}
