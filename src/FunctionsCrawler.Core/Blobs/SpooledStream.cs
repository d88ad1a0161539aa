namespace FunctionsCrawler.Blobs;

/// <summary>Content that is in memory up to a size, and beyond it in a <see cref="TemporaryFile"/>. Can be read again.</summary>
/// <param name="maxInMemory">The maximum size of the memory buffer, in bytes.</param>
/// <param name="name">The beginning of the name of the temporary file.</param>
internal sealed class SpooledStream(int maxInMemory, string name) : Stream
{
    private Stream _content = new MemoryStream();

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _content.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _content.Position;
        set => _content.Position = value;
    }

    /// <inheritdoc/>
    public override void Flush() => _content.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _content.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => _content.Read(buffer, offset, count);

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _content.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => _content.Seek(offset, origin);

    /// <inheritdoc/>
    public override void SetLength(long value) => _content.SetLength(value);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        Spool(count);
        _content.Write(buffer, offset, count);
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Spool(buffer.Length);
        return _content.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content.Dispose();
        base.Dispose(disposing);
    }

    private void Spool(int count)
    {
        if (_content is not MemoryStream memory || memory.Position + count <= maxInMemory)
            return;
        var file = TemporaryFile.Open(name);
        try
        {
            file.Write(memory.GetBuffer(), 0, (int)memory.Length);
            file.Position = memory.Position;
        }
        catch
        {
            file.Dispose();
            throw;
        }
        _content = file;
        memory.Dispose();
    }
}
