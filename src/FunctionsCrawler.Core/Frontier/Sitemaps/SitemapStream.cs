namespace FunctionsCrawler.Frontier;

/// <summary>The bytes of a sitemap: no more than allowed as a whole, and no more than allowed for one part of it.</summary>
internal sealed class SitemapStream(Stream content, long maxBytes) : Stream
{
    private long _left = maxBytes;
    private long _partLeft = long.MaxValue;

    /// <summary>Whether there was more than the most.</summary>
    public bool IsCut { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Begins a part: whoever reads more than <paramref name="maxBytes"/> before the next one fails.</summary>
    public void BeginPart(int maxBytes) => _partLeft = maxBytes;

    /// <exception cref="InvalidDataException">The part is too long, or what is compressed is damaged.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_partLeft <= 0)
            throw new InvalidDataException("One element, comment or text of it is too long.");
        var count = content.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        if (_left == 0 && buffer.Length > 0)
            IsCut |= content.ReadByte() >= 0;
        _left -= count;
        _partLeft -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }
}
