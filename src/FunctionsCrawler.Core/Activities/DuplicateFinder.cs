using System.Globalization;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Activities;

/// <summary>
/// Finds the pages of a crawl that repeat an earlier one, and writes them: those that ended at the same URL or have the same
/// canonical URL, and those with nearly the same text. To save memory it keeps hashes, and reads the chunk headers again for
/// the URLs only if there are such pages.
/// </summary>
internal sealed class DuplicateFinder
{
    private readonly List<UInt128> _finalUrls = [];
    private readonly NearDuplicates _similar = new();
    private int _pages;

    /// <summary>Adds a chunk. Add all chunks in stored order.</summary>
    public void Add(ChunkHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        foreach (var entry in StoredPages(header))
        {
            _finalUrls.Add(FinalUrlOf(entry));
            var page = _pages++;
            if (FingerprintOf(entry) is { } fingerprint)
                _similar.Add(page, fingerprint);
        }
    }

    /// <summary>Writes which pages repeat which others.</summary>
    /// <returns>The number of pages that ended at the same URL, and of those with nearly the same text.</returns>
    public async Task<(int Duplicates, int NearDuplicates)> WriteAsync(
        CrawlBlobs crawl,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(crawl);
        var (duplicates, similar) = await NameAsync(crawl, cancellationToken).ConfigureAwait(false);
        await WriteAsync(crawl, crawl.Layout.Duplicates, duplicates, cancellationToken).ConfigureAwait(false);
        await WriteAsync(crawl, crawl.Layout.NearDuplicates, similar, cancellationToken).ConfigureAwait(false);
        return (duplicates.Count, similar.Count);
    }

    private static Task<bool> WriteAsync(
        CrawlBlobs crawl,
        string name,
        Dictionary<string, string> pages,
        CancellationToken cancellationToken
    ) =>
        crawl.Store.PutJsonAsync(
            name,
            pages,
            CrawlJson.Default.DictionaryStringString,
            PutCondition.None,
            cancellationToken
        );

    private async Task<(Dictionary<string, string> Duplicates, Dictionary<string, string> Similar)> NameAsync(
        CrawlBlobs crawl,
        CancellationToken cancellationToken
    )
    {
        var shared = FindShared();
        var duplicates = new Dictionary<string, string>(StringComparer.Ordinal);
        var similar = new Dictionary<string, string>(StringComparer.Ordinal);
        if (shared.Count == 0 && _similar.Originals.Count == 0)
            return (duplicates, similar);
        var firsts = new Dictionary<UInt128, string>();
        var originals = _similar.Originals.Values.ToHashSet();
        var names = new Dictionary<int, string>();
        var page = 0;
        var headers = CrawlSummaries.ReadAsync(crawl, static _ => { }, cancellationToken);
        await foreach (var (_, header) in headers.ConfigureAwait(false))
        {
            foreach (var entry in header is null ? [] : StoredPages(header))
            {
                if (originals.Contains(page))
                    names[page] = entry.Url;
                var final = FinalUrlOf(entry);
                if (shared.Contains(final) && !firsts.TryAdd(final, entry.Url))
                    duplicates[entry.Url] = firsts[final];
                else if (_similar.Originals.TryGetValue(page, out var original))
                    similar[entry.Url] = names[original];
                page++;
            }
        }
        return (duplicates, similar);
    }

    private HashSet<UInt128> FindShared()
    {
        _finalUrls.Sort();
        return [.. _finalUrls.Where((hash, i) => i > 0 && hash == _finalUrls[i - 1])];
    }

    private static IEnumerable<ChunkEntry> StoredPages(ChunkHeader header) =>
        header.Entries.Where(e => e.Error is null);

    private static UInt128 FinalUrlOf(ChunkEntry entry) => UrlHash.Of(entry.Canonical ?? entry.FinalUrl ?? entry.Url);

    private static ulong? FingerprintOf(ChunkEntry entry) =>
        ulong.TryParse(entry.Fingerprint, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
