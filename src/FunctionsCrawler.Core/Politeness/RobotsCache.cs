using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Politeness;

/// <summary>
/// Caches the robots.txt of each origin, shared by all crawls of a process. A file is fetched when first needed and kept for
/// at most a day (RFC 9309, 2.4), or for a minute if it could not be read. Thread-safe.
/// </summary>
internal sealed class RobotsCache : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);
    private static readonly TimeSpan FaultLifetime = TimeSpan.FromMinutes(1);
    private const int MaxOrigins = 2048;

    private readonly IPageFetcher _fetcher;
    private readonly string _productToken;
    private readonly TimeProvider _time;
    private readonly RetryPolicy _retries;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopped = new();

    /// <summary>Creates an empty cache.</summary>
    /// <param name="fetcher">
    /// A fetcher that accepts any content type and cuts content at <see cref="RobotsRules.MaxBytes"/>.
    /// </param>
    /// <param name="productToken">The crawler's name in user-agent lines.</param>
    /// <param name="time">The clock for expiry and retries.</param>
    public RobotsCache(IPageFetcher fetcher, string productToken, TimeProvider time)
    {
        (_fetcher, _productToken, _time) = (fetcher, productToken, time);
        _retries = new RetryPolicy(time);
    }

    /// <summary>Gets the robots.txt of a URL's origin, fetching it if it is not cached.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the cache was disposed.</exception>
    public Task<RobotsFile> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        var origin = url.GetLeftPart(UriPartial.Authority);
        Entry entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(origin, out entry!) || IsExpired(entry))
            {
                if (_entries.Count >= MaxOrigins)
                    _entries.Clear();
                // Lazy, so that the fetch starts outside the lock. It ignores the token of the first caller because others
                // wait for the same result.
                entry = new Entry(new Lazy<Task<RobotsFile>>(() => ReadAsync(origin)), _time.GetTimestamp());
                _entries[origin] = entry;
            }
        }
        return entry.File.Value.WaitAsync(cancellationToken);
    }

    /// <summary>Cancels the fetches in flight.</summary>
    public void Dispose()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private bool IsExpired(Entry entry)
    {
        if (!entry.File.IsValueCreated || !entry.File.Value.IsCompleted)
            return false;
        var lifetime = entry.File.Value is { IsCompletedSuccessfully: true, Result.Fault: null }
            ? Lifetime
            : FaultLifetime;
        return _time.GetElapsedTime(entry.Since) >= lifetime;
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
            // "Unavailable" (2.3.1.3) allows everything. So do too many redirects (2.3.1.2) and a redirect that cannot be
            // followed.
            ErrorCode.Http4xx or ErrorCode.RedirectLoop or ErrorCode.OutOfScope => new RobotsFile(
                RobotsRules.AllowAll,
                null
            ),
            // "Unreachable" (2.3.1.4) disallows everything.
            ErrorCode.Http5xx => Unreachable($"{address} responded with {result.Status}"),
            _ when result.Redirects.Count > 0 => Unreachable(
                $"{address} redirects to a URL that cannot be read: {result.Error!.Message}"
            ),
            // The page cannot be reached either; its record gets the same error.
            var code => new RobotsFile(
                RobotsRules.DisallowAll,
                new PageError(code.Value, $"{address} cannot be read: {result.Error!.Message}")
            ),
        };

        static RobotsFile Unreachable(string reason) =>
            new(
                RobotsRules.DisallowAll,
                new PageError(ErrorCode.Robots, $"{reason}, which disallows every page (RFC 9309, 2.3.1.4)")
            );
    }

    private sealed record Entry(Lazy<Task<RobotsFile>> File, long Since);
}

/// <summary>The outcome of reading an origin's robots.txt.</summary>
/// <param name="Rules">The rules to apply; all URLs are disallowed if there is a fault.</param>
/// <param name="Fault">Why the file could not be read; null if it could, or if there is none.</param>
internal sealed record RobotsFile(RobotsRules Rules, PageError? Fault)
{
    /// <summary>Returns why a URL must not be visited; null if it may be.</summary>
    public PageError? Refuse(Uri url) =>
        Rules.Allows(url) ? null : Fault ?? new PageError(ErrorCode.Robots, "robots.txt disallows the URL");
}
