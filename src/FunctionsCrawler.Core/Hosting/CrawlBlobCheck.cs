using System.Runtime.CompilerServices;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Hosting;

/// <summary>Reads every blob that a crawl refers to, and returns those that are damaged or missing.</summary>
internal sealed class CrawlBlobCheck(CrawlBlobs crawl)
{
    /// <summary>Checks the blobs that are written when the crawl ends.</summary>
    /// <param name="mayRun">Whether the crawl may be without a summary.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    public async IAsyncEnumerable<DamagedBlobException> CheckRootAsync(
        bool mayRun,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        CrawlSummary? summary = null;
        var (layout, json) = (crawl.Layout, CrawlJson.Default);
        var damage = await TryAsync(async () =>
                summary =
                    await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false)
                    ?? (mayRun ? null : throw DamagedBlobException.Missing(layout.Summary))
            )
            .ConfigureAwait(false);
        if (damage is not null)
            yield return damage;
        damage = await TryAsync(async () =>
                _ =
                    await crawl
                        .Store.GetJsonAsync(layout.Duplicates, json.DictionaryStringString, cancellationToken)
                        .ConfigureAwait(false)
                    ?? (summary is null ? null : throw DamagedBlobException.Missing(layout.Duplicates))
            )
            .ConfigureAwait(false);
        if (damage is not null)
            yield return damage;
        // Crawls of earlier versions have none.
        damage = await TryAsync(() =>
                crawl.Store.GetJsonAsync(layout.NearDuplicates, json.DictionaryStringString, cancellationToken)
            )
            .ConfigureAwait(false);
        if (damage is not null)
            yield return damage;
        damage = await TryAsync(() => crawl.Store.GetJsonAsync(layout.Webhook, json.WebhookDelivery, cancellationToken))
            .ConfigureAwait(false);
        if (damage is not null)
            yield return damage;
    }

    /// <summary>Checks the plans, what they refer to, and the chunks.</summary>
    public async IAsyncEnumerable<DamagedBlobException> CheckWavesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var isCompleted = await IsCompletedAsync(cancellationToken).ConfigureAwait(false);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var found = new List<DamagedBlobException>();
        StoredWave? last = null;
        await foreach (var wave in crawl.ReadWavesAsync(0, found.Add, cancellationToken).ConfigureAwait(false))
        {
            last = wave;
            if (wave.Plan is not null)
            {
                await CheckReferencesAsync(wave.Plan, seen, found, cancellationToken).ConfigureAwait(false);
                await CheckChunksAsync(wave, wave.Plan, isCompleted, found, cancellationToken).ConfigureAwait(false);
            }
            foreach (var damage in found)
                yield return damage;
            found.Clear();
        }
        // The last plan of a completed crawl has no chunks.
        if (isCompleted && last is not { Plan: null or { LaneChunks.Count: 0 } })
            yield return DamagedBlobException.Missing(crawl.Layout.Plan((last?.Number ?? -1) + 1));
    }

    private async Task CheckReferencesAsync(
        WavePlan plan,
        HashSet<string> seen,
        List<DamagedBlobException> found,
        CancellationToken cancellationToken
    )
    {
        // Several plans refer to the same segments.
        string?[] hashes = [.. plan.Segments, .. plan.LeftOutSegments ?? [], plan.LeftOutHashes];
        foreach (var name in hashes.OfType<string>().Where(seen.Add))
            await AddAsync(found, () => crawl.Store.GetHashesAsync(name, cancellationToken)).ConfigureAwait(false);
        if (plan.Earlier is { } earlier && seen.Add(earlier))
            await AddAsync(found, () => crawl.Store.GetSealedAsync(earlier, cancellationToken)).ConfigureAwait(false);
        await AddAsync(
                found,
                async () =>
                    _ = await crawl
                        .ReadOldBacklogAsync(plan, cancellationToken)
                        .CountAsync(cancellationToken)
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        foreach (var segment in (plan.BacklogSegments ?? []).Where(s => seen.Add(s.Blob)))
            await AddAsync(found, () => segment.CheckAsync(crawl.Store, cancellationToken)).ConfigureAwait(false);
    }

    private async Task CheckChunksAsync(
        StoredWave wave,
        WavePlan plan,
        bool isCompleted,
        List<DamagedBlobException> found,
        CancellationToken cancellationToken
    )
    {
        var isClosed =
            isCompleted || await crawl.HasPlanAsync(wave.Number + 1, cancellationToken).ConfigureAwait(false);
        foreach (var chunk in wave.Chunks)
        {
            await AddAsync(found, () => crawl.GetInputAsync(plan, chunk, cancellationToken)).ConfigureAwait(false);
            await AddAsync(
                    found,
                    async () =>
                        _ =
                            await crawl.VerifyAsync(wave.Number, chunk, cancellationToken).ConfigureAwait(false)
                            ?? (
                                isClosed
                                    ? throw DamagedBlobException.Missing(crawl.Layout.Chunk(wave.Number, chunk))
                                    : null
                            )
                )
                .ConfigureAwait(false);
        }
    }

    private async Task<bool> IsCompletedAsync(CancellationToken cancellationToken)
    {
        CrawlSummary? summary = null;
        await TryAsync(async () => summary = await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false))
            .ConfigureAwait(false);
        return summary is { State: CrawlState.Completed };
    }

    private static async Task AddAsync(List<DamagedBlobException> found, Func<Task> read)
    {
        if (await TryAsync(read).ConfigureAwait(false) is { } damage)
            found.Add(damage);
    }

    private static async Task<DamagedBlobException?> TryAsync(Func<Task> read)
    {
        try
        {
            await read().ConfigureAwait(false);
            return null;
        }
        catch (DamagedBlobException e)
        {
            return e;
        }
    }
}
