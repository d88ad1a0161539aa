using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// A set of hashes in immutable blobs, which may be larger than memory. Blobs that follow each other with ascending values form
/// a run; a plan lists the blobs of all runs. At most one blob of each run is in memory at a time.
/// </summary>
/// <param name="store">Where the blobs are.</param>
/// <param name="names">The names of the blobs, oldest first.</param>
internal sealed class HashRuns(IBlobStore store, IEnumerable<string> names)
{
    /// <summary>The maximum number of hashes in a blob: 4 MB.</summary>
    public const int MaxBlobHashes = 256 * 1024;

    // 512 KB. A blob costs each plan a request, so runs up to this size are merged into the next.
    private const int SmallRun = 32 * 1024;

    private readonly Dictionary<string, (UInt128 First, UInt128 Last, int Count)> _known = new(StringComparer.Ordinal);

    /// <summary>The names of the blobs, oldest first.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [.. names];

    /// <summary>Marks which of some ascending hashes are in the set. Reads all blobs, one at a time.</summary>
    /// <param name="hashes">The hashes, ascending.</param>
    /// <param name="found">Set to true at the index of each hash that is in the set.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <exception cref="DamagedBlobException">A blob is missing or damaged.</exception>
    public async Task MarkAsync(UInt128[] hashes, bool[] found, CancellationToken cancellationToken)
    {
        foreach (var name in Names)
        {
            var content = await store.GetSealedAsync(name, cancellationToken).ConfigureAwait(false);
            try
            {
                HashSegment.Mark(content.Span, hashes, found);
                _known.TryAdd(name, HashSegment.RangeOf(content.Span));
            }
            catch (InvalidDataException e)
            {
                throw new DamagedBlobException(name, e.Message, e);
            }
        }
    }

    /// <summary>
    /// Adds hashes as a new run. A run at most twice as large as what follows it is merged with it, so there are few runs, and a
    /// hash is written as often as the logarithm of their number.
    /// </summary>
    /// <param name="hashes">The hashes, ascending.</param>
    /// <param name="nextPrefix">Returns the prefix of the name of a new blob.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <exception cref="DamagedBlobException">A blob is missing or damaged.</exception>
    public async Task AddAsync(UInt128[] hashes, Func<string> nextPrefix, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        var runs = await FindRunsAsync(cancellationToken).ConfigureAwait(false);
        var (kept, size) = (runs.Count, (long)hashes.Length);
        while (kept > 0 && CountOf(runs[kept - 1]) is var count && count <= Math.Max(2 * size, SmallRun))
        {
            size += count;
            kept--;
        }
        var merged = await MergeAsync(hashes, runs[kept..], nextPrefix, cancellationToken).ConfigureAwait(false);
        Names = [.. runs[..kept].SelectMany(run => run), .. merged];
    }

    private static (UInt128 First, UInt128 Last, int Count) RangeOf(IReadOnlyList<UInt128> hashes) =>
        hashes.Count == 0 ? default : (hashes[0], hashes[^1], hashes.Count);

    private long CountOf(List<string> run) => run.Sum(name => (long)_known[name].Count);

    // Blobs that happen to ascend without being written as one run can be merged as one too.
    private async Task<List<List<string>>> FindRunsAsync(CancellationToken cancellationToken)
    {
        var runs = new List<List<string>>();
        UInt128? last = null;
        foreach (var name in Names)
        {
            if (!_known.ContainsKey(name))
                await ReadAsync(name, cancellationToken).ConfigureAwait(false);
            if (last is { } end && _known[name].First > end)
                runs[^1].Add(name);
            else
                runs.Add([name]);
            last = _known[name].Last;
        }
        return runs;
    }

    private async Task<UInt128[]> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var hashes = await store.GetHashesAsync(name, cancellationToken).ConfigureAwait(false);
        _known[name] = RangeOf(hashes);
        return hashes;
    }

    private async Task<List<string>> MergeAsync(
        UInt128[] added,
        List<List<string>> runs,
        Func<string> nextPrefix,
        CancellationToken cancellationToken
    )
    {
        var written = new List<string>();
        var output = new List<UInt128>(Math.Min(MaxBlobHashes, added.Length));
        var sources = new PriorityQueue<Source, UInt128>();
        if (added.Length > 0)
            sources.Enqueue(new Source(added, []), added[0]);
        foreach (var run in runs)
            await EnqueueAsync(new Source([], new Queue<string>(run)) { At = -1 }).ConfigureAwait(false);
        UInt128? last = null;
        while (sources.TryDequeue(out var source, out var hash))
        {
            if (hash != last)
                output.Add(hash);
            last = hash;
            if (output.Count == MaxBlobHashes)
                await WriteAsync().ConfigureAwait(false);
            await EnqueueAsync(source).ConfigureAwait(false);
        }
        if (output.Count > 0)
            await WriteAsync().ConfigureAwait(false);
        return written;

        async ValueTask EnqueueAsync(Source source)
        {
            while (++source.At >= source.Hashes.Length)
            {
                if (!source.Rest.TryDequeue(out var name))
                    return;
                source.Hashes = await ReadAsync(name, cancellationToken).ConfigureAwait(false);
                source.At = -1;
            }
            sources.Enqueue(source, source.Hashes[source.At]);
        }

        async Task WriteAsync()
        {
            var name = await store.PutHashesAsync(nextPrefix(), output, cancellationToken).ConfigureAwait(false);
            _known[name] = RangeOf(output);
            written.Add(name);
            output.Clear();
        }
    }

    /// <summary>A run that is being merged.</summary>
    private sealed class Source(UInt128[] hashes, Queue<string> rest)
    {
        public UInt128[] Hashes { get; set; } = hashes;

        public Queue<string> Rest { get; } = rest;

        public int At { get; set; }
    }
}
