using System.Runtime.CompilerServices;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Crawls;

/// <summary>A record of a chunk.</summary>
/// <param name="Record">The record. If it is lost, only its URL is known, and its error says why.</param>
/// <param name="IsLost">Whether the stored record cannot be read.</param>
internal readonly record struct ChunkRecord(PageRecord Record, bool IsLost);

/// <summary>
/// Reads the records of a chunk. Each URL that is known to be in a damaged chunk gets a record with an error, so that one
/// damaged blob does not hide the rest of the crawl.
/// </summary>
internal sealed class ChunkRecords(CrawlBlobs crawl, StoredWave wave)
{
    /// <summary>Returns the records of a chunk, in the order of its URLs.</summary>
    public async IAsyncEnumerable<ChunkRecord> ReadAsync(
        int chunk,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var name = crawl.Layout.Chunk(wave.Number, chunk);
        using var lines = await crawl.Store.OpenLinesAsync(name, cancellationToken).ConfigureAwait(false);
        var (header, fault) = lines is null
            ? (null, DamagedBlobException.Missing(name))
            : await TryReadHeaderAsync(lines, name, cancellationToken).ConfigureAwait(false);
        if (header is null)
        {
            foreach (var url in await FindUrlsAsync(chunk, cancellationToken).ConfigureAwait(false))
                yield return new ChunkRecord(Lost(url, fault!), IsLost: true);
            yield break;
        }
        var count = 0;
        IReadOnlyList<FrontierUrl>? planned = null;
        foreach (var entry in header.Entries)
        {
            PageRecord? record = null;
            try
            {
                var line = await JsonBlobs.ReadLineAsync(lines!, name, cancellationToken).ConfigureAwait(false);
                record = line is null
                    ? throw new DamagedBlobException(name, $"it has {count} of {header.Entries.Count} records")
                    : JsonBlobs.Parse(line, name, CrawlJson.Default.PageRecord);
                count++;
            }
            catch (DamagedBlobException e)
            {
                fault = e;
            }
            yield return record is null
                ? new ChunkRecord(Lost(await PlannedAsync(entry.Url).ConfigureAwait(false), fault!), IsLost: true)
                : new ChunkRecord(record, IsLost: false);
        }

        async Task<FrontierUrl> PlannedAsync(string url)
        {
            planned ??= await FindUrlsAsync(chunk, cancellationToken).ConfigureAwait(false);
            return planned.FirstOrDefault(u => string.Equals(u.Url, url, StringComparison.Ordinal))
                ?? new FrontierUrl(url, wave.Plan?.Depth ?? 0, null);
        }
    }

    private static async Task<(ChunkHeader?, DamagedBlobException?)> TryReadHeaderAsync(
        StreamReader lines,
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await CommittedChunks.ReadHeaderAsync(lines, name, cancellationToken).ConfigureAwait(false), null);
        }
        catch (DamagedBlobException e)
        {
            return (null, e);
        }
    }

    // The planned URLs. None if they cannot be read either.
    private async Task<IReadOnlyList<FrontierUrl>> FindUrlsAsync(int chunk, CancellationToken cancellationToken)
    {
        try
        {
            return wave.Plan is null
                ? []
                : (await crawl.GetInputAsync(wave.Plan, chunk, cancellationToken).ConfigureAwait(false)).Urls;
        }
        catch (DamagedBlobException)
        {
            return [];
        }
    }

    private PageRecord Lost(FrontierUrl url, DamagedBlobException fault) =>
        new()
        {
            Url = url.Url,
            Depth = url.Depth,
            ParentUrl = url.Parent,
            FetchedAt = wave.Plan?.StartedAt ?? default,
            Error = new PageError(ErrorCode.Internal, $"the stored record cannot be read: {fault.Message}"),
        };
}
