using System.Buffers.Binary;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// Where an earlier crawl stored its succeeded pages, by URL. Takes 28 bytes per page, in memory and as a blob: the hash of the
/// URL, then wave, chunk and line of the record, all big-endian; ascending, without a header.
/// </summary>
internal sealed class EarlierPages
{
    private const int HashSize = 16;
    private const int Size = HashSize + (3 * sizeof(int));

    private readonly UInt128[] _hashes;
    private readonly RecordCursor[] _cursors;

    private EarlierPages(UInt128[] hashes, RecordCursor[] cursors) => (_hashes, _cursors) = (hashes, cursors);

    /// <summary>The hashes of the URLs, ascending.</summary>
    public IReadOnlyList<UInt128> Hashes => _hashes;

    /// <summary>Finds the record of a normalised URL; null if the earlier crawl did not store the page.</summary>
    public RecordCursor? Find(string url) =>
        Array.BinarySearch(_hashes, UrlHash.Of(url)) is var index and >= 0 ? _cursors[index] : null;

    /// <summary>Reads the pages of a crawl from the headers of its chunks. Pages in damaged chunks are left out.</summary>
    public static async Task<EarlierPages> CollectAsync(CrawlBlobs earlier, CancellationToken cancellationToken)
    {
        var pages = new SortedDictionary<UInt128, RecordCursor>();
        var waves = earlier.ReadWavesAsync(0, static _ => { }, cancellationToken);
        await foreach (var wave in waves.ConfigureAwait(false))
        {
            foreach (var chunk in wave.Chunks)
            {
                var entries = await FindEntriesAsync(earlier, wave.Number, chunk, cancellationToken)
                    .ConfigureAwait(false);
                foreach (var (line, entry) in entries.Index().Where(e => e.Item.Error is null))
                    pages[UrlHash.Of(entry.Url)] = new RecordCursor(wave.Number, chunk, line);
            }
        }
        return new EarlierPages([.. pages.Keys], [.. pages.Values]);
    }

    /// <summary>Reads a blob that <see cref="PutAsync"/> wrote.</summary>
    /// <exception cref="DamagedBlobException">The blob is missing or damaged.</exception>
    public static async Task<EarlierPages> GetAsync(IBlobStore store, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var blob = await store.GetSealedAsync(name, cancellationToken).ConfigureAwait(false);
        return Read(blob.Span);
    }

    /// <summary>Writes the pages as a blob and returns its name.</summary>
    public Task<string> PutAsync(IBlobStore store, string prefix, CancellationToken cancellationToken) =>
        store.PutSealedAsync(prefix, Write(), cancellationToken);

    private static async Task<IReadOnlyList<ChunkEntry>> FindEntriesAsync(
        CrawlBlobs earlier,
        int wave,
        int chunk,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var header = await earlier.FindHeaderAsync(wave, chunk, cancellationToken).ConfigureAwait(false);
            return header?.Entries ?? [];
        }
        catch (DamagedBlobException)
        {
            // The crawl has ended, so nothing repairs the chunk. Its pages count as new.
            return [];
        }
    }

    private byte[] Write()
    {
        var content = new byte[_hashes.Length * Size];
        for (var i = 0; i < _hashes.Length; i++)
        {
            var item = content.AsSpan(i * Size, Size);
            BinaryPrimitives.WriteUInt128BigEndian(item, _hashes[i]);
            BinaryPrimitives.WriteInt32BigEndian(item[HashSize..], _cursors[i].Wave);
            BinaryPrimitives.WriteInt32BigEndian(item[(HashSize + sizeof(int))..], _cursors[i].Chunk);
            BinaryPrimitives.WriteInt32BigEndian(item[(HashSize + (2 * sizeof(int)))..], _cursors[i].Line);
        }
        return content;
    }

    private static EarlierPages Read(ReadOnlySpan<byte> content)
    {
        var hashes = new UInt128[content.Length / Size];
        var cursors = new RecordCursor[hashes.Length];
        for (var i = 0; i < hashes.Length; i++)
        {
            var item = content.Slice(i * Size, Size);
            hashes[i] = BinaryPrimitives.ReadUInt128BigEndian(item);
            cursors[i] = new RecordCursor(
                BinaryPrimitives.ReadInt32BigEndian(item[HashSize..]),
                BinaryPrimitives.ReadInt32BigEndian(item[(HashSize + sizeof(int))..]),
                BinaryPrimitives.ReadInt32BigEndian(item[(HashSize + (2 * sizeof(int)))..])
            );
        }
        return new EarlierPages(hashes, cursors);
    }
}
