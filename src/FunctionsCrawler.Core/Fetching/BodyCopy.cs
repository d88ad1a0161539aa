using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Fetching;

/// <summary>A body that is copied while it is read. If the copy fails, the body can still be read.</summary>
/// <param name="body">The body. Not disposed.</param>
/// <param name="copy">Takes what is read.</param>
/// <param name="maxBytes">The maximum size of the copy.</param>
internal sealed class BodyCopy(Stream body, SpooledStream copy, long maxBytes) : ForwardStream
{
    /// <summary>Why the copy is incomplete; null if it could be written.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Whether the copy was cut off at its maximum size.</summary>
    public bool IsCut { get; private set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = body.Read(buffer);
        Keep(buffer[..read]);
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Keep(buffer.Span[..read]);
        return read;
    }

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
