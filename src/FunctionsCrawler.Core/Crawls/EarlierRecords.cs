using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Crawls;

/// <summary>Reads the records that an earlier crawl stored for the URLs of a chunk.</summary>
internal static class EarlierRecords
{
    /// <summary>Returns the records by URL. A URL whose record is lost is left out: its page is fetched as a new one.</summary>
    public static async Task<IReadOnlyDictionary<string, PageRecord>> ReadAsync(
        CrawlBlobs earlier,
        IEnumerable<FrontierUrl> urls,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(earlier);
        ArgumentNullException.ThrowIfNull(urls);
        var records = new Dictionary<string, PageRecord>(StringComparer.Ordinal);
        var wanted = urls.Select(u => (u.Url, Cursor: CursorOf(u)))
            .Where(u => u.Cursor is not null)
            .GroupBy(u => (u.Cursor!.Value.Wave, u.Cursor.Value.Chunk));
        foreach (var chunk in wanted)
        {
            var lines = chunk.Select(u => u.Cursor!.Value.Line).ToHashSet();
            var last = lines.Max();
            var stored = new ChunkRecords(earlier, new StoredWave(chunk.Key.Wave, null, []))
                .ReadAsync(chunk.Key.Chunk, cancellationToken)
                .Index();
            await foreach (var (line, (record, isLost)) in stored.ConfigureAwait(false))
            {
                if (lines.Contains(line) && !isLost)
                    records[record.Url] = record;
                if (line == last)
                    break;
            }
        }
        return records;
    }

    private static RecordCursor? CursorOf(FrontierUrl url) =>
        url.Earlier is { } text && RecordCursor.TryParse(text, out var cursor) ? cursor : null;
}
