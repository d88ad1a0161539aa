using System.Buffers;
using System.Runtime.CompilerServices;

namespace FunctionsCrawler.Crawls;

/// <summary>Reads the headers of committed chunks.</summary>
internal static class CommittedChunks
{
    // Reading a chunk takes a request and some decompression. A header with many links can have several megabytes.
    private const int MaxAhead = 4;

    /// <summary>Returns the header of a chunk; null if the chunk is not committed.</summary>
    /// <exception cref="DamagedBlobException">The header cannot be read.</exception>
    public static Task<ChunkHeader?> FindHeaderAsync(
        this CrawlBlobs crawl,
        int wave,
        int chunk,
        CancellationToken cancellationToken
    ) => FindHeaderAsync(crawl, wave, chunk, verify: false, cancellationToken);

    /// <summary>Reads the headers of a wave's committed chunks, in order of their numbers. Missing chunks are skipped.</summary>
    public static async IAsyncEnumerable<(int Chunk, ChunkHeader Header)> ReadHeadersAsync(
        this CrawlBlobs crawl,
        int wave,
        int chunks,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            if (await crawl.FindHeaderAsync(wave, chunk, cancellationToken).ConfigureAwait(false) is { } header)
                yield return (chunk, header);
        }
    }

    /// <summary>
    /// Reads the headers of all chunks of a wave, and decompresses the records to verify them, without keeping them in memory.
    /// </summary>
    /// <exception cref="DamagedBlobException">A chunk is missing or damaged.</exception>
    public static async IAsyncEnumerable<ChunkHeader> VerifyAllAsync(
        this CrawlBlobs crawl,
        int wave,
        int chunks,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var ahead = new Queue<Task<ChunkHeader?>>();
        try
        {
            for (var chunk = 0; chunk < chunks; chunk++)
            {
                for (var next = chunk + ahead.Count; next < chunks && ahead.Count < MaxAhead; next++)
                    ahead.Enqueue(VerifyInBackgroundAsync(crawl, wave, next, cancellationToken));
                yield return await ahead.Dequeue().ConfigureAwait(false)
                    ?? throw DamagedBlobException.Missing(crawl.Layout.Chunk(wave, chunk));
            }
        }
        finally
        {
            // Only if a chunk is damaged or the caller stops.
            foreach (var task in ahead)
                await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reads a chunk completely.</summary>
    /// <returns>Its header; null if the chunk is not committed.</returns>
    /// <exception cref="DamagedBlobException">The chunk is damaged.</exception>
    public static Task<ChunkHeader?> VerifyAsync(
        this CrawlBlobs crawl,
        int wave,
        int chunk,
        CancellationToken cancellationToken
    ) => FindHeaderAsync(crawl, wave, chunk, verify: true, cancellationToken);

    /// <summary>Lists the numbers of a wave's committed chunks, including those that no plan names.</summary>
    public static async Task<IReadOnlyList<int>> ListChunksAsync(
        this CrawlBlobs crawl,
        int wave,
        CancellationToken cancellationToken
    )
    {
        var prefix = crawl.Layout.Wave(wave);
        var chunks = new List<int>();
        await foreach (var name in crawl.Store.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            // Chunks come first, because digits sort before letters. A wave can have thousands of other blobs.
            if (!char.IsAsciiDigit(name[prefix.Length]))
                break;
            if (CrawlLayout.ChunkOf(name, prefix) is { } chunk)
                chunks.Add(chunk);
        }
        return chunks;
    }

    /// <summary>Reads the header of an open chunk.</summary>
    /// <exception cref="DamagedBlobException">The header cannot be read.</exception>
    internal static async Task<ChunkHeader> ReadHeaderAsync(
        StreamReader lines,
        string name,
        CancellationToken cancellationToken
    ) =>
        await JsonBlobs.ReadLineAsync(lines, name, cancellationToken).ConfigureAwait(false) is { } line
            ? JsonBlobs.Parse(line, name, CrawlJson.Default.ChunkHeader)
            : throw new DamagedBlobException(name, "it is empty");

    // A method of its own, so that each task has its own number.
    private static Task<ChunkHeader?> VerifyInBackgroundAsync(
        CrawlBlobs crawl,
        int wave,
        int chunk,
        CancellationToken cancellationToken
    ) => Task.Run(() => crawl.VerifyAsync(wave, chunk, cancellationToken), cancellationToken);

    private static async Task<ChunkHeader?> FindHeaderAsync(
        CrawlBlobs crawl,
        int wave,
        int chunk,
        bool verify,
        CancellationToken cancellationToken
    )
    {
        var name = crawl.Layout.Chunk(wave, chunk);
        using var lines = await crawl.Store.OpenLinesAsync(name, cancellationToken).ConfigureAwait(false);
        if (lines is null)
            return null;
        var header = await ReadHeaderAsync(lines, name, cancellationToken).ConfigureAwait(false);
        if (verify)
            await VerifyRecordsAsync(lines, name, header.Entries.Count, cancellationToken).ConfigureAwait(false);
        return header;
    }

    // A truncated gzip stream ends without an error, so the lines are counted.
    private static async Task VerifyRecordsAsync(
        StreamReader lines,
        string name,
        int expected,
        CancellationToken cancellationToken
    )
    {
        var buffer = ArrayPool<char>.Shared.Rent(16 * 1024);
        try
        {
            var found = 0;
            while (await lines.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
                found += buffer.AsSpan(0, read).Count('\n');
            if (found != expected)
                throw new DamagedBlobException(name, $"it has {found} of {expected} records");
        }
        catch (InvalidDataException e)
        {
            throw new DamagedBlobException(name, e.Message, e);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }
}
