using System.IO.Compression;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Crawls;

/// <summary>A part of the waiting URLs: an immutable blob that holds them in the order in which they are visited.</summary>
/// <param name="Blob">The name of the blob.</param>
/// <param name="Count">The number of URLs in the blob.</param>
/// <param name="First">
/// The place in the crawl's order of the first URL that still waits, so that a plan reads only the segments that it takes from.
/// </param>
/// <param name="Skip">The number of URLs at the start of the blob that no longer wait.</param>
internal sealed record BacklogSegment(string Blob, int Count, IReadOnlyList<long> First, int Skip = 0)
{
    /// <summary>The number of URLs that still wait.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Left => Count - Skip;

    /// <summary>Writes URLs as a blob.</summary>
    /// <param name="store">Where to write it.</param>
    /// <param name="prefix">The name without checksum and extension.</param>
    /// <param name="urls">At least one URL, in order.</param>
    /// <param name="first">The place of the first one.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    public static async Task<BacklogSegment> PutAsync(
        IBlobStore store,
        string prefix,
        IReadOnlyCollection<FrontierUrl> urls,
        IReadOnlyList<long> first,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(urls);
        var content = JsonBlobs.WriteLines(
            write =>
            {
                foreach (var url in urls)
                    write(url, CrawlJson.Default.FrontierUrl);
            },
            seal: false
        );
        var name = await store.PutSealedAsync(prefix, content, cancellationToken).ConfigureAwait(false);
        return new BacklogSegment(name, urls.Count, first);
    }

    /// <summary>Opens the segment at the first URL that still waits.</summary>
    /// <exception cref="DamagedBlobException">The blob is missing or damaged.</exception>
    public async Task<BacklogReader> OpenAsync(IBlobStore store, CancellationToken cancellationToken)
    {
        // The checksum of the whole blob is checked here, so that a part of it can be used.
        var content = await store.GetSealedAsync(Blob, cancellationToken).ConfigureAwait(false);
        return new BacklogReader(this, content);
    }

    /// <summary>Reads the whole blob.</summary>
    /// <exception cref="DamagedBlobException">The blob is missing or damaged.</exception>
    public async Task CheckAsync(IBlobStore store, CancellationToken cancellationToken)
    {
        using var reader = await (this with { Skip = 0 }).OpenAsync(store, cancellationToken).ConfigureAwait(false);
        while (reader.Next() is not null) { }
    }
}

/// <summary>Reads a <see cref="BacklogSegment"/>. Only the compressed blob is held in memory.</summary>
internal sealed class BacklogReader : IDisposable
{
    private readonly BacklogSegment _segment;
    private readonly StreamReader _lines;

    internal BacklogReader(BacklogSegment segment, ReadOnlyMemory<byte> content)
    {
        _segment = segment;
        var bytes = new MemoryStream(content.ToArray(), writable: false);
        _lines = new StreamReader(new GZipStream(bytes, CompressionMode.Decompress));
        while (Position < segment.Skip)
            NextLine();
    }

    /// <summary>The number of URLs before the next one.</summary>
    public int Position { get; private set; }

    /// <summary>Returns the next URL; null at the end.</summary>
    /// <exception cref="DamagedBlobException">The blob is damaged.</exception>
    public FrontierUrl? Next() =>
        Position == _segment.Count ? null : JsonBlobs.Parse(NextLine(), _segment.Blob, CrawlJson.Default.FrontierUrl);

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private string NextLine()
    {
        try
        {
            var line =
                _lines.ReadLine()
                ?? throw new DamagedBlobException(_segment.Blob, $"it has {Position} of {_segment.Count} URLs");
            Position++;
            return line;
        }
        catch (InvalidDataException e)
        {
            throw new DamagedBlobException(_segment.Blob, e.Message, e);
        }
    }
}
