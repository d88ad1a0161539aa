using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// Treats damaged blobs as absent ones: moves them aside, so that what is missing is computed or crawled again from the blobs
/// that are left.
/// </summary>
internal static class CrawlRepair
{
    /// <summary>Moves a blob of a crawl below <see cref="CrawlLayout.Damaged"/>. Does nothing if there is no such blob.</summary>
    public static async Task SetAsideAsync(this CrawlBlobs crawl, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(crawl);
        ArgumentNullException.ThrowIfNull(name);
        var target = crawl.Layout.Damaged + name[crawl.Layout.Root.Length..];
        for (
            var copy = 1;
            !await TryCopyAsync(crawl.Store, name, target, cancellationToken).ConfigureAwait(false);
            copy++
        )
            target = $"{crawl.Layout.Damaged}{name[crawl.Layout.Root.Length..]}.{copy}";
        await crawl.Store.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Prepares a crawl to continue without a blob of a wave. The plans from that wave on were made from it, so they are moved
    /// aside too, the last one first: after a crash in between, the crawl still continues from a wave with a plan.
    /// </summary>
    /// <returns>The wave to plan again; null if the blob is not part of a wave of this crawl.</returns>
    public static async Task<int?> TryRepairAsync(
        this CrawlBlobs crawl,
        DamagedBlobException damage,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(crawl);
        ArgumentNullException.ThrowIfNull(damage);
        if (crawl.Layout.WaveOf(damage.Name) is not { } wave)
            return null;
        await crawl.RepairAsync(damage.Name, wave, cancellationToken).ConfigureAwait(false);
        return wave;
    }

    /// <inheritdoc cref="TryRepairAsync"/>
    public static async Task RepairAsync(
        this CrawlBlobs crawl,
        string name,
        int wave,
        CancellationToken cancellationToken
    )
    {
        await crawl.SetAsideAsync(name, cancellationToken).ConfigureAwait(false);
        await crawl.SetAsidePlansAsync(wave, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Moves the plans from <paramref name="first"/> on aside, the last one first.</summary>
    public static async Task SetAsidePlansAsync(this CrawlBlobs crawl, int first, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(crawl);
        var end = first;
        while (await crawl.HasPlanAsync(end, cancellationToken).ConfigureAwait(false))
            end++;
        for (var wave = end - 1; wave >= first; wave--)
            await crawl.SetAsideAsync(crawl.Layout.Plan(wave), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Moves aside the chunks of a wave that are damaged, or not exactly what its plan says, so that they are crawled again. A
    /// plan that is made again differs from the first one if a limit was raised in between, for example.
    /// </summary>
    public static async Task SetAsideUnplannedAsync(
        this CrawlBlobs crawl,
        int wave,
        WavePlan plan,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(crawl);
        ArgumentNullException.ThrowIfNull(plan);
        foreach (var chunk in await crawl.ListChunksAsync(wave, cancellationToken).ConfigureAwait(false))
        {
            if (!await IsPlannedAsync(crawl, wave, chunk, plan, cancellationToken).ConfigureAwait(false))
                await crawl.SetAsideAsync(crawl.Layout.Chunk(wave, chunk), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Returns the summary; null if there is none. A damaged one is moved aside, to be computed again.</summary>
    public static async Task<CrawlSummary?> TakeSummaryAsync(this CrawlBlobs crawl, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(crawl);
        try
        {
            return await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DamagedBlobException e)
        {
            await crawl.SetAsideAsync(e.Name, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    private static async Task<bool> IsPlannedAsync(
        CrawlBlobs crawl,
        int wave,
        int chunk,
        WavePlan plan,
        CancellationToken cancellationToken
    )
    {
        if (chunk >= plan.LaneChunks.Sum())
            return false;
        ChunkHeader? header;
        try
        {
            // All damaged chunks of the wave are found at once, so that a crawl with many of them needs few repairs.
            header = await crawl.VerifyAsync(wave, chunk, cancellationToken).ConfigureAwait(false);
        }
        catch (DamagedBlobException)
        {
            return false;
        }
        var input = await crawl.GetInputAsync(plan, chunk, cancellationToken).ConfigureAwait(false);
        return header is null
            || header
                .Entries.Select(e => e.Url)
                .Concat(header.Unfinished.Select(u => u.Url.Url))
                .Order(StringComparer.Ordinal)
                .SequenceEqual(input.Urls.Select(u => u.Url).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    // True if the blob was copied, or there is none.
    private static async Task<bool> TryCopyAsync(
        IBlobStore store,
        string name,
        string target,
        CancellationToken cancellationToken
    )
    {
        var content = await store.OpenReadAsync(name, cancellationToken).ConfigureAwait(false);
        if (content is null)
            return true;
        await using (content.ConfigureAwait(false))
            return await store
                .PutStreamAsync(target, content, PutCondition.IfAbsent, cancellationToken)
                .ConfigureAwait(false);
    }
}
