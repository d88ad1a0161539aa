using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Fetching;

/// <summary>A body that is copied while it is read. If the copy fails, the body can still be read.</summary>
/// <param name="body">The body. Not disposed.</param>
/// <param name="copy">Takes what is read.</param>
/// <param name="maxBytes">The maximum size of the copy.</param>
internal sealed class BodyCopy(Stream body, SpooledStream copy, long maxBytes) : Stream
{
    /// <summary>Why the copy is incomplete; null if it could be written.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Whether the copy was cut off at its maximum size.</summary>
    public bool IsCut { get; private set; }

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
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = body.Read(buffer, offset, count);
        Keep(buffer.AsSpan(offset, read));
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Keep(buffer.Span[..read]);
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

    private void Keep(ReadOnlySpan<byte> piece)
    {
        if (Fault is not null || IsCut)
            return;
        var left = maxBytes - copy.Length;
        IsCut = piece.Length > left;
        try
        {
            copy.Write(IsCut ? piece[..(int)left] : piece);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fault = e;
        }
    }
}
