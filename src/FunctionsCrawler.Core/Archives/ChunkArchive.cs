using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Archives;

/// <summary>
/// The archive of what a chunk fetches. Each visit records on its own, and what is kept of it is added when the visit has ended:
/// a visit that is repeated leaves nothing. Thread-safe.
/// </summary>
internal sealed class ChunkArchive(TimeProvider time) : IDisposable
{
    // The temporary disk of a small worker has a few gigabytes. 25 pages of a common site take less than 100 MiB.
    private const long MaxBytes = 768L * 1024 * 1024;

    private readonly SemaphoreSlim _lock = new(1);
    private readonly WarcSpool _records = new();

    /// <summary>All records. Only after the last visit has ended.</summary>
    public WarcSpool Records => _records;

    /// <summary>Adds the records of a visit.</summary>
    /// <returns>Why they are missing in the archive; null if they are not.</returns>
    public async Task<string?> AddAsync(WarcSpool visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        if (visit.Length == 0)
            return null;
        // Not cancelled: what is written is either complete or taken back.
        await _lock.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_records.Length + visit.Length > MaxBytes)
                return $"the archive of the chunk would have more than {MaxBytes} bytes";
            if (_records.Length == 0)
                await _records
                    .AddInfoAsync(CrawlerIdentity.Product, time.GetUtcNow(), CancellationToken.None)
                    .ConfigureAwait(false);
            await _records.AppendAsync(visit, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the temporary file cannot be written: {e.Message}";
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>Frees memory and disk space.</summary>
    public void Dispose()
    {
        _records.Dispose();
        _lock.Dispose();
    }
}
