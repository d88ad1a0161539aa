namespace FunctionsCrawler.Network.Proxies;

/// <summary>
/// Remembers for a minute that a proxy failed, so that connections use others meanwhile. A failure that the target may have
/// caused counts for its host alone; with a second host, and no success in between, it counts for all. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class ProxyHealth(TimeProvider time)
{
    /// <summary>How long a failed proxy is avoided.</summary>
    public static readonly TimeSpan AvoidedFor = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _failedAt;
    private string? _doubtedBy;
    private long _doubtedAt;

    /// <summary>Whether another proxy is preferred for connections to a host.</summary>
    public bool IsAvoidedFor(string host)
    {
        lock (_lock)
            return IsFailed || IsDoubtedBy(host);
    }

    /// <summary>A connection was opened.</summary>
    public void Succeed()
    {
        lock (_lock)
            (_failedAt, _doubtedBy) = (null, null);
    }

    /// <summary>A connection to a host was not opened.</summary>
    /// <returns>Whether the proxy is avoided for all hosts from now on, and was not before.</returns>
    public bool Fail(string host, ProxyFault fault)
    {
        lock (_lock)
        {
            var wasFailed = IsFailed;
            if (fault == ProxyFault.Proxy || (IsDoubted && !IsDoubtedBy(host)))
                _failedAt = time.GetTimestamp();
            (_doubtedBy, _doubtedAt) = (host, time.GetTimestamp());
            return IsFailed && !wasFailed;
        }
    }

    private bool IsFailed => _failedAt is { } at && IsRecent(at);

    private bool IsDoubted => _doubtedBy is not null && IsRecent(_doubtedAt);

    private bool IsDoubtedBy(string host) =>
        IsDoubted && string.Equals(_doubtedBy, host, StringComparison.OrdinalIgnoreCase);

    private bool IsRecent(long timestamp) => time.GetElapsedTime(timestamp) < AvoidedFor;
}
