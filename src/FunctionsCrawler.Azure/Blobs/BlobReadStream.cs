using FunctionsCrawler.Storage;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// A blob's bytes as they come. The SDK's stream goes on where a connection broke; what it cannot mend is an
/// <see cref="IOException"/> here, as of every other stream.
/// </summary>
internal sealed class BlobReadStream(Stream content, string name) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            throw Failed(e, cancellationToken);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return content.Read(buffer, offset, count);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            throw Failed(e, CancellationToken.None);
        }
    }

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

    private StoreUnavailableException Failed(Exception e, CancellationToken cancellationToken) =>
        StorageFailure.Of($"the blob '{name}' cannot be read to its end", e, cancellationToken);
}
