using FunctionsCrawler.Browsing;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Orchestration;

/// <summary>Sums crawls up from the headers of their chunks.</summary>
public static class CrawlSummaries
{
    private const int MaxExamples = 20;

    /// <summary>Sums up what is committed now, and stores which records are duplicates of others.</summary>
    public static async Task<CrawlSummary> ComputeAsync(
        CrawlBlobs crawl,
        CrawlState state,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var stored = await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false);
        var counts = new PageCounts();
        var receipts = new List<BrowserReceipt>();
        var errors = new Dictionary<ErrorCode, SummaryError>();
        var ends = new Dictionary<UInt128, string>();
        var duplicates = new Dictionary<string, string>(StringComparer.Ordinal);
        var (bytes, rendered, unplanned) = (0L, 0, 0);
        var busy = new BusyTime();
        WavePlan? last = null;
        for (var wave = 0; await crawl.GetPlanAsync(wave, cancellationToken).ConfigureAwait(false) is { } plan; wave++)
        {
            last = plan;
            unplanned = plan.Planned + plan.Waiting;
            var chunks = plan.LaneChunks.Sum();
            await foreach (
                var (_, header) in crawl.ReadHeadersAsync(wave, chunks, cancellationToken).ConfigureAwait(false)
            )
            {
                counts += header.Pages;
                unplanned -= header.Pages.Total;
                receipts.AddRange(header.Receipts);
                bytes += header.Bytes;
                rendered += header.Rendered;
                busy.Add(header.StartedAt, header.StartedAt.AddMilliseconds(header.DurationMs));
                foreach (var entry in header.Entries)
                    Note(entry);
            }
        }
        await crawl
            .Store.PutJsonAsync(
                crawl.Layout.Duplicates,
                duplicates,
                CrawlJson.Default.DictionaryStringString,
                PutCondition.None,
                cancellationToken
            )
            .ConfigureAwait(false);
        var done = state == CrawlState.Completed;
        return new CrawlSummary
        {
            Id = crawl.CrawlId,
            Mode = stored.Request.Mode,
            State = state,
            StartedAt = stored.AcceptedAt,
            EndedAt = time.GetUtcNow(),
            Pages = new SummaryPages(
                counts.Succeeded,
                counts.Failed,
                new SummarySkipped(
                    counts.Robots,
                    counts.Scope + (last?.OutOfScope ?? 0),
                    counts.Binary,
                    last?.Duplicates ?? 0,
                    (last?.TooDeep ?? 0) + (done ? unplanned : 0)
                ),
                done ? 0 : unplanned
            ),
            PagesPerSecond =
                busy.Total > TimeSpan.Zero ? Math.Round(counts.TowardsLimit / busy.Total.TotalSeconds, 2) : 0,
            RenderedShare = counts.Succeeded > 0 ? Math.Round((double)rendered / counts.Succeeded, 3) : 0,
            Bytes = bytes,
            Errors = [.. errors.Values.OrderByDescending(e => e.Count).ThenBy(e => e.Code).Take(MaxExamples)],
            Browsers = Sum(receipts),
        };

        void Note(ChunkEntry entry)
        {
            if (entry.Error is { } code)
                errors[code] = errors.TryGetValue(code, out var e)
                    ? e with
                    {
                        Count = e.Count + 1,
                    }
                    : new SummaryError(code, 1, entry.Url);
            else if (!ends.TryAdd(UrlHash.Of(entry.FinalUrl ?? entry.Url), entry.Url))
                duplicates[entry.Url] = ends[UrlHash.Of(entry.FinalUrl ?? entry.Url)];
        }
    }

    private static SummaryBrowsers Sum(List<BrowserReceipt> receipts) =>
        new(
            receipts.Count,
            Math.Round(receipts.Select(r => r.PeakMemoryMb).DefaultIfEmpty().Max(), 1),
            Percentile(receipts.Select(r => r.LaunchMs), 0.50),
            Percentile(receipts.Select(r => r.DisposeMs), 0.50),
            Percentile(receipts.Select(r => r.DisposeMs), 0.99),
            receipts.Sum(r => r.Killed),
            receipts.Sum(r => (r.ProcessesLeft ?? 0) + (r.BytesLeft > 0 ? 1 : 0))
        );

    // Nearest rank: the smallest value that at least this share of all values do not exceed.
    private static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)], 1);
    }
}
