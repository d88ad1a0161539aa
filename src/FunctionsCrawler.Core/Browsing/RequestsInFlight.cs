namespace FunctionsCrawler.Browsing;

/// <summary>The requests that a page has sent and that have not ended.</summary>
internal sealed class RequestsInFlight
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private TaskCompletionSource? _idle;
    private long _ended;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _ids.Count;
        }
    }

    /// <summary>How many have ended so far. It only grows, so that two readings tell whether one ended in between.</summary>
    public long Ended => Interlocked.Read(ref _ended);

    /// <summary>Whether a request is among them.</summary>
    public bool Contains(string id)
    {
        lock (_lock)
            return _ids.Contains(id);
    }

    /// <summary>Completes when there are none.</summary>
    public Task WhenIdle()
    {
        lock (_lock)
        {
            if (_ids.Count == 0)
                return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    /// <summary>Adds a request. A redirect has the id of the request that it continues.</summary>
    public void Add(string id)
    {
        lock (_lock)
            _ids.Add(id);
    }

    /// <summary>Removes a request that has ended; without effect if it is unknown.</summary>
    public void Remove(string id)
    {
        lock (_lock)
        {
            if (!_ids.Remove(id))
                return;
            Interlocked.Increment(ref _ended);
            if (_ids.Count == 0)
                SignalIdle();
        }
    }

    /// <summary>Removes all.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _ids.Clear();
            SignalIdle();
        }
    }

    private void SignalIdle()
    {
        _idle?.TrySetResult();
        _idle = null;
    }
}
