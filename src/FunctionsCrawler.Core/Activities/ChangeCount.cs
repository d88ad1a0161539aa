using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Activities;

/// <summary>Counts what changed since an earlier crawl, from the headers of all chunks.</summary>
internal sealed class ChangeCount
{
    private readonly string _since;
    private readonly EarlierPages _earlier;
    private readonly HashSet<UInt128> _missing;
    private PageCounts _pages = new();

    private ChangeCount(string since, EarlierPages earlier) =>
        (_since, _earlier, _missing) = (since, earlier, [.. earlier.Hashes]);

    /// <summary>Starts to count; null if the crawl is not compared with another one.</summary>
    public static async Task<ChangeCount?> StartAsync(CrawlBlobs crawl, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(crawl);
        var request = (await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false)).Request;
        if (
            request.Since is null
            || await crawl.GetPlanAsync(0, cancellationToken).ConfigureAwait(false) is not { Earlier: { } blob }
        )
            return null;
        var earlier = await EarlierPages.GetAsync(crawl.Store, blob, cancellationToken).ConfigureAwait(false);
        return new ChangeCount(request.Since, earlier);
    }

    /// <summary>Adds a chunk.</summary>
    public void Add(ChunkHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        _pages += header.Pages;
        foreach (var entry in header.Entries.Where(e => e.Error is null))
            _missing.Remove(UrlHash.Of(entry.Url));
    }

    /// <summary>The result for all chunks added.</summary>
    public SummaryChanges Sum() =>
        new(
            _since,
            _pages.Unchanged,
            _pages.Changed,
            _pages.Succeeded - (_earlier.Hashes.Count - _missing.Count),
            _missing.Count
        );
}
