using FunctionsCrawler.Crawls;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Frontier;

/// <summary>A link whose URL may be known.</summary>
/// <param name="Url">The normalised URL.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Depth">The depth that the URL would have.</param>
/// <param name="Parent">The page that contains the link.</param>
/// <param name="Link">The link as found.</param>
internal readonly record struct FoundLink(string Url, UInt128 Hash, int Depth, string Parent, ChunkLink Link);

/// <summary>Found links, in their order, until it is decided which of their URLs are new.</summary>
/// <param name="rules">How URLs are normalised.</param>
internal sealed class LinkBatch(UrlRules rules)
{
    // With its text, a link takes about 500 bytes.
    private const int MaxLinks = 64 * 1024;
    private const int MaxNormalized = 8 * 1024;

    private readonly List<FoundLink> _links = [];
    private readonly Dictionary<UInt128, int> _leastDepths = [];
    private readonly Dictionary<string, (string? Url, UInt128 Hash)> _normalized = new(StringComparer.Ordinal);

    /// <summary>The links.</summary>
    public IReadOnlyList<FoundLink> Links => _links;

    /// <summary>Whether the links should be decided before more are added.</summary>
    public bool IsFull => _links.Count >= MaxLinks;

    /// <summary>
    /// Adds a link, unless it has no valid URL, or its URL is known to be known. Another link to the same URL changes nothing,
    /// unless it makes the way to it shorter.
    /// </summary>
    /// <param name="link">The link.</param>
    /// <param name="depth">The depth that its URL would have.</param>
    /// <param name="parent">The page that contains the link.</param>
    /// <param name="visited">The known URLs, as far as they are in memory.</param>
    public void Add(ChunkLink link, int depth, string parent, UrlSet visited)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(visited);
        var (url, hash) = Normalize(link.Url);
        if (url is null || visited.Contains(hash) || (_leastDepths.TryGetValue(hash, out var least) && least <= depth))
            return;
        _leastDepths[hash] = depth;
        _links.Add(new FoundLink(url, hash, depth, parent, link));
    }

    /// <summary>Returns the distinct hashes of the links, ascending.</summary>
    public UInt128[] SortedHashes()
    {
        UInt128[] hashes = [.. _leastDepths.Keys];
        Array.Sort(hashes);
        return hashes;
    }

    /// <summary>Removes all links.</summary>
    public void Clear()
    {
        _links.Clear();
        _leastDepths.Clear();
    }

    // All pages of a site have the same navigation. Normalising takes longer than all else that is done to a known URL.
    private (string? Url, UInt128 Hash) Normalize(string text)
    {
        if (_normalized.TryGetValue(text, out var known))
            return known;
        (string?, UInt128) result = UrlNormalizer.TryNormalize(text, rules, out var url, out _)
            ? (url, UrlHash.Of(url))
            : default;
        if (_normalized.Count == MaxNormalized)
            _normalized.Clear();
        _normalized.Add(text, result);
        return result;
    }
}
