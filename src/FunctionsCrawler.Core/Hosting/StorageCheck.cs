using System.Runtime.CompilerServices;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Finds the damaged and missing blobs of all crawls of a store by reading everything, and prepares the crawls to be repaired.
/// No process may be running the crawls meanwhile.
/// </summary>
internal sealed class StorageCheck(IBlobStore store)
{
    private const string Crawls = "crawls/";

    private readonly CrawlIndex _index = new(store);

    /// <summary>Returns the ids of all crawls that are not deleted.</summary>
    public async Task<IReadOnlyList<string>> FindCrawlsAsync(CancellationToken cancellationToken)
    {
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var name in store.ListAsync(Crawls, cancellationToken).ConfigureAwait(false))
            ids.Add(name[Crawls.Length..].Split('/')[0]);
        await foreach (var name in store.ListAsync("deleted/", cancellationToken).ConfigureAwait(false))
            ids.Remove(name["deleted/".Length..]);
        ids.RemoveWhere(id => !CrawlLayout.IsId(id));
        return [.. ids];
    }

    /// <summary>Returns what is damaged in a crawl. Writes nothing.</summary>
    /// <exception cref="InvalidDataException">A blob has a newer version.</exception>
    public async IAsyncEnumerable<BlobDamage> CheckAsync(
        string crawlId,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var crawl = new CrawlBlobs(store, crawlId);
        var (stored, fault) = await CrawlStatuses.ReadRequestAsync(crawl, cancellationToken).ConfigureAwait(false);
        if (stored is null)
        {
            // Without damage, the crawl is being accepted, or its acceptance was interrupted.
            if (fault is not null)
                yield return new BlobDamage(crawlId, crawl.Layout.Request, fault, Remedy.None);
            yield break;
        }
        var wanted = await crawl.IsCancelledAsync(cancellationToken).ConfigureAwait(false)
            ? Remedy.None
            : Remedy.CrawlAgain;
        var root = new CrawlBlobCheck(crawl);
        var isOpen = await _index
            .IsOpenAsync(new CrawlEntry(crawlId, stored.AcceptedAt), cancellationToken)
            .ConfigureAwait(false);
        var hasIndex = await HasIndexAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var damage in root.CheckRootAsync(isOpen || !hasIndex, cancellationToken).ConfigureAwait(false))
            yield return new BlobDamage(crawlId, damage.Name, damage.Message, Remedy.ComputeAgain);
        await foreach (var damage in root.CheckWavesAsync(cancellationToken).ConfigureAwait(false))
        {
            var isChunk =
                CrawlLayout.ChunkOf(damage.Name, damage.Name[..(damage.Name.LastIndexOf('/') + 1)]) is not null;
            var remedy = isChunk || wanted == Remedy.None ? wanted : Remedy.ComputeAgain;
            yield return new BlobDamage(crawlId, damage.Name, damage.Message, remedy);
        }
        if (hasIndex && await _index.FindAsync(crawlId, cancellationToken).ConfigureAwait(false) is null)
            yield return new BlobDamage(crawlId, "index/all", "the crawl is not in the index", Remedy.ComputeAgain);
    }

    /// <summary>
    /// Moves the damaged blobs of a crawl aside, with everything that was made from them, and opens the crawl: the next process
    /// that resumes it computes or crawls again what is missing.
    /// </summary>
    /// <param name="found">What <see cref="CheckAsync"/> returned for one crawl.</param>
    /// <param name="cancellationToken">Stops the operation. It can be repeated.</param>
    public async Task RepairAsync(IReadOnlyList<BlobDamage> found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (found.All(d => d.Remedy == Remedy.None))
            return;
        var crawl = new CrawlBlobs(store, found[0].CrawlId);
        var stored = await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false);
        // Open it first, and move the summary aside last: after a crash, the crawl is still found by a check.
        if (await HasIndexAsync(cancellationToken).ConfigureAwait(false))
            await _index
                .AddAsync(new CrawlEntry(crawl.CrawlId, stored.AcceptedAt), cancellationToken)
                .ConfigureAwait(false);
        foreach (var damage in found.Where(d => d.Remedy != Remedy.None))
        {
            if (crawl.Layout.WaveOf(damage.Blob) is { } wave)
                await crawl.RepairAsync(damage.Blob, wave, cancellationToken).ConfigureAwait(false);
            else if (damage.Blob.StartsWith(crawl.Layout.Root, StringComparison.Ordinal))
                await crawl.SetAsideAsync(damage.Blob, cancellationToken).ConfigureAwait(false);
        }
        await crawl.SetAsideAsync(crawl.Layout.Duplicates, cancellationToken).ConfigureAwait(false);
        await crawl.SetAsideAsync(crawl.Layout.NearDuplicates, cancellationToken).ConfigureAwait(false);
        await crawl.SetAsideAsync(crawl.Layout.Summary, cancellationToken).ConfigureAwait(false);
    }

    // The output folder of a single crawl has no index.
    private async Task<bool> HasIndexAsync(CancellationToken cancellationToken) =>
        await store.ListAsync("index/", cancellationToken).AnyAsync(cancellationToken).ConfigureAwait(false);
}

/// <summary>A damaged or missing blob.</summary>
/// <param name="CrawlId">The crawl.</param>
/// <param name="Blob">The name of the blob.</param>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="Remedy">What can be done.</param>
internal sealed record BlobDamage(string CrawlId, string Blob, string Problem, Remedy Remedy);

/// <summary>How a damaged blob can be replaced.</summary>
internal enum Remedy
{
    /// <summary>It is computed again from other blobs.</summary>
    ComputeAgain,

    /// <summary>Its pages are crawled again.</summary>
    CrawlAgain,

    /// <summary>It is lost: the request of a crawl, or a part of a cancelled crawl.</summary>
    None,
}
