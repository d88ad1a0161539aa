namespace FunctionsCrawler.Frontier;

/// <summary>
/// The URLs a crawl has taken into its frontier, by hash. What was loaded stays in sorted arrays (16 bytes a URL, where
/// a hash table needs about 40); only what is added since lives in a table. Not safe for use by several threads.
/// </summary>
internal sealed class VisitedSet
{
    private readonly UInt128[][] _segments;
    private readonly HashSet<UInt128> _added = [];

    /// <summary>The union of some segments.</summary>
    /// <param name="segments">Ascending hashes, as <see cref="HashSegment.Read"/> gives them. They are not copied.</param>
    public VisitedSet(params IEnumerable<UInt128[]> segments) => _segments = [.. segments];

    /// <summary>The hashes added since the set was loaded: the content of the next segment.</summary>
    public IReadOnlyCollection<UInt128> Added => _added;

    /// <summary>All hashes, for a segment that replaces the others.</summary>
    public IReadOnlyCollection<UInt128> All => [.. _segments.SelectMany(s => s), .. _added];

    /// <summary>Adds a normalised URL.</summary>
    /// <returns>False when the set had it already.</returns>
    public bool Add(string url)
    {
        var hash = UrlHash.Of(url);
        return !IsLoaded(hash) && _added.Add(hash);
    }

    /// <summary>Whether the set has a normalised URL.</summary>
    public bool Contains(string url)
    {
        var hash = UrlHash.Of(url);
        return _added.Contains(hash) || IsLoaded(hash);
    }

    private bool IsLoaded(UInt128 hash) => Array.Exists(_segments, segment => Array.BinarySearch(segment, hash) >= 0);
}
