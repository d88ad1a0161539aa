namespace FunctionsCrawler.Politeness;

/// <summary>
/// Spaces out visits to the same host, over all crawls of a process. A host with a delay, or one that is overloaded, is
/// visited one page at a time.
/// </summary>
/// <remarks>
/// After a 429 or 503 the host is paused for its Retry-After, or else for 250 ms, doubled with each refusal up to 32 s.
/// Every successful response halves the number of refusals counted.
/// </remarks>
internal sealed class HostPacer
{
    /// <summary>The longest Retry-After that is honoured; longer ones are cut to this.</summary>
    public static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private const int MaxRefusals = 8; // 32 s
    private const int MaxIdleHosts = 4096;

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Host> _hosts = new(StringComparer.OrdinalIgnoreCase);

    public HostPacer(TimeProvider time) => _time = time;

    /// <summary>The number of hosts tracked. Idle hosts are evicted when there are 4,096.</summary>
    public int Hosts
    {
        get
        {
            lock (_lock)
                return _hosts.Count;
        }
    }

    /// <summary>Waits until a visit to a host may start.</summary>
    /// <param name="authority">Host and port.</param>
    /// <param name="delay">The minimum time between the starts of two visits; 0 for none.</param>
    /// <param name="patience">The maximum time to wait.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A lease to dispose when the visit has ended; null if <paramref name="patience"/> elapsed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<IDisposable?> WaitTurnAsync(
        string authority,
        TimeSpan delay,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        var turn = Enter(authority, delay);
        try
        {
            if (!turn.TryStart())
            {
                using var end = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
                await turn.StartAsync(either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            turn.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
        return turn;
    }

    /// <summary>Adjusts a host's pause after a response.</summary>
    /// <param name="authority">Host and port.</param>
    /// <param name="refused">True for 429 and 503, false for any other status.</param>
    /// <param name="retryAfter">The delay the host asked for; null if it named none.</param>
    public void Answered(string authority, bool refused, TimeSpan? retryAfter)
    {
        lock (_lock)
        {
            if (!_hosts.TryGetValue(authority, out var host))
                return;
            if (!refused)
            {
                host.Refusals /= 2;
                return;
            }
            host.Refusals = Math.Min(host.Refusals + 1, MaxRefusals);
            var pause = retryAfter ?? host.Interval;
            host.Pause(pause < MaxPause ? pause : MaxPause);
        }
    }

    private Turn Enter(string authority, TimeSpan delay)
    {
        lock (_lock)
        {
            if (!_hosts.TryGetValue(authority, out var host))
            {
                if (_hosts.Count >= MaxIdleHosts)
                    EvictIdleHosts();
                // Wait before the first visit too: the host's robots.txt was just fetched, or another worker may just have
                // visited it.
                host = new Host(_time);
                host.Pause(delay);
                _hosts.Add(authority, host);
            }
            host.Users++;
            return new Turn(this, host, delay);
        }
    }

    private void EvictIdleHosts()
    {
        foreach (var (authority, host) in _hosts.Where(h => h.Value.IsIdle).ToList())
        {
            _hosts.Remove(authority);
            host.ExclusiveVisit.Dispose();
        }
    }

    private sealed class Host(TimeProvider time)
    {
        private DateTimeOffset _next = DateTimeOffset.MinValue;

        public SemaphoreSlim ExclusiveVisit { get; } = new(1);

        public int Users { get; set; }

        public int Refusals { get; set; }

        public TimeSpan Interval => Refusals == 0 ? TimeSpan.Zero : FirstPause * (1 << (Refusals - 1));

        public TimeSpan Wait => _next - time.GetUtcNow();

        public bool IsIdle => Users == 0 && Refusals == 0 && Wait <= TimeSpan.Zero;

        public void Pause(TimeSpan pause)
        {
            var until = time.GetUtcNow() + pause;
            if (pause > TimeSpan.Zero && until > _next)
                _next = until;
        }
    }

    private sealed class Turn(HostPacer pacer, Host host, TimeSpan delay) : IDisposable
    {
        private bool _isExclusive;
        private bool _isDisposed;

        /// <summary>Starts the visit if the host allows it now; false if the caller has to wait.</summary>
        public bool TryStart()
        {
            lock (pacer._lock)
            {
                var interval = delay > host.Interval ? delay : host.Interval;
                if (
                    host.Wait > TimeSpan.Zero
                    || (interval > TimeSpan.Zero && !_isExclusive && !(_isExclusive = host.ExclusiveVisit.Wait(0)))
                )
                    return false;
                host.Pause(interval);
                return true;
            }
        }

        /// <summary>Starts the visit as soon as the host's pause and any exclusive visit before it are over.</summary>
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            while (!TryStart())
            {
                if (!_isExclusive)
                {
                    await host.ExclusiveVisit.WaitAsync(cancellationToken).ConfigureAwait(false);
                    _isExclusive = true;
                }
                if (host.Wait is var wait && wait > TimeSpan.Zero)
                    await Task.Delay(wait, pacer._time, cancellationToken).ConfigureAwait(false);
            }
        }

        public void Dispose()
        {
            lock (pacer._lock)
            {
                if (_isDisposed)
                    return;
                _isDisposed = true;
                host.Users--;
                if (_isExclusive)
                    host.ExclusiveVisit.Release();
            }
        }
    }
}
