using System.Runtime.CompilerServices;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Crawls;

/// <summary>Typed access to the blobs of one crawl. The committed blobs are the complete state of the crawl.</summary>
internal sealed class CrawlBlobs(IBlobStore store, string crawlId)
{
    private static readonly CrawlJson Json = CrawlJson.Default;

    /// <summary>The names of the crawl's blobs.</summary>
    public CrawlLayout Layout { get; } = new(crawlId);

    /// <summary>The store that holds the blobs.</summary>
    public IBlobStore Store => store;

    /// <summary>The id of the crawl.</summary>
    public string CrawlId => crawlId;

    /// <summary>Accepts the crawl by writing its request. False if the crawl already has one; nothing is written then.</summary>
    public Task<bool> AcceptAsync(StoredRequest request, CancellationToken cancellationToken) =>
        store.PutJsonAsync(Layout.Request, request, Json.StoredRequest, PutCondition.IfAbsent, cancellationToken);

    /// <summary>Returns the accepted request; null if there is none.</summary>
    /// <exception cref="InvalidDataException">The request is damaged or has a newer version.</exception>
    public async Task<StoredRequest?> FindRequestAsync(CancellationToken cancellationToken)
    {
        var stored = await store
            .GetJsonAsync(Layout.Request, Json.StoredRequest, cancellationToken)
            .ConfigureAwait(false);
        return stored is { Request.Urls: null } or { Request: null }
            ? throw new DamagedBlobException(Layout.Request, "it has no request")
            : stored;
    }

    /// <summary>Returns the accepted request of a crawl that must have one.</summary>
    /// <exception cref="InvalidDataException">There is no request, or it has a newer version.</exception>
    public async Task<StoredRequest> GetRequestAsync(CancellationToken cancellationToken) =>
        await FindRequestAsync(cancellationToken).ConfigureAwait(false)
        ?? throw new InvalidDataException($"there is no crawl '{crawlId}'");

    /// <summary>Whether the crawl was deleted. Some of its blobs may still exist.</summary>
    public Task<bool> IsDeletedAsync(CancellationToken cancellationToken) =>
        ExistsAsync(Layout.Tombstone, cancellationToken);

    /// <summary>Writes the tombstone: nothing more is committed to the crawl, and its id is never used again.</summary>
    public Task MarkDeletedAsync(CancellationToken cancellationToken) =>
        store.PutAsync(Layout.Tombstone, "{}"u8.ToArray(), PutCondition.None, cancellationToken);

