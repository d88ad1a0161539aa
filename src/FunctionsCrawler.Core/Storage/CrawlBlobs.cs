using System.Runtime.CompilerServices;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Storage;

/// <summary>The blobs of one crawl, typed: what is committed, and nothing else, is the state of the crawl.</summary>
public sealed class CrawlBlobs(IBlobStore store, string crawlId)
{
    private static readonly CrawlJson Json = CrawlJson.Default;

    /// <summary>The names of the blobs.</summary>
    public CrawlLayout Layout { get; } = new(crawlId);

    /// <summary>The store they lie in.</summary>
    public IBlobStore Store => store;

    /// <summary>The crawl.</summary>
    public string CrawlId => crawlId;

    /// <summary>Accepts a crawl: writes its request unless there is one.</summary>
    public Task<bool> AcceptAsync(StoredRequest request, CancellationToken cancellationToken) =>
        store.PutJsonAsync(Layout.Request, request, Json.StoredRequest, PutCondition.IfAbsent, cancellationToken);

    /// <summary>The accepted request; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is of another version.</exception>
    public async Task<StoredRequest?> FindRequestAsync(CancellationToken cancellationToken)
    {
        var stored = await store
            .GetJsonAsync(Layout.Request, Json.StoredRequest, cancellationToken)
            .ConfigureAwait(false);
        return stored is null or { V: StoredRequest.CurrentVersion }
            ? stored
            : throw new InvalidDataException(
                $"crawl '{crawlId}' was stored in version {stored.V} of the layout; this program reads version {StoredRequest.CurrentVersion}"
            );
    }

    /// <summary>The accepted request of a crawl that must have one.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is of another version.</exception>
    public async Task<StoredRequest> GetRequestAsync(CancellationToken cancellationToken) =>
        await FindRequestAsync(cancellationToken).ConfigureAwait(false)
        ?? throw new InvalidDataException($"there is no crawl '{crawlId}'");

    /// <summary>Whether the crawl was deleted. Its blobs may not all be gone yet.</summary>
    public Task<bool> IsDeletedAsync(CancellationToken cancellationToken) =>
        ExistsAsync(Layout.Tombstone, cancellationToken);

    /// <summary>Sees to it that nothing is committed to the crawl any more, and that its id is never used again.</summary>
    public Task MarkDeletedAsync(CancellationToken cancellationToken) =>
        store.PutAsync(Layout.Tombstone, "{}"u8.ToArray(), PutCondition.None, cancellationToken);

