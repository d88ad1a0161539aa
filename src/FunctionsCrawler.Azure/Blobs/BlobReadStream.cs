using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// Reads a blob as a stream. The SDK's stream resumes after a broken connection; failures it cannot recover from are thrown as
/// <see cref="IOException"/>, as by any other stream.
/// </summary>
internal sealed class BlobReadStream(Stream content, string name) : ForwardStream
{
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

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return content.Read(buffer);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            throw Failed(e, CancellationToken.None);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }

    private StoreUnavailableException Failed(Exception e, CancellationToken cancellationToken) =>
        StorageFailure.Of($"the blob '{name}' cannot be read completely", e, cancellationToken);
}
