namespace FunctionsCrawler.Cli.Serve;

/// <summary>
/// Standard input that says when it has ended. A read of it cannot be cancelled, so a cancelled reader leaves it behind.
/// </summary>
/// <param name="input">The input.</param>
/// <param name="onEnd">Called when the input has ended, perhaps repeatedly.</param>
internal sealed class EndingStream(Stream input, Action onEnd) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = input.Read(buffer, offset, count);
        if (read == 0 && count > 0)
            onEnd();
        return read;
    }

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
