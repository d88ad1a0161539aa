using FunctionsCrawler.Blobs;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// The hashes of URLs that a crawl knows, most of them in blobs. Only those that are new, or that were looked up lately, are in
/// memory, so look URLs up before asking for them. Not thread-safe.
/// </summary>
/// <param name="store">Where the blobs are.</param>
/// <param name="names">The names of the blobs; see <see cref="HashRuns"/>.</param>
internal sealed class UrlSet(IBlobStore store, params IEnumerable<string> names)
{
    // About 10 MB in a hash table.
    private const int MaxAdded = HashRuns.MaxBlobHashes;

    // Saves looking up the navigation of a site again for every batch of links. About 20 MB.
    private const int MaxFound = 512 * 1024;

    private readonly HashRuns _stored = new(store, names);
    private readonly HashSet<UInt128> _added = [];
    private readonly HashSet<UInt128> _found = [];

    /// <summary>The names of the blobs, without the hashes that were not written yet.</summary>
    public IReadOnlyList<string> Names => _stored.Names;

    /// <summary>Adds a hash that was looked up.</summary>
    /// <returns>False if the set contains it already.</returns>
    public bool Add(UInt128 hash) => !_found.Contains(hash) && _added.Add(hash);

    /// <summary>Whether the set contains a hash. False if it is stored and was not looked up.</summary>
    public bool Contains(UInt128 hash) => _added.Contains(hash) || _found.Contains(hash);

    /// <summary>Finds out which hashes are stored, so that <see cref="Contains"/> knows them.</summary>
    /// <param name="hashes">The hashes, ascending.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <exception cref="DamagedBlobException">A blob is missing or damaged.</exception>
    public async Task LookUpAsync(UInt128[] hashes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        if (_stored.Names.Count == 0)
            return;
        if (_found.Count > MaxFound)
            _found.Clear();
        var found = new bool[hashes.Length];
        await _stored.MarkAsync(hashes, found, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < hashes.Length; i++)
        {
            if (found[i])
                _found.Add(hashes[i]);
        }
    }

    /// <summary>Writes the added hashes if there are too many for memory.</summary>
    public Task FlushIfLargeAsync(Func<string> nextPrefix, CancellationToken cancellationToken) =>
        _added.Count > MaxAdded ? FlushAsync(nextPrefix, cancellationToken) : Task.CompletedTask;

    /// <summary>Writes the added hashes.</summary>
    /// <param name="nextPrefix">Returns the prefix of the name of a new blob.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    public async Task FlushAsync(Func<string> nextPrefix, CancellationToken cancellationToken)
    {
        if (_added.Count == 0)
            return;
        UInt128[] hashes = [.. _added];
        Array.Sort(hashes);
        await _stored.AddAsync(hashes, nextPrefix, cancellationToken).ConfigureAwait(false);
        _added.Clear();
    }
}
