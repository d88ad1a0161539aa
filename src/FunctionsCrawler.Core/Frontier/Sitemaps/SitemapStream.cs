using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// A read-only stream over a sitemap that ends at a maximum size, and fails if a single part of it is too long.
/// </summary>
internal sealed class SitemapStream(Stream content, long maxBytes) : ForwardStream
{
    private long _left = maxBytes;
    private long _partLeft = long.MaxValue;

    /// <summary>Whether the content is longer than the maximum size and was cut off.</summary>
    public bool IsCut { get; private set; }

    /// <summary>
    /// Starts a part. Reading on after <paramref name="maxBytes"/> of it fails until the next part starts.
    /// </summary>
    public void BeginPart(int maxBytes) => _partLeft = maxBytes;

    /// <exception cref="InvalidDataException">The current part is too long, or the compressed data is corrupt.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_partLeft <= 0)
            throw new InvalidDataException("An element, comment or text is too long.");
        var count = content.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        if (_left == 0 && buffer.Length > 0)
            IsCut |= content.ReadByte() >= 0;
        _left -= count;
        _partLeft -= count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }
}
