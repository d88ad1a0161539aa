namespace FunctionsCrawler.Dispatch;

/// <summary>
/// Keeps visits of one host apart in time, over all crawls of a process. A host that asks for a delay, or that is found
/// to be overloaded, is visited one page at a time.
/// </summary>
/// <remarks>
/// A host that answers 429 or 503 is left alone for as long as its Retry-After says, else for a quarter of a second, twice as
/// long each time, half a minute at most. Every page it delivers halves how many refusals in a row count against it.
/// </remarks>
internal sealed class HostPacer
{
    /// <summary>The longest time that a host is left alone on its own word.</summary>
    public static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private const int MaxRefusals = 8; // 32 s
    private const int MaxIdleHosts = 4096;

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Host> _hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A pacer that knows no host yet.</summary>
    public HostPacer(TimeProvider time) => _time = time;

    /// <summary>How many hosts are kept in mind.</summary>
    public int Hosts
    {
        get
        {
            lock (_lock)
                return _hosts.Count;
        }
    }

    /// <summary>Waits until a visit of a host may begin.</summary>
    /// <param name="authority">Host and port.</param>
    /// <param name="delay">The least time from the beginning of one visit to that of the next; 0: none.</param>
    /// <param name="patience">How long to wait at most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>To be disposed of when the visit has ended; null when the patience was.</returns>
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
            if (!turn.TryBegin())
            {
                using var end = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
                await turn.BeginAsync(either.Token).ConfigureAwait(false);
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

    /// <summary>Takes note of how a host answered.</summary>
    /// <param name="authority">Host and port.</param>
    /// <param name="refused">Whether it was 429 or 503; else it delivered.</param>
    /// <param name="retryAfter">When it wants to be asked again.</param>
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
            host.LeaveAlone(pause < MaxPause ? pause : MaxPause);
        }
    }

    private Turn Enter(string authority, TimeSpan delay)
    {
        lock (_lock)
        {
            if (!_hosts.TryGetValue(authority, out var host))
            {
                if (_hosts.Count >= MaxIdleHosts)
                    Forget();
                // Its robots.txt has just been asked for, or another worker may just have visited it.
                host = new Host(_time);
                host.LeaveAlone(delay);
                _hosts.Add(authority, host);
            }
            host.Users++;
            return new Turn(this, host, delay);
        }
    }

    private void Forget()
    {
        foreach (var (authority, host) in _hosts.Where(h => h.Value.IsIdle).ToList())
        {
            _hosts.Remove(authority);
            host.Alone.Dispose();
        }
    }

    private sealed class Host(TimeProvider time)
    {
        private DateTimeOffset _next = DateTimeOffset.MinValue;

        public SemaphoreSlim Alone { get; } = new(1);

        public int Users { get; set; }

        public int Refusals { get; set; }

        public TimeSpan Interval => Refusals == 0 ? TimeSpan.Zero : FirstPause * (1 << (Refusals - 1));

        public TimeSpan Wait => _next - time.GetUtcNow();

        public bool IsIdle => Users == 0 && Refusals == 0 && Wait <= TimeSpan.Zero;

        public void LeaveAlone(TimeSpan pause)
        {
            var until = time.GetUtcNow() + pause;
            if (pause > TimeSpan.Zero && until > _next)
                _next = until;
        }
    }

    private sealed class Turn(HostPacer pacer, Host host, TimeSpan delay) : IDisposable
    {
        private bool _isAlone;
        private bool _isOver;

        /// <summary>Begins if that is possible now, and says so.</summary>
        public bool TryBegin()
        {
            lock (pacer._lock)
            {
                var interval = delay > host.Interval ? delay : host.Interval;
                if (
                    host.Wait > TimeSpan.Zero
                    || (interval > TimeSpan.Zero && !_isAlone && !(_isAlone = host.Alone.Wait(0)))
                )
                    return false;
                host.LeaveAlone(interval);
                return true;
            }
        }

        /// <summary>Begins as soon as the host's pause is over, and the visit before it.</summary>
        public async Task BeginAsync(CancellationToken cancellationToken)
        {
            while (!TryBegin())
            {
                if (!_isAlone)
                {
                    await host.Alone.WaitAsync(cancellationToken).ConfigureAwait(false);
                    _isAlone = true;
                }
                if (host.Wait is var wait && wait > TimeSpan.Zero)
                    await Task.Delay(wait, pacer._time, cancellationToken).ConfigureAwait(false);
            }
        }

        public void Dispose()
        {
            lock (pacer._lock)
            {
                if (_isOver)
                    return;
                _isOver = true;
                host.Users--;
                if (_isAlone)
                    host.Alone.Release();
            }
        }
    }
}
