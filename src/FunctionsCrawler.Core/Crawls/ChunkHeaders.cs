using FunctionsCrawler.Contracts;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Crawls;

/// <summary>Computes a chunk's header from its pages.</summary>
internal static class ChunkHeaders
{
    /// <summary>Returns the header with everything that follows from the pages; times, receipts and hand-backs are not set.</summary>
    /// <param name="pages">The pages of the chunk.</param>
    /// <param name="depth">The depth of the wave; null if all pages have it.</param>
    public static ChunkHeader Of(IReadOnlyList<ScrapedPage> pages, int? depth = null)
    {
        List<PageRecord> records = [.. pages.Select(p => p.Record)];
        return new ChunkHeader
        {
            Pages = PageCounts.Of(records),
            Entries = [.. pages.Select(page => Entry(page, depth))],
            Links = Links(pages),
            DroppedEntries = records.Sum(r => r.DroppedEntries ?? 0),
            Bytes = records.Sum(r => r.Bytes),
            RenderDecisions = Decisions(records),
            Rendered = records.Count(r => r.Error is null && r.RenderedBy == RenderedBy.Browser),
        };
    }

    private static RenderDecisions? Decisions(List<PageRecord> records)
    {
        List<PageRecord> decided = [.. records.Where(r => r.RenderReason is not null)];
        var corrected = decided.Count(r => r.RenderReason == RenderReason.Corrected);
        var browser = decided.Count(r => r.RenderedBy == RenderedBy.Browser);
        return decided.Count == 0
            ? null
            : new RenderDecisions(
                decided.Count - browser,
                browser,
                decided.Count(r => r.RenderReason == RenderReason.Verified) + corrected,
                corrected
            );
    }

    private static ChunkEntry Entry(ScrapedPage page, int? depth)
    {
        var record = page.Record;
        return new ChunkEntry(
            record.Url,
            string.Equals(record.FinalUrl, record.Url, StringComparison.Ordinal) ? null : record.FinalUrl,
            record.Error?.Code
        )
        {
            Canonical = page.Canonical,
            Fingerprint = record.Fingerprint,
            Depth = depth is null || record.Depth == depth ? null : record.Depth,
        };
    }

    private static List<ChunkLink> Links(IReadOnlyList<ScrapedPage> pages)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. pages
                .SelectMany(
                    (page, index) =>
                        page.Outlinks.Select(link => new ChunkLink(link.Url, index, link.Kind, link.LastMod))
                )
                .Where(link => seen.Add(link.Url)),
        ];
    }
}
