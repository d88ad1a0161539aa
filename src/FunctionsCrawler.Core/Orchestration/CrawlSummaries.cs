using System.Runtime.CompilerServices;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Orchestration;

/// <summary>Sums a crawl up from its plans and the headers of its chunks; no record is read.</summary>
public static class CrawlSummaries
{
    /// <summary>The summary of what is committed now.</summary>
    /// <param name="crawl">The crawl, whether it has ended or not.</param>
    /// <param name="state">How it has ended.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static Task<CrawlSummary> ComputeAsync(
        CrawlBlobs crawl,
        CrawlState state,
        TimeProvider time,
        CancellationToken cancellationToken
    ) => ComputeAsync(crawl, state, time, static _ => { }, cancellationToken);

    /// <summary>The same, and shows each header as it is read.</summary>
    internal static async Task<CrawlSummary> ComputeAsync(
        CrawlBlobs crawl,
        CrawlState state,
        TimeProvider time,
        Action<ChunkHeader> seen,
        CancellationToken cancellationToken
    )
    {
        var stored = await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false);
        var counts = new PageCounts();
        var receipts = new List<BrowserReceipt>();
        var errors = new Dictionary<ErrorCode, SummaryError>();
        var (bytes, rendered) = (0L, 0);
        var busy = new BusyTime();
        WavePlan? last = null;
        await foreach (var (plan, header) in ReadAsync(crawl, cancellationToken).ConfigureAwait(false))
        {
            last = plan;
            if (header is null)
                continue;
            counts += header.Pages;
            receipts.AddRange(header.Receipts);
            bytes += header.Bytes;
            rendered += header.Rendered;
            busy.Add(header.StartedAt, header.StartedAt.AddMilliseconds(header.DurationMs));
            foreach (var entry in header.Entries)
            {
                if (entry.Error is { } code)
                    errors[code] = Count(errors.GetValueOrDefault(code), code, entry.Url);
            }
            seen(header);
        }
        // URLs of the frontier without a record.
        var pending = last is null ? 0 : last.Planned + last.Waiting - (counts.Total - last.Pages.Total);
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
                    (last?.TooDeep ?? 0) + (done ? pending : 0)
                ),
                done ? 0 : pending
            ),
            PagesPerSecond =
                busy.Total > TimeSpan.Zero ? Math.Round(counts.TowardsLimit / busy.Total.TotalSeconds, 2) : 0,
            RenderedShare = counts.Succeeded > 0 ? Math.Round((double)rendered / counts.Succeeded, 3) : 0,
            Bytes = bytes,
            Errors = [.. errors.Values.OrderByDescending(e => e.Count).ThenBy(e => e.Code)],
            Browsers = Sum(receipts),
        };
    }

    /// <summary>Every plan, alone first, then with the header of each of its chunks that is committed.</summary>
    internal static async IAsyncEnumerable<(WavePlan Plan, ChunkHeader? Header)> ReadAsync(
        CrawlBlobs crawl,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var wave = 0; await crawl.GetPlanAsync(wave, cancellationToken).ConfigureAwait(false) is { } plan; wave++)
        {
            yield return (plan, null);
            var headers = crawl.ReadHeadersAsync(wave, plan.LaneChunks.Sum(), cancellationToken);
            await foreach (var (_, header) in headers.ConfigureAwait(false))
                yield return (plan, header);
        }
    }

    private static SummaryError Count(SummaryError? so, ErrorCode code, string url) =>
        so is null ? new SummaryError(code, 1, url) : so with { Count = so.Count + 1 };

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

    // Nearest rank: the smallest value that at least this share of all values do not exceed.
    private static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)], 1);
    }
}
