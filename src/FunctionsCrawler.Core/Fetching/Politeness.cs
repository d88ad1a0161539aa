using System.Collections.Concurrent;
using FunctionsCrawler.Dispatch;

namespace FunctionsCrawler.Fetching;

/// <summary>What one chunk owes to the hosts it visits: their robots.txt, their delay, their refusals.</summary>
internal sealed class Politeness(RobotsCache? robots, HostPacer pacer, TimeSpan delay, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, byte> _delayed = new(StringComparer.Ordinal);

    /// <summary>Whether robots.txt and its kin are respected.</summary>
    public bool RespectsRobots => robots is not null;

    /// <summary>The hosts, with ports, whose robots.txt asks for a delay, in order.</summary>
    public IReadOnlyList<string> DelayedHosts => [.. _delayed.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Why robots.txt keeps a URL from being visited; null when it does not.</summary>
    public async ValueTask<PageError?> RefuseAsync(Uri url, CancellationToken cancellationToken) =>
        robots is null ? null : (await robots.GetAsync(url, cancellationToken).ConfigureAwait(false)).Refuse(url);

    /// <summary>Waits until a URL may be visited, robots.txt permitting.</summary>
    /// <returns>To be disposed of when the visit has ended; null when that would be later than <paramref name="patience"/> allows.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<IDisposable?> WaitTurnAsync(Uri url, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var wait = delay;
        if (robots is not null)
        {
            var file = await robots.GetAsync(url, cancellationToken).ConfigureAwait(false);
            if (file.Rules.CrawlDelay is { } asked)
            {
                _delayed.TryAdd(url.Authority, 0);
                wait = asked > wait ? asked : wait;
            }
        }
        return await pacer
            .WaitTurnAsync(url.Authority, wait, patience - time.GetElapsedTime(started), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Takes note of how a host answered.</summary>
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
