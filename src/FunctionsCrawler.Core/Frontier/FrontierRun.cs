using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Frontier;

/// <summary>URLs of the frontier in the order in which they are visited, in memory or in a blob.</summary>
internal abstract class FrontierRun : IDisposable
{
    /// <summary>The number of URLs that were not taken.</summary>
    public abstract int Left { get; }

    /// <summary>The key of the next URL; undefined if none is left.</summary>
    public abstract IReadOnlyList<long> Key { get; }

    /// <summary>Returns the next URL. There must be one.</summary>
    public abstract ValueTask<FrontierUrl> PeekAsync(CancellationToken cancellationToken);

    /// <summary>Takes the URL that <see cref="PeekAsync"/> returned.</summary>
    public abstract void Take();

    /// <summary>Takes all URLs.</summary>
    public async Task<IReadOnlyList<FrontierUrl>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var urls = new List<FrontierUrl>(Left);
        while (Left > 0)
        {
            urls.Add(await PeekAsync(cancellationToken).ConfigureAwait(false));
            Take();
        }
        return urls;
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>URLs in memory.</summary>
/// <param name="urls">The URLs, sorted.</param>
/// <param name="areHandedBack">Whether the last wave handed them back.</param>
/// <param name="request">The request of the crawl.</param>
internal sealed class MemoryRun(IReadOnlyList<FrontierUrl> urls, bool areHandedBack, CrawlRequest request) : FrontierRun
{
    private int _taken;

    /// <summary>The URLs that were not taken.</summary>
    public IEnumerable<FrontierUrl> Rest => urls.Skip(_taken);

    /// <inheritdoc/>
    public override int Left => urls.Count - _taken;

    /// <inheritdoc/>
    public override IReadOnlyList<long> Key =>
        Left > 0 ? FrontierOrder.KeyOf(urls[_taken], areHandedBack, request) : [];

    /// <inheritdoc/>
    public override ValueTask<FrontierUrl> PeekAsync(CancellationToken cancellationToken) => new(urls[_taken]);

    /// <inheritdoc/>
    public override void Take() => _taken++;

    /// <inheritdoc/>
    public override void Dispose() { }
}

/// <summary>URLs in a blob, which is read from the first URL on that is asked for.</summary>
/// <param name="store">Where the blob is.</param>
/// <param name="segment">The URLs.</param>
/// <param name="request">The request of the crawl.</param>
internal sealed class StoredRun(IBlobStore store, BacklogSegment segment, CrawlRequest request) : FrontierRun
{
    private BacklogReader? _reader;
    private FrontierUrl? _next;
    private int _taken;

    /// <inheritdoc/>
    public override int Left => segment.Left - _taken;

    /// <inheritdoc/>
    public override IReadOnlyList<long> Key =>
        _next is null ? segment.First : FrontierOrder.KeyOf(_next, isHandedBack: false, request);

    /// <summary>The segment without what was taken.</summary>
    public BacklogSegment ToSegment() =>
        _taken == 0 ? segment : segment with { First = Key, Skip = segment.Skip + _taken };

    /// <inheritdoc/>
    public override async ValueTask<FrontierUrl> PeekAsync(CancellationToken cancellationToken)
    {
        _reader ??= await segment.OpenAsync(store, cancellationToken).ConfigureAwait(false);
        return _next ??= _reader.Next()!;
    }

    /// <inheritdoc/>
    public override void Take()
    {
        _taken++;
        // The key of a run that is not used up is always known.
        _next = _reader!.Next();
    }

    /// <inheritdoc/>
    public override void Dispose() => _reader?.Dispose();
}
