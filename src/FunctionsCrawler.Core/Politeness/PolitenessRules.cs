using System.Collections.Concurrent;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Politeness;

/// <summary>Applies robots.txt, crawl delays and backoff to the visits of one chunk.</summary>
internal sealed class PolitenessRules(RobotsCache? robots, HostPacer pacer, TimeSpan delay, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, byte> _delayed = new(StringComparer.Ordinal);

    /// <summary>Whether robots.txt, robots meta elements and X-Robots-Tag headers are obeyed.</summary>
    public bool RespectsRobots => robots is not null;

    /// <summary>The hosts with ports whose robots.txt sets a Crawl-delay, in ordinal order.</summary>
    public IReadOnlyList<string> DelayedHosts => [.. _delayed.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Returns why robots.txt forbids a URL; null if it is allowed.</summary>
    public async ValueTask<PageError?> RefuseAsync(Uri url, CancellationToken cancellationToken) =>
        robots is null ? null : (await robots.GetAsync(url, cancellationToken).ConfigureAwait(false)).Refuse(url);

    /// <summary>Waits until a URL's host may be visited. Call <see cref="RefuseAsync"/> first.</summary>
    /// <returns>A lease to dispose when the visit has ended; null if <paramref name="patience"/> elapsed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<IDisposable?> WaitTurnAsync(Uri url, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var wait = delay;
        if (robots is not null)
        {
            var file = await robots.GetAsync(url, cancellationToken).ConfigureAwait(false);
            if (file.Rules.CrawlDelay is { } crawlDelay)
            {
                _delayed.TryAdd(url.Authority, 0);
                wait = crawlDelay > wait ? crawlDelay : wait;
            }
        }
        return await pacer
            .WaitTurnAsync(url.Authority, wait, patience - time.GetElapsedTime(started), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Adjusts the pause of the host that sent the last response.</summary>
    public void Answered(Uri url, FetchResult result)
    {
        if (result.Status is { } status)
            pacer.Answered(
                Uri.TryCreate(result.FinalUrl, UriKind.Absolute, out var last) ? last.Authority : url.Authority,
                status is 429 or 503,
                RetryAfter.Read(result.RetryAfter, time.GetUtcNow())
            );
    }
}
