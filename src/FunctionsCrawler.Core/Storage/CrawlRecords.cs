using System.Runtime.CompilerServices;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Storage;

/// <summary>Reads a crawl's records in stored order: by wave, chunk and place. Duplicates are marked once it has ended.</summary>
public static class CrawlRecords
{
    /// <summary>Every committed record, also those behind a chunk that is not committed.</summary>
    public static IAsyncEnumerable<PageRecord> ReadRecordsAsync(
        this CrawlBlobs crawl,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(crawl);
        return ReadAsync(crawl, RecordCursor.Start, pastGaps: true, cancellationToken).Select(r => r.Record);
    }

    /// <summary>
    /// The records after a place, each with its own, as far as no other can come to stand before them: reading can go on
    /// from the last one later, and misses none.
    /// </summary>
    internal static async IAsyncEnumerable<PageRecord> ReadServedAsync(
        this CrawlBlobs crawl,
        RecordCursor after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // Nothing is committed to a crawl that has ended, so a gap of it stays one.
        var hasEnded = await crawl.IsClosedAsync(cancellationToken).ConfigureAwait(false);
        var records = ReadAsync(crawl, after, pastGaps: hasEnded, cancellationToken);
        await foreach (var (place, record) in records.ConfigureAwait(false))
            yield return record with
            {
                Cursor = place.ToString(),
            };
    }

    private static async IAsyncEnumerable<(RecordCursor Place, PageRecord Record)> ReadAsync(
        CrawlBlobs crawl,
        RecordCursor after,
        bool pastGaps,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var duplicates =
            await crawl
                .Store.GetJsonAsync(
                    crawl.Layout.Duplicates,
                    CrawlJson.Default.DictionaryStringString,
                    cancellationToken
                )
                .ConfigureAwait(false)
            ?? [];
        var (wave, first) = (after.Wave, after.Chunk);
        for (; await crawl.GetPlanAsync(wave, cancellationToken).ConfigureAwait(false) is { } plan; wave++, first = 0)
        {
            var chunks = plan.LaneChunks.Sum();
            for (var chunk = first; chunk < chunks; chunk++)
            {
                var name = crawl.Layout.Chunk(wave, chunk);
                using var lines = await crawl.Store.OpenLinesAsync(name, cancellationToken).ConfigureAwait(false);
                if (lines is null && !pastGaps)
                    yield break;
                if (lines is null)
                    continue;
                await CrawlBlobs.ReadLineAsync(lines, name, cancellationToken).ConfigureAwait(false);
                for (
                    var place = new RecordCursor(wave, chunk, 0);
                    await CrawlBlobs.ReadLineAsync(lines, name, cancellationToken).ConfigureAwait(false) is { } line;
                    place = place with { Line = place.Line + 1 }
                )
                {
                    if ((wave, chunk) == (after.Wave, after.Chunk) && place.Line <= after.Line)
                        continue;
                    var record = JsonBlobs.Parse(line, name, CrawlJson.Default.PageRecord);
                    yield return (place, record with { DuplicateOf = duplicates.GetValueOrDefault(record.Url) });
                }
            }
        }
    }
}
