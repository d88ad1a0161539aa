using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Storage;

/// <summary>What a chunk's header says of its records.</summary>
internal static class ChunkHeaders
{
    /// <summary>The header of some records, in their order.</summary>
    public static ChunkHeader Of(IReadOnlyList<PageRecord> records) =>
        new()
        {
            Pages = PageCounts.Of(records),
            Entries = [.. records.Select(Entry)],
            Links = Links(records),
            Bytes = records.Sum(r => r.Bytes),
            Rendered = records.Count(r => r.Error is null && r.RenderedBy == RenderedBy.Browser),
        };

    private static ChunkEntry Entry(PageRecord record) =>
        new(
            record.Url,
            string.Equals(record.FinalUrl, record.Url, StringComparison.Ordinal) ? null : record.FinalUrl,
            record.Error?.Code
        );

    private static List<ChunkLink> Links(IReadOnlyList<PageRecord> records)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. records
                .SelectMany((record, page) => record.Follows.Select(link => new ChunkLink(link.Url, page, link.Kind)))
                .Where(link => seen.Add(link.Url)),
        ];
    }
}
