using FunctionsCrawler.Frontier;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Orchestration;

/// <summary>Commits the summary of a crawl once, and before it which records are duplicates.</summary>
internal sealed class FinishCrawlActivity(IBlobStore store, TimeProvider time)
{
    /// <summary>Runs the activity.</summary>
    public async Task<FinishCrawlOutput> RunAsync(FinishCrawlInput input, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, input.CrawlId);
        if (await crawl.IsDeletedAsync(cancellationToken).ConfigureAwait(false))
            return new FinishCrawlOutput(input.State, new PageCounts());
        var summary = await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false);
        if (summary is null)
        {
            var ends = new List<UInt128>();
            summary = await CrawlSummaries
                .ComputeAsync(
                    crawl,
                    input.State,
                    time,
                    header => ends.AddRange(header.Entries.Where(e => e.Error is null).Select(EndOf)),
                    cancellationToken
                )
                .ConfigureAwait(false);
            await WriteDuplicatesAsync(crawl, ends, cancellationToken).ConfigureAwait(false);
            var won = await store
                .PutJsonAsync(
                    crawl.Layout.Summary,
                    summary,
                    CrawlJson.Default.CrawlSummary,
                    PutCondition.IfAbsent,
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (!won)
                summary = (await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false))!;
        }
        var stored = await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false);
        var notify = stored.Request.CallbackUrl is not null;
        // With a webhook to send it stays open until that is done.
        if (!notify)
            await new CrawlIndex(store)
                .CloseAsync(new CrawlEntry(input.CrawlId, stored.AcceptedAt), cancellationToken)
                .ConfigureAwait(false);
        var pages = new PageCounts { Succeeded = summary.Pages.Succeeded, Failed = summary.Pages.Failed };
        return new FinishCrawlOutput(summary.State, pages, notify);
    }

    // Of all pages only 16 bytes are kept, and URLs only where two ended alike: those are read again.
    private async Task WriteDuplicatesAsync(CrawlBlobs crawl, List<UInt128> ends, CancellationToken cancellationToken)
    {
        ends.Sort();
        var shared = new HashSet<UInt128>(ends.Where((end, i) => i > 0 && end == ends[i - 1]));
        var firsts = new Dictionary<UInt128, string>();
        var duplicates = new Dictionary<string, string>(StringComparer.Ordinal);
        if (shared.Count > 0)
        {
            await foreach (var (_, header) in CrawlSummaries.ReadAsync(crawl, cancellationToken).ConfigureAwait(false))
            {
                foreach (var entry in (header?.Entries ?? []).Where(e => e.Error is null && shared.Contains(EndOf(e))))
                {
                    if (!firsts.TryAdd(EndOf(entry), entry.Url))
                        duplicates[entry.Url] = firsts[EndOf(entry)];
                }
            }
        }
        var (name, type) = (crawl.Layout.Duplicates, CrawlJson.Default.DictionaryStringString);
        await store.PutJsonAsync(name, duplicates, type, PutCondition.None, cancellationToken).ConfigureAwait(false);
    }

    private static UInt128 EndOf(ChunkEntry entry) => UrlHash.Of(entry.FinalUrl ?? entry.Url);
}
