using System.Collections.Concurrent;
using System.Net;
using FunctionsCrawler.Common;

namespace FunctionsCrawler.Network;

/// <summary>Resolves host names and keeps the answers for a minute.</summary>
/// <param name="resolve">
/// Resolves a name; throws a <see cref="System.Net.Sockets.SocketException"/> if it does not exist. Null: the system resolver.
/// </param>
/// <param name="time">Clock of the cache.</param>
internal sealed class HostLookup(Func<string, CancellationToken, Task<IPAddress[]>>? resolve, TimeProvider time)
{
    // The system resolver does not return a time to live; Chromium also caches its answers for a minute.
    private static readonly TimeSpan CacheDuration = TimeSpan.FromMinutes(1);
    private const int MaxCachedAnswers = 4096;

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;
    private readonly ConcurrentDictionary<string, Answer> _answers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the addresses of a name, in the resolver's order.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name does not exist, or the resolver failed.</exception>
    /// <exception cref="ArgumentException">The name is longer than 255 characters.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<IPAddress[]> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (_answers.TryGetValue(name, out var known) && time.GetElapsedTime(known.Since) < CacheDuration)
            return known.Addresses;
        var since = time.GetTimestamp();
        var resolving = _resolve(name, cancellationToken);
        // The system resolver ignores the token once it has started; discard its late result.
        resolving.Observe();
        var addresses = await resolving.WaitAsync(cancellationToken).ConfigureAwait(false);
        // A site can link to any number of host names, so bound the cache.
        if (_answers.Count >= MaxCachedAnswers)
            _answers.Clear();
        _answers[name] = new Answer(addresses, since);
        return addresses;
    }

    private readonly record struct Answer(IPAddress[] Addresses, long Since);
}
