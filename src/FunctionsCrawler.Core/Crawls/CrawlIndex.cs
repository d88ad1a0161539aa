using System.Globalization;
using System.Runtime.CompilerServices;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// Lists the crawls of a store, newest first, and those that are open: accepted but not ended, or being deleted. An entry is
/// an empty blob that holds all data in its name. It is written before the crawl itself, so it may point to no crawl.
/// </summary>
internal sealed class CrawlIndex(IBlobStore store)
{
    private const string All = "index/all/";
    private const string Open = "index/open/";

    /// <summary>Adds a crawl, as open. To be called before the crawl is accepted.</summary>
    public async Task AddAsync(CrawlEntry entry, CancellationToken cancellationToken)
    {
        await OpenAsync(entry, cancellationToken).ConfigureAwait(false);
        await PutAsync(All, entry, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Marks a crawl as open: there is work left to do.</summary>
    public Task OpenAsync(CrawlEntry entry, CancellationToken cancellationToken) =>
        PutAsync(Open, entry, cancellationToken);

    /// <summary>Marks a crawl as no longer open.</summary>
    public Task CloseAsync(CrawlEntry entry, CancellationToken cancellationToken) =>
        store.DeleteAsync(Open + entry.Name, cancellationToken);

    /// <summary>Removes a crawl from both lists.</summary>
    public async Task RemoveAsync(CrawlEntry entry, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(All + entry.Name, cancellationToken).ConfigureAwait(false);
        await CloseAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a crawl is marked as open.</summary>
    public async Task<bool> IsOpenAsync(CrawlEntry entry, CancellationToken cancellationToken) =>
        await store.GetAsync(Open + entry.Name, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Returns the entry of a crawl; null if there is none. Lists all crawls until it is found.</summary>
    public ValueTask<CrawlEntry?> FindAsync(string crawlId, CancellationToken cancellationToken) =>
        ListAsync(cancellationToken)
            .FirstOrDefaultAsync(e => string.Equals(e.Id, crawlId, StringComparison.Ordinal), cancellationToken);

    /// <summary>Lists all crawls, newest first.</summary>
    public IAsyncEnumerable<CrawlEntry> ListAsync(CancellationToken cancellationToken) =>
        ListAsync(All, cancellationToken);

    /// <summary>Lists the open crawls, newest first.</summary>
    public IAsyncEnumerable<CrawlEntry> ListOpenAsync(CancellationToken cancellationToken) =>
        ListAsync(Open, cancellationToken);

    private Task<bool> PutAsync(string prefix, CrawlEntry entry, CancellationToken cancellationToken) =>
        store.PutAsync(prefix + entry.Name, "{}"u8.ToArray(), PutCondition.None, cancellationToken);

    private async IAsyncEnumerable<CrawlEntry> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var name in store.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            if (CrawlEntry.TryParse(name[prefix.Length..]) is { } entry)
                yield return entry;
        }
    }
}

/// <summary>A crawl in the index.</summary>
/// <param name="Id">The crawl's id.</param>
/// <param name="AcceptedAt">When the crawl was accepted, in UTC.</param>
internal sealed record CrawlEntry(string Id, DateTimeOffset AcceptedAt)
{
    private const int Digits = 19;

    /// <summary>
    /// The ticks from <see cref="AcceptedAt"/> to <see cref="DateTimeOffset.MaxValue"/>, then the id. In ordinal order the
    /// newest crawl therefore comes first.
    /// </summary>
    public string Name =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTimeOffset.MaxValue.UtcTicks - AcceptedAt.UtcTicks:D19}-{Id}"
        );

    /// <summary>Parses <see cref="Name"/>; null if it is not valid.</summary>
    public static CrawlEntry? TryParse(string name) =>
        name.Length > Digits + 1
        && name[Digits] == '-'
        && long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var left)
        && left <= DateTimeOffset.MaxValue.UtcTicks
        && CrawlLayout.IsId(name[(Digits + 1)..])
            ? new CrawlEntry(
                name[(Digits + 1)..],
                new DateTimeOffset(DateTimeOffset.MaxValue.UtcTicks - left, TimeSpan.Zero)
            )
            : null;
}
