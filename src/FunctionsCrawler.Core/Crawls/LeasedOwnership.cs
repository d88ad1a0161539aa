using System.Collections.Concurrent;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// Ownership by lease in a shared store. A crawl has a numbered blob for each owner it has had; the highest number counts. An
/// owner writes a heartbeat while it works for crawls. When the heartbeat stops, another process takes the crawl by writing
/// the next number, which only one process can.
/// </summary>
/// <remarks>
/// Needs no clock that processes agree on: each measures with its own clock how long it has seen the same heartbeat. An owner
/// that was stalled notices at its next check that it has lost its crawls.
/// </remarks>
internal sealed class LeasedOwnership : ICrawlOwnership, IAsyncDisposable
{
    private static readonly CrawlJson Json = CrawlJson.Default;

    private readonly IBlobStore _store;
    private readonly TimeProvider _time;
    private readonly Heartbeat _heartbeat;
    private readonly ConcurrentDictionary<string, string> _taken = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string Beat, long SeenAt)> _seen = new(StringComparer.Ordinal);

    /// <summary>Creates the ownership of this process. Nothing is written before it takes a crawl.</summary>
    /// <param name="store">The shared store.</param>
    /// <param name="heartbeat">The heartbeat of this process.</param>
    /// <param name="time">The clock of <see cref="Expiry"/>.</param>
    public LeasedOwnership(IBlobStore store, Heartbeat heartbeat, TimeProvider time) =>
        (_store, _heartbeat, _time) = (store, heartbeat, time);

    /// <summary>Creates the ownership of a process that runs crawls by itself.</summary>
    public static LeasedOwnership OfThisProcess(IBlobStore store, TimeProvider time) =>
        new(store, new Heartbeat(store, $"server-{Guid.CreateVersion7():N}", isShared: false, time), time);

    /// <summary>How long a heartbeat may stay the same before its owner counts as gone.</summary>
    public static TimeSpan Expiry { get; } = TimeSpan.FromSeconds(25);

    /// <inheritdoc/>
    public async Task<bool> TryTakeAsync(string crawlId, CancellationToken cancellationToken)
    {
        var layout = new CrawlLayout(crawlId);
        // First, so that no other process sees an owner without a heartbeat.
        await _heartbeat.KeepAsync(cancellationToken).ConfigureAwait(false);
        var last = await FindLastAsync(layout, cancellationToken).ConfigureAwait(false);
        if (last is not null)
        {
            if (await IsOursAsync(crawlId, last, cancellationToken).ConfigureAwait(false))
                return true;
            if (await IsHeldAsync(last, cancellationToken).ConfigureAwait(false))
                return false;
        }
        var next = layout.Owner(last is null ? 0 : CrawlLayout.NumberOfOwner(last) + 1);
        var owner = new CrawlOwner(_heartbeat.Owner);
        if (
            !await _store
                .PutJsonAsync(next, owner, Json.CrawlOwner, PutCondition.IfAbsent, cancellationToken)
                .ConfigureAwait(false)
        )
            return false;
        _taken[crawlId] = next;
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> OwnsAsync(string crawlId, CancellationToken cancellationToken)
    {
        var last = await FindLastAsync(new CrawlLayout(crawlId), cancellationToken).ConfigureAwait(false);
        if (last is null)
            return await TryTakeAsync(crawlId, cancellationToken).ConfigureAwait(false);
        var isOurs = await IsOursAsync(crawlId, last, cancellationToken).ConfigureAwait(false);
        if (isOurs)
            await _heartbeat.KeepAsync(cancellationToken).ConfigureAwait(false);
        return isOurs;
    }

    /// <inheritdoc/>
    public bool HasTaken(string crawlId) => _taken.ContainsKey(crawlId);

    /// <inheritdoc/>
    public async Task<bool> IsElsewhereAsync(string crawlId, CancellationToken cancellationToken) =>
        await FindLastAsync(new CrawlLayout(crawlId), cancellationToken).ConfigureAwait(false) is { } last
        && !await IsOursAsync(crawlId, last, cancellationToken).ConfigureAwait(false)
        && await IsHeldAsync(last, cancellationToken).ConfigureAwait(false);

    /// <summary>Ends the heartbeat, so that other processes take the unfinished crawls at once.</summary>
    public ValueTask DisposeAsync() => _heartbeat.DisposeAsync();

    private async Task<string?> FindLastAsync(CrawlLayout layout, CancellationToken cancellationToken) =>
        await _store
            .ListAsync(layout.Owners, cancellationToken)
            .LastOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);

    private async Task<bool> IsOursAsync(string crawlId, string last, CancellationToken cancellationToken)
    {
        if (_taken.TryGetValue(crawlId, out var taken) && string.Equals(taken, last, StringComparison.Ordinal))
            return true;
        _taken.TryRemove(crawlId, out _);
        // Several workers of a Functions app are one owner.
        var owner = await FindOwnerAsync(last, cancellationToken).ConfigureAwait(false);
        if (!string.Equals(owner, _heartbeat.Owner, StringComparison.Ordinal))
            return false;
        _taken[crawlId] = last;
        return true;
    }

    private async Task<string?> FindOwnerAsync(string name, CancellationToken cancellationToken) =>
        (await _store.GetJsonAsync(name, Json.CrawlOwner, cancellationToken).ConfigureAwait(false))?.Owner;

    /// <summary>Whether the owner that a blob names is alive.</summary>
    private async Task<bool> IsHeldAsync(string name, CancellationToken cancellationToken)
    {
        if (await FindOwnerAsync(name, cancellationToken).ConfigureAwait(false) is not { } owner)
            return false;
        var beat = await _store
            .GetJsonAsync(CrawlLayout.Heartbeat(owner), Json.OwnerBeat, cancellationToken)
            .ConfigureAwait(false);
        if (beat is null || beat.IsOfDeadProcess())
            return false;
        var now = _time.GetTimestamp();
        var seen = _seen.AddOrUpdate(
            owner,
            (beat.Beat, now),
            (_, before) => string.Equals(before.Beat, beat.Beat, StringComparison.Ordinal) ? before : (beat.Beat, now)
        );
        return _time.GetElapsedTime(seen.SeenAt, now) < Expiry;
    }
}
