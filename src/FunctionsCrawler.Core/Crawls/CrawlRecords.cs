using System.Runtime.CompilerServices;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// Reads a crawl's records in stored order: by wave, chunk and line. Duplicates are marked only after the crawl has ended.
/// </summary>
internal static class CrawlRecords
{
    /// <summary>Returns every committed record, including those after a chunk that is not committed yet.</summary>
    public static IAsyncEnumerable<PageRecord> ReadRecordsAsync(
        this CrawlBlobs crawl,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(crawl);
        return ReadAsync(crawl, RecordCursor.Start, skipGaps: true, cancellationToken).Select(r => r.Record);
    }

    /// <summary>
    /// Returns the records after a cursor, each with its own cursor. While the crawl runs, stops at the first chunk that is not
    /// committed, so that a reader who continues from the last cursor later misses no record.
    /// </summary>
    public static async IAsyncEnumerable<PageRecord> ReadServedAsync(
        this CrawlBlobs crawl,
        RecordCursor after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(crawl);
        // Nothing is committed to a crawl that has ended, so a missing chunk stays missing.
        var hasEnded = await crawl.IsClosedAsync(cancellationToken).ConfigureAwait(false);
        var records = ReadAsync(crawl, after, skipGaps: hasEnded, cancellationToken);
        await foreach (var (cursor, record) in records.ConfigureAwait(false))
            yield return record with
            {
                Cursor = cursor.ToString(),
            };
    }

    private static async IAsyncEnumerable<(RecordCursor Cursor, PageRecord Record)> ReadAsync(
        CrawlBlobs crawl,
        RecordCursor after,
        bool skipGaps,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var duplicates = await FindDuplicatesAsync(crawl, crawl.Layout.Duplicates, cancellationToken)
            .ConfigureAwait(false);
        var similar = await FindDuplicatesAsync(crawl, crawl.Layout.NearDuplicates, cancellationToken)
            .ConfigureAwait(false);
        var isComplete = await IsCompletedAsync(crawl, cancellationToken).ConfigureAwait(false);
        var isPlanLost = false;
        var waves = crawl.ReadWavesAsync(after.Wave, _ => isPlanLost = true, cancellationToken);
        await foreach (var wave in waves.ConfigureAwait(false))
        {
            // A running crawl replaces what is damaged. Its readers wait for that, so that they miss no record.
            if (isPlanLost && !skipGaps)
                yield break;
            var reader = new ChunkRecords(crawl, wave);
            foreach (var chunk in wave.Chunks.Where(c => wave.Number > after.Wave || c >= after.Chunk))
            {
                // No chunk of a completed crawl is open, so a missing one is lost.
                if (
                    !isComplete
                    && !await crawl.HasChunkAsync(wave.Number, chunk, cancellationToken).ConfigureAwait(false)
                )
                {
                    if (skipGaps)
                        continue;
                    yield break;
                }
                var cursor = new RecordCursor(wave.Number, chunk, 0);
                await foreach (var (record, isLost) in reader.ReadAsync(chunk, cancellationToken).ConfigureAwait(false))
                {
                    if (isLost && !skipGaps)
                        yield break;
                    if ((cursor.Wave, cursor.Chunk) != (after.Wave, after.Chunk) || cursor.Line > after.Line)
                        yield return (
                            cursor,
                            record with
                            {
                                DuplicateOf = duplicates.GetValueOrDefault(record.Url),
                                NearDuplicateOf = similar.GetValueOrDefault(record.Url),
                            }
                        );
                    cursor = cursor with { Line = cursor.Line + 1 };
                }
            }
        }
    }

    private static async Task<Dictionary<string, string>> FindDuplicatesAsync(
        CrawlBlobs crawl,
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var type = CrawlJson.Default.DictionaryStringString;
            return await crawl.Store.GetJsonAsync(name, type, cancellationToken).ConfigureAwait(false) ?? [];
        }
        catch (DamagedBlobException)
        {
            // The records themselves are complete; they only lack duplicateOf or nearDuplicateOf.
            return [];
        }
    }

    private static async Task<bool> IsCompletedAsync(CrawlBlobs crawl, CancellationToken cancellationToken)
    {
        try
        {
            var summary = await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false);
            return summary is { State: CrawlState.Completed };
        }
        catch (DamagedBlobException)
        {
            return false;
        }
    }
}