    /// <summary>Deletes every blob of the crawl except its tombstone. The summary goes last; see <see cref="MayCommitAsync"/>.</summary>
    public async Task DeleteAllAsync(CancellationToken cancellationToken)
    {
        foreach (var prefix in new[] { Layout.Root, Layout.Damaged })
        {
            await foreach (var name in store.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
            {
                if (!string.Equals(name, Layout.Summary, StringComparison.Ordinal))
                    await store.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
            }
        }
        await store.DeleteAsync(Layout.Summary, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the crawl has ended or was deleted. A late worker must not commit anything then.</summary>
    public async Task<bool> IsClosedAsync(CancellationToken cancellationToken) =>
        await ExistsAsync(Layout.Summary, cancellationToken).ConfigureAwait(false)
        || await IsDeletedAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Whether a chunk may be committed. It may not when the crawl has ended or was deleted, or when its wave was planned again
    /// since <paramref name="plan"/> was read: then its chunks may have other URLs.
    /// </summary>
    /// <remarks>
    /// Costs two requests: only a crawl that has ended can be deleted, and its plans go before its summary. So a crawl with a
    /// plan and without a summary was not deleted.
    /// </remarks>
    public async Task<bool> MayCommitAsync(WavePlan plan, int wave, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (await ExistsAsync(Layout.Summary, cancellationToken).ConfigureAwait(false))
            return false;
        var current = await GetPlanAsync(wave, cancellationToken).ConfigureAwait(false);
        // A plan can also be lost.
        return current is null
            ? !await IsDeletedAsync(cancellationToken).ConfigureAwait(false)
            : string.Equals(current.Inputs, plan.Inputs, StringComparison.Ordinal);
    }

    /// <summary>Writes the cancel marker. <c>CrawlWatch</c> looks for it every few seconds.</summary>
    public Task CancelAsync(CancellationToken cancellationToken) =>
        store.PutAsync(Layout.CancelMarker, "{}"u8.ToArray(), PutCondition.None, cancellationToken);

    /// <summary>Whether the cancel marker exists.</summary>
    public async Task<bool> IsCancelledAsync(CancellationToken cancellationToken) =>
        await store.GetAsync(Layout.CancelMarker, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Reopens a cancelled crawl. When it is run again, it continues from its open wave.</summary>
    /// <returns>False if there is nothing to reopen: the crawl was not cancelled, or it has completed.</returns>
    public async Task<bool> ReopenAsync(CancellationToken cancellationToken)
    {
        var summary = await this.TakeSummaryAsync(cancellationToken).ConfigureAwait(false);
        if (
            summary is null
                ? !await IsCancelledAsync(cancellationToken).ConfigureAwait(false)
                : summary.State != CrawlState.Cancelled
        )
            return false;
        // Delete the marker last: a crash before that leaves a cancelled crawl, which can be reopened again. A crawl without
        // a marker but with a summary would run to its end and keep the old summary.
        await store.DeleteAsync(Layout.Summary, cancellationToken).ConfigureAwait(false);
        await store.DeleteAsync(Layout.Duplicates, cancellationToken).ConfigureAwait(false);
        await store.DeleteAsync(Layout.NearDuplicates, cancellationToken).ConfigureAwait(false);
        await store.DeleteAsync(Layout.CancelMarker, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>
    /// Returns the wave that the crawl continues from: the last one before the first without a plan, or 0.
    /// </summary>
    public async Task<int> FindOpenWaveAsync(CancellationToken cancellationToken)
    {
        var wave = 0;
        while (await HasPlanAsync(wave, cancellationToken).ConfigureAwait(false))
            wave++;
        return Math.Max(0, wave - 1);
    }

    /// <summary>Whether there is a plan of a wave. It may be damaged.</summary>
    public Task<bool> HasPlanAsync(int wave, CancellationToken cancellationToken) =>
        ExistsAsync(Layout.Plan(wave), cancellationToken);

    /// <summary>Whether a chunk is committed. It may be damaged.</summary>
    public Task<bool> HasChunkAsync(int wave, int chunk, CancellationToken cancellationToken) =>
        ExistsAsync(Layout.Chunk(wave, chunk), cancellationToken);

    /// <summary>Returns the committed plan of a wave; null if there is none.</summary>
    public Task<WavePlan?> GetPlanAsync(int wave, CancellationToken cancellationToken) =>
        store.GetJsonAsync(Layout.Plan(wave), Json.WavePlan, cancellationToken);

    /// <summary>Returns the committed plan of a wave that must have one.</summary>
    /// <exception cref="DamagedBlobException">The wave has no plan, or it is damaged.</exception>
    public async Task<WavePlan> RequirePlanAsync(int wave, CancellationToken cancellationToken) =>
        await GetPlanAsync(wave, cancellationToken).ConfigureAwait(false)
        ?? throw DamagedBlobException.Missing(Layout.Plan(wave));

    /// <summary>Reads the URLs that waited when a wave was planned by version 0.1, in their order.</summary>
    /// <exception cref="DamagedBlobException">The blob is missing or damaged.</exception>
    public async IAsyncEnumerable<FrontierUrl> ReadOldBacklogAsync(
        WavePlan plan,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Backlog is null)
            yield break;
        var count = 0;
        await foreach (var line in store.ReadLinesAsync(plan.Backlog, cancellationToken).ConfigureAwait(false))
        {
            yield return JsonBlobs.Parse(line, plan.Backlog, Json.FrontierUrl);
            count++;
        }
        // A truncated gzip stream ends without an error.
        if (count != plan.Waiting)
            throw new DamagedBlobException(plan.Backlog, $"it has {count} of {plan.Waiting} URLs");
    }

    /// <summary>Returns the summary; null if the crawl has not ended.</summary>
    public Task<CrawlSummary?> GetSummaryAsync(CancellationToken cancellationToken) =>
        store.GetJsonAsync(Layout.Summary, Json.CrawlSummary, cancellationToken);

    /// <summary>Returns the input of a chunk from the blob that the plan of its wave names.</summary>
    public async Task<PlannedChunk> GetInputAsync(WavePlan plan, int chunk, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var name = CrawlLayout.Input(plan.Inputs, chunk);
        var input =
            await store.GetJsonAsync(name, Json.PlannedChunk, cancellationToken).ConfigureAwait(false)
            ?? throw DamagedBlobException.Missing(name);
        return input.Urls is null ? throw new DamagedBlobException(name, "it has no URLs") : input;
    }

    /// <summary>Commits a chunk once. If it was committed before, nothing is written.</summary>
    /// <returns>The header of the first commit.</returns>
    public async Task<ChunkHeader> CommitChunkAsync(
        int wave,
        int chunk,
        ChunkHeader header,
        IReadOnlyList<PageRecord> records,
        CancellationToken cancellationToken
    )
    {
        var content = JsonBlobs.WriteLines(
            write =>
            {
                write(header, Json.ChunkHeader);
                foreach (var record in records)
                    write(record, Json.PageRecord);
            },
            seal: true
        );
        var name = Layout.Chunk(wave, chunk);
        if (await store.PutAsync(name, content, PutCondition.IfAbsent, cancellationToken).ConfigureAwait(false))
            return header;
        return await this.FindHeaderAsync(wave, chunk, cancellationToken).ConfigureAwait(false)
            ?? throw new IOException($"the blob {name} was deleted while it was read");
    }

    private async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken)
    {
        var blob = await store.OpenReadAsync(name, cancellationToken).ConfigureAwait(false);
        if (blob is null)
            return false;
        await blob.DisposeAsync().ConfigureAwait(false);
        return true;
    }
}
