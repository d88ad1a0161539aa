namespace FunctionsCrawler.Crawls;

/// <summary>
/// Decides which process runs a crawl when several processes share a store. Otherwise each would crawl the same pages, and
/// delays between the pages of a host would not hold.
/// </summary>
internal interface ICrawlOwnership
{
    /// <summary>Takes a crawl, unless it belongs to another process that is alive.</summary>
    /// <returns>Whether the crawl belongs to this process now.</returns>
    /// <exception cref="IOException">The store failed.</exception>
    Task<bool> TryTakeAsync(string crawlId, CancellationToken cancellationToken);

    /// <summary>Whether the crawl belongs to this process. Takes a crawl that belongs to nobody.</summary>
    /// <exception cref="IOException">The store failed.</exception>
    Task<bool> OwnsAsync(string crawlId, CancellationToken cancellationToken);

    /// <summary>Whether this process knows, without asking the store, that the crawl belonged to it at its last check.</summary>
    bool HasTaken(string crawlId);

    /// <summary>Whether the crawl belongs to another process that is alive.</summary>
    /// <exception cref="IOException">The store failed.</exception>
    Task<bool> IsElsewhereAsync(string crawlId, CancellationToken cancellationToken);
}

/// <summary>The ownership for a store that no other process uses: all crawls belong to this process.</summary>
internal sealed class SoleOwnership : ICrawlOwnership
{
    /// <inheritdoc/>
    public Task<bool> TryTakeAsync(string crawlId, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <inheritdoc/>
    public Task<bool> OwnsAsync(string crawlId, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <inheritdoc/>
    public bool HasTaken(string crawlId) => true;

    /// <inheritdoc/>
    public Task<bool> IsElsewhereAsync(string crawlId, CancellationToken cancellationToken) => Task.FromResult(false);
}
