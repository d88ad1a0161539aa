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

    /// <summary>The accepted request.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is of another version.</exception>
    public async Task<StoredRequest> GetRequestAsync(CancellationToken cancellationToken)
    {
        var stored =
            await store.GetJsonAsync(Layout.Request, Json.StoredRequest, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidDataException($"there is no crawl '{crawlId}'");
        return stored.V == StoredRequest.CurrentVersion
            ? stored
            : throw new InvalidDataException(
                $"crawl '{crawlId}' was stored in version {stored.V} of the layout; this program reads version {StoredRequest.CurrentVersion}"
            );
    }

    /// <summary>Cancels the crawl: chunks see the marker within a second.</summary>
    public Task CancelAsync(CancellationToken cancellationToken) =>
        store.PutAsync(Layout.CancelMarker, "{}"u8.ToArray(), PutCondition.None, cancellationToken);

    /// <summary>Whether the crawl is cancelled.</summary>
    public async Task<bool> IsCancelledAsync(CancellationToken cancellationToken) =>
        await store.GetAsync(Layout.CancelMarker, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>The committed plan of a wave, or null.</summary>
    public Task<WavePlan?> GetPlanAsync(int wave, CancellationToken cancellationToken) =>
        store.GetJsonAsync(Layout.Plan(wave), Json.WavePlan, cancellationToken);

    /// <summary>The summary, once the crawl has ended.</summary>
    public Task<CrawlSummary?> GetSummaryAsync(CancellationToken cancellationToken) =>
        store.GetJsonAsync(Layout.Summary, Json.CrawlSummary, cancellationToken);

    /// <summary>The wave to go on with: the last one that has a plan.</summary>
    public async Task<int> FindOpenWaveAsync(CancellationToken cancellationToken)
    {
        var wave = 0;
        while (await GetPlanAsync(wave + 1, cancellationToken).ConfigureAwait(false) is not null)
            wave++;
        return wave;
    }

    /// <summary>Lets a crawl that did not complete go on.</summary>
    public async Task ReopenAsync(CancellationToken cancellationToken)
    {
        await store.DeleteAsync(Layout.CancelMarker, cancellationToken).ConfigureAwait(false);
        await store.DeleteAsync(Layout.Summary, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a chunk is to crawl.</summary>
    public async Task<PlannedChunk> GetInputAsync(int wave, int chunk, CancellationToken cancellationToken)
    {
        var plan =
            await GetPlanAsync(wave, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidDataException($"wave {wave} of crawl '{crawlId}' has no plan");
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
        var stream = await store.OpenReadAsync(name, cancellationToken).ConfigureAwait(false);
        if (stream is null)
            return null;
        await stream.DisposeAsync().ConfigureAwait(false);
        await foreach (var line in store.ReadLinesAsync(name, cancellationToken).ConfigureAwait(false))
            return JsonBlobs.Parse(line, name, Json.ChunkHeader);
        throw new InvalidDataException($"the blob {name} is empty");
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

    /// <summary>Every committed record in stored order: by wave, chunk and place. Duplicates are marked once the crawl has ended.</summary>
    public async IAsyncEnumerable<PageRecord> ReadRecordsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var duplicates =
            await store
                .GetJsonAsync(Layout.Duplicates, Json.DictionaryStringString, cancellationToken)
                .ConfigureAwait(false)
            ?? [];
        for (var wave = 0; await GetPlanAsync(wave, cancellationToken).ConfigureAwait(false) is { } plan; wave++)
        {
            for (var chunk = 0; chunk < plan.LaneChunks.Sum(); chunk++)
            {
                if (await FindHeaderAsync(wave, chunk, cancellationToken).ConfigureAwait(false) is null)
                    continue;
                var name = Layout.Chunk(wave, chunk);
                var first = true;
                await foreach (var line in store.ReadLinesAsync(name, cancellationToken).ConfigureAwait(false))
                {
                    if (!first)
                    {
                        var record = JsonBlobs.Parse(line, name, Json.PageRecord);
                        yield return record with
                        {
                            DuplicateOf = duplicates.GetValueOrDefault(record.Url),
                        };
                    }
                    first = false;
                }
            }
        }
    }
}
