using System.Globalization;
using System.Runtime.CompilerServices;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Intake;

/// <summary>
/// Which crawls a store has, newest first, and which of them are open: accepted and not ended, or being deleted. Entries
/// are blobs whose names say everything; they are written before what they point to, so one may point to nothing.
/// </summary>
internal sealed class CrawlIndex(IBlobStore store)
{
    private const string All = "index/all/";
    private const string Open = "index/open/";

    /// <summary>Adds a crawl that is about to be accepted.</summary>
    public async Task AddAsync(CrawlEntry entry, CancellationToken cancellationToken)
    {
        await OpenAsync(entry, cancellationToken).ConfigureAwait(false);
        await PutAsync(All, entry, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Marks a crawl as one that something is to be done with.</summary>
    public Task OpenAsync(CrawlEntry entry, CancellationToken cancellationToken) =>
        PutAsync(Open, entry, cancellationToken);

    /// <summary>Marks a crawl as one that nothing is to be done with any more.</summary>
    public Task CloseAsync(CrawlEntry entry, CancellationToken cancellationToken) =>
        store.DeleteAsync(Open + entry.Name, cancellationToken);

    /// <summary>Removes a crawl.</summary>
    public async Task RemoveAsync(CrawlEntry entry, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(All + entry.Name, cancellationToken).ConfigureAwait(false);
        await CloseAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All crawls, newest first.</summary>
    public IAsyncEnumerable<CrawlEntry> ListAsync(CancellationToken cancellationToken) =>
        ListAsync(All, cancellationToken);

    /// <summary>The open ones, newest first.</summary>
    public IAsyncEnumerable<CrawlEntry> ListOpenAsync(CancellationToken cancellationToken) =>
        ListAsync(Open, cancellationToken);

    private Task<string?> PutAsync(string prefix, CrawlEntry entry, CancellationToken cancellationToken) =>
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
/// <param name="Id">Its id.</param>
/// <param name="AcceptedAt">When it was accepted, in UTC.</param>
internal sealed record CrawlEntry(string Id, DateTimeOffset AcceptedAt)
{
    private const int Digits = 19;

    /// <summary>Ticks that remain until the end of time, then the id: in ordinal order the newest comes first.</summary>
    public string Name =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTimeOffset.MaxValue.UtcTicks - AcceptedAt.UtcTicks:D19}-{Id}"
        );

    /// <summary>The entry of a name; null when it is none.</summary>
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