    /// <summary>Deletes every blob of the crawl but its tombstone.</summary>
    public async Task DeleteAllAsync(CancellationToken cancellationToken)
    {
        await foreach (var name in store.ListAsync(Layout.Root, cancellationToken).ConfigureAwait(false))
            await store.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the crawl has ended or was deleted: what a late worker would still commit is not wanted.</summary>
    public async Task<bool> IsClosedAsync(CancellationToken cancellationToken) =>
        await ExistsAsync(Layout.Summary, cancellationToken).ConfigureAwait(false)
        || await IsDeletedAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Cancels the crawl: chunks see the marker within a second.</summary>
    public Task CancelAsync(CancellationToken cancellationToken) =>
        store.PutAsync(Layout.CancelMarker, "{}"u8.ToArray(), PutCondition.None, cancellationToken);

    /// <summary>Whether the crawl is cancelled.</summary>
    public async Task<bool> IsCancelledAsync(CancellationToken cancellationToken) =>
        await store.GetAsync(Layout.CancelMarker, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Makes a cancelled crawl one that can go on: run it again, and it continues from its open wave.</summary>
    /// <returns>False when there is nothing to reopen: it is not cancelled, or it has completed.</returns>
    public async Task<bool> ReopenAsync(CancellationToken cancellationToken)
    {
        var summary = await GetSummaryAsync(cancellationToken).ConfigureAwait(false);
        if (
            summary is null
                ? !await IsCancelledAsync(cancellationToken).ConfigureAwait(false)
                : summary.State != CrawlState.Cancelled
        )
            return false;
        // The marker goes last: whoever dies in between leaves a crawl that is cancelled, and can be reopened again. A
        // crawl without marker that had a summary would run to its end and then keep the old summary.
        await store.DeleteAsync(Layout.Summary, cancellationToken).ConfigureAwait(false);
        await store.DeleteAsync(Layout.Duplicates, cancellationToken).ConfigureAwait(false);
        await store.DeleteAsync(Layout.CancelMarker, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>The wave a crawl goes on from: the last that has a plan, or 0.</summary>
    public async Task<int> FindOpenWaveAsync(CancellationToken cancellationToken)
    {
        var wave = 0;
        while (await ExistsAsync(Layout.Plan(wave + 1), cancellationToken).ConfigureAwait(false))
            wave++;
        return wave;
    }

    /// <summary>The committed plan of a wave, or null.</summary>
    public Task<WavePlan?> GetPlanAsync(int wave, CancellationToken cancellationToken) =>
        store.GetJsonAsync(Layout.Plan(wave), Json.WavePlan, cancellationToken);

    /// <summary>The committed plan of a wave that must have one.</summary>
    /// <exception cref="InvalidDataException">It has none.</exception>
    public async Task<WavePlan> RequirePlanAsync(int wave, CancellationToken cancellationToken) =>
        await GetPlanAsync(wave, cancellationToken).ConfigureAwait(false)
        ?? throw new InvalidDataException($"wave {wave} of crawl '{crawlId}' has no plan");

    /// <summary>The summary, once the crawl has ended.</summary>
    public Task<CrawlSummary?> GetSummaryAsync(CancellationToken cancellationToken) =>
        store.GetJsonAsync(Layout.Summary, Json.CrawlSummary, cancellationToken);

    /// <summary>What a chunk is to crawl, by the plan of its wave.</summary>
    public async Task<PlannedChunk> GetInputAsync(WavePlan plan, int chunk, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var name = CrawlLayout.Input(plan.Inputs, chunk);
        return await store.GetJsonAsync(name, Json.PlannedChunk, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidDataException($"the blob {name} is missing");
    }

    /// <summary>Commits a chunk, once: when it has been committed already, nothing is written.</summary>
    /// <returns>The header that counts: the one that was committed first.</returns>
    public async Task<ChunkHeader> CommitChunkAsync(
        int wave,
        int chunk,
        ChunkHeader header,
        IReadOnlyList<PageRecord> records,
        CancellationToken cancellationToken
    )
    {
        var content = JsonBlobs.WriteLines(write =>
        {
            write(header, Json.ChunkHeader);
            foreach (var record in records)
                write(record, Json.PageRecord);
        });
        var name = Layout.Chunk(wave, chunk);
        var tag = await store.PutAsync(name, content, PutCondition.IfAbsent, cancellationToken).ConfigureAwait(false);
        if (tag is not null)
            return header;
        return await FindHeaderAsync(wave, chunk, cancellationToken).ConfigureAwait(false)
            ?? throw new IOException($"the blob {name} was there and is not any more");
    }

    /// <summary>The header of a committed chunk, or null when it is not committed.</summary>
    public async Task<ChunkHeader?> FindHeaderAsync(int wave, int chunk, CancellationToken cancellationToken)
    {
        var name = Layout.Chunk(wave, chunk);
        var lines = await store.OpenLinesAsync(name, cancellationToken).ConfigureAwait(false);
        if (lines is null)
            return null;
        using (lines)
            return await ReadHeaderAsync(lines, name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The headers of a wave's committed chunks, in order.</summary>
    public async IAsyncEnumerable<(int Chunk, ChunkHeader Header)> ReadHeadersAsync(
        int wave,
        int chunks,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            if (await FindHeaderAsync(wave, chunk, cancellationToken).ConfigureAwait(false) is { } header)
                yield return (chunk, header);
        }
    }

    private static async Task<ChunkHeader> ReadHeaderAsync(
        StreamReader lines,
        string name,
        CancellationToken cancellationToken
    ) =>
        await ReadLineAsync(lines, name, cancellationToken).ConfigureAwait(false) is { } line
            ? JsonBlobs.Parse(line, name, Json.ChunkHeader)
            : throw new InvalidDataException($"the blob {name} is empty");

    /// <summary>The next line of a blob. What unpacks the lines knows no name.</summary>
    internal static async Task<string?> ReadLineAsync(
        StreamReader lines,
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"the blob {name} is damaged: {e.Message}", e);
        }
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
