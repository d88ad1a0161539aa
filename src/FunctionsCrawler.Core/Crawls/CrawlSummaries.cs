using System.Runtime.CompilerServices;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Crawls;

/// <summary>Computes the summary of a crawl from its plans and chunk headers, without reading page records.</summary>
internal static class CrawlSummaries
{
    /// <summary>Computes the summary of what is committed now.</summary>
    /// <param name="crawl">The crawl. It may still be running.</param>
    /// <param name="state">The state to report.</param>
    /// <param name="time">The clock for <see cref="CrawlSummary.EndedAt"/>.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    public static Task<CrawlSummary> ComputeAsync(
        CrawlBlobs crawl,
        CrawlState state,
        TimeProvider time,
        CancellationToken cancellationToken
    ) => ComputeAsync(crawl, state, time, static _ => { }, static _ => { }, cancellationToken);

    /// <summary>
    /// Computes the summary, and calls <paramref name="onHeader"/> for every chunk header and <paramref name="onDamage"/> for
    /// every plan and chunk that is left out because it is damaged or missing.
    /// </summary>
    internal static async Task<CrawlSummary> ComputeAsync(
        CrawlBlobs crawl,
        CrawlState state,
        TimeProvider time,
        Action<ChunkHeader> onHeader,
        Action<DamagedBlobException> onDamage,
        CancellationToken cancellationToken
    )
    {
        var stored = await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false);
        var counts = new PageCounts();
        var receipts = new List<BrowserReceipt>();
        var errors = new Dictionary<ErrorCode, SummaryError>();
        var (bytes, rendered, dropped) = (0L, 0, 0);
        RenderDecisions? decisions = null;
        var busy = new BusyTime();
        WavePlan? last = null;
        await foreach (var (plan, header) in ReadAsync(crawl, onDamage, cancellationToken).ConfigureAwait(false))
        {
            last = plan ?? last;
            if (header is null)
                continue;
            counts += header.Pages;
            receipts.AddRange(header.Receipts);
            bytes += header.Bytes;
            rendered += header.Rendered;
            decisions = Sum(decisions, header.RenderDecisions);
            dropped += header.DroppedEntries;
            busy.Add(header.StartedAt, header.StartedAt.AddMilliseconds(header.DurationMs));
            foreach (var entry in header.Entries)
            {
                if (entry.Error is { } code)
                    errors[code] = Count(errors.GetValueOrDefault(code), code, entry.Url);
            }
            onHeader(header);
        }
        // URLs of the frontier without a record.
        var pending = last is null ? 0 : Math.Max(0, last.Planned + last.Waiting - (counts.Total - last.Pages.Total));
        var done = state == CrawlState.Completed;
        return new CrawlSummary
        {
            Id = crawl.CrawlId,
            SourceId = stored.Request.Urls is [var first, ..] ? SourceNames.IdOf(first) : null,
            DisplayName = SourceNames.NameOf(stored.Request.Urls),
            Percent = done ? 100 : PercentOf(last, counts),
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
                    (last?.TooDeep ?? 0) + (last?.LeftOut ?? 0) + (done ? pending : 0)
                ),
                done ? 0 : pending
            ),
            PagesPerSecond =
                busy.Total > TimeSpan.Zero ? Math.Round(counts.TowardsLimit / busy.Total.TotalSeconds, 2) : 0,
            RenderedShare = counts.Succeeded > 0 ? Math.Round((double)rendered / counts.Succeeded, 3) : 0,
            RenderDecisions = decisions,
            Bytes = bytes,
            DroppedEntries = dropped,
            Errors = [.. errors.Values.OrderByDescending(e => e.Count).ThenBy(e => e.Code)],
            Browsers = Sum(receipts),
        };
    }

    /// <summary>
    /// Returns each plan, first with a null header, then once for each of its committed chunks. The plan is null if it cannot be
    /// read.
    /// </summary>
    internal static async IAsyncEnumerable<(WavePlan? Plan, ChunkHeader? Header)> ReadAsync(
        CrawlBlobs crawl,
        Action<DamagedBlobException> onDamage,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var wave in crawl.ReadWavesAsync(0, onDamage, cancellationToken).ConfigureAwait(false))
        {
            yield return (wave.Plan, null);
            foreach (var chunk in wave.Chunks)
            {
                ChunkHeader? header = null;
                DamagedBlobException? damage = null;
                try
                {
                    header = await crawl.FindHeaderAsync(wave.Number, chunk, cancellationToken).ConfigureAwait(false);
                }
                catch (DamagedBlobException e)
                {
                    damage = e;
                }
                if (header is null)
                    onDamage(damage ?? DamagedBlobException.Missing(crawl.Layout.Chunk(wave.Number, chunk)));
                if (header is not null)
                    yield return (wave.Plan, header);
            }
        }
    }

    // The last value that the progress had.
    private static int PercentOf(WavePlan? last, PageCounts counts) =>
        new CrawlProgress
        {
            Queued = last is null ? 0 : last.Planned + last.Waiting,
            Pages = counts,
            Share = last?.Share,
            IsFinishing = last?.LaneChunks.Count == 0 ? true : null,
        }.Percent;

    private static SummaryError Count(SummaryError? counted, ErrorCode code, string url) =>
        counted is null ? new SummaryError(code, 1, url) : counted with { Count = counted.Count + 1 };

    private static RenderDecisions? Sum(RenderDecisions? a, RenderDecisions? b) =>
        a is null || b is null
            ? a ?? b
            : new RenderDecisions(
                a.Http + b.Http,
                a.Browser + b.Browser,
                a.Verified + b.Verified,
                a.Corrected + b.Corrected
            );

    private static SummaryBrowsers Sum(List<BrowserReceipt> receipts) =>
        new(
            receipts.Count,
            Math.Round(receipts.Select(r => r.PeakMemoryMb).DefaultIfEmpty().Max(), 1),
            Percentile(receipts.Select(r => r.LaunchMs), 0.50),
            Percentile(receipts.Select(r => r.DisposeMs), 0.50),
            Percentile(receipts.Select(r => r.DisposeMs), 0.99),
            receipts.Sum(r => r.Killed),
            receipts.Sum(r => r.Residue)
        );

    // Nearest rank: the smallest value such that at least this share of all values is not greater.
    private static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)], 1);
    }
}
