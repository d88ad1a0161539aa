using System.Text;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// The robots.txt of each origin, read when it is first needed and for a day at most (RFC 9309, 2.4), for all crawls of a
/// process. Safe for concurrent use.
/// </summary>
internal sealed class RobotsCache : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);
    private static readonly TimeSpan FaultLife = TimeSpan.FromMinutes(1);
    private const int MaxOrigins = 2048;

    private readonly IPageFetcher _fetcher;
    private readonly string _productToken;
    private readonly TimeProvider _time;
    private readonly RetryPolicy _retries;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopped = new();

    /// <summary>An empty cache.</summary>
    /// <param name="fetcher">Takes any content, <see cref="RobotsRules.MaxBytes"/> of it at most.</param>
    /// <param name="productToken">Whom the rules are read for.</param>
    /// <param name="time">The clock.</param>
    public RobotsCache(IPageFetcher fetcher, string productToken, TimeProvider time)
    {
        (_fetcher, _productToken, _time) = (fetcher, productToken, time);
        _retries = new RetryPolicy(time);
    }

    /// <summary>The file of a URL's origin.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the cache is disposed of.</exception>
    public Task<RobotsFile> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        var origin = url.GetLeftPart(UriPartial.Authority);
        Entry entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(origin, out entry!) || IsOld(entry))
            {
                if (_entries.Count >= MaxOrigins)
                    _entries.Clear();
                // Outside of the lock, and not by the token of the first who asks: others wait for it too.
                entry = new Entry(new Lazy<Task<RobotsFile>>(() => ReadAsync(origin)), _time.GetTimestamp());
                _entries[origin] = entry;
            }
        }
        return entry.File.Value.WaitAsync(cancellationToken);
    }

    /// <summary>Ends what is being read.</summary>
    public void Dispose()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private bool IsOld(Entry entry)
    {
        if (!entry.File.IsValueCreated || !entry.File.Value.IsCompleted)
            return false;
        var life = entry.File.Value is { IsCompletedSuccessfully: true, Result.Fault: null } ? Life : FaultLife;
        return _time.GetElapsedTime(entry.Since) >= life;
    }

    private async Task<RobotsFile> ReadAsync(string origin)
    {
        var address = new Uri(origin + "/robots.txt");
        var (result, _) = await _retries
            .ExecuteAsync(token => _fetcher.FetchAsync(address, Deadline, token), _stopped.Token)
            .ConfigureAwait(false);
        return result.Error?.Code switch
        {
            null => new RobotsFile(
                RobotsRules.Parse(Encoding.UTF8.GetString(result.Content.Span), _productToken),
                null
            ),
            // Unavailable (2.3.1.3), as after too many redirects (2.3.1.2), or one that leads nowhere.
            ErrorCode.Http4xx or ErrorCode.RedirectLoop or ErrorCode.OutOfScope => new RobotsFile(
                RobotsRules.AllowAll,
                null
            ),
            // Unreachable (2.3.1.4): nothing may be crawled.
            ErrorCode.Http5xx => Closed($"{address} answered {result.Status}"),
            _ when result.Redirects.Count > 0 => Closed(
                $"{address} redirects to where it cannot be read: {result.Error!.Message}"
            ),
            // Then the page cannot be reached either, and its record says why.
            var code => new RobotsFile(
                RobotsRules.DisallowAll,
                new PageError(code.Value, $"{address} cannot be read: {result.Error!.Message}")
            ),
        };

        static RobotsFile Closed(string reason) =>
            new(
                RobotsRules.DisallowAll,
                new PageError(ErrorCode.Robots, $"{reason}, which disallows every page (RFC 9309, 2.3.1.4)")
            );
    }

    private sealed record Entry(Lazy<Task<RobotsFile>> File, long Since);
}

/// <summary>What an origin's robots.txt came to.</summary>
/// <param name="Rules">What it allows.</param>
/// <param name="Fault">Why it could not be read, in which case it allows nothing.</param>
internal sealed record RobotsFile(RobotsRules Rules, PageError? Fault)
{
    /// <summary>Why a URL may not be visited; null when it may.</summary>
    public PageError? Refuse(Uri url) =>
        Rules.Allows(url) ? null : Fault ?? new PageError(ErrorCode.Robots, "robots.txt disallows it");
}
