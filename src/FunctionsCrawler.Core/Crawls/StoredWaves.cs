using System.Runtime.CompilerServices;

namespace FunctionsCrawler.Crawls;

/// <summary>A wave, as far as it can be read.</summary>
/// <param name="Number">The number of the wave.</param>
/// <param name="Plan">The plan; null if it is damaged or missing.</param>
/// <param name="Chunks">The numbers of the planned chunks; without a plan, of the committed ones.</param>
internal sealed record StoredWave(int Number, WavePlan? Plan, IReadOnlyList<int> Chunks);

/// <summary>Reads the waves of a crawl. A damaged plan does not hide the waves after it.</summary>
internal static class StoredWaves
{
    /// <summary>Returns the waves from <paramref name="first"/> on.</summary>
    /// <param name="crawl">The crawl.</param>
    /// <param name="first">The number of the first wave to return.</param>
    /// <param name="onDamage">Called for each plan that is damaged or missing. What it throws ends the enumeration.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    public static async IAsyncEnumerable<StoredWave> ReadWavesAsync(
        this CrawlBlobs crawl,
        int first,
        Action<DamagedBlobException> onDamage,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var wave = first; ; wave++)
        {
            WavePlan? plan = null;
            try
            {
                plan = await crawl.GetPlanAsync(wave, cancellationToken).ConfigureAwait(false);
                if (plan is null)
                {
                    if (!await crawl.HasPlanAsync(wave + 1, cancellationToken).ConfigureAwait(false))
                        yield break;
                    onDamage(DamagedBlobException.Missing(crawl.Layout.Plan(wave)));
                }
            }
            catch (DamagedBlobException e) when (!e.IsMissing)
            {
                onDamage(e);
            }
            var chunks = plan is null
                ? await crawl.ListChunksAsync(wave, cancellationToken).ConfigureAwait(false)
                : [.. Enumerable.Range(0, plan.LaneChunks.Sum())];
            yield return new StoredWave(wave, plan, chunks);
        }
    }
}
