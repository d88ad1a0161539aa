using FunctionsCrawler.Activities;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Runs crawls in this process, a limited number concurrently; the others wait in the order in which they were accepted. It
/// has no durable state: unfinished crawls stay open in the store, and <see cref="CrawlService.ResumeAsync"/> resumes them.
/// </summary>
internal sealed class EmbeddedHost : ICrawlScheduler, IAsyncDisposable
{
    private readonly EmbeddedCrawlRunner _runner;
    private readonly WorkerLifetime _lifetime;
    private readonly ICrawlObserver _observer;
    private readonly CrawlerOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly LinkedList<string> _waiting = new();
    private readonly Dictionary<string, Run> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskCompletionSource<Exception?>> _completions = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private int _disposed;

    /// <summary>Creates an idle host.</summary>
    /// <param name="runner">Runs each crawl, with its retries.</param>
    /// <param name="lifetime">Whether new work is accepted.</param>
    /// <param name="observer">Notified of progress.</param>
    /// <param name="options">The maximum number of running and waiting crawls.</param>
    /// <param name="time">The clock for the time limit of a drain.</param>
    public EmbeddedHost(
        EmbeddedCrawlRunner runner,
        WorkerLifetime lifetime,
        ICrawlObserver observer,
        CrawlerOptions options,
        TimeProvider time
    ) => (_runner, _lifetime, _observer, _options, _time) = (runner, lifetime, observer, options, time);

    /// <summary>Completes when this process has no memory left for browsers. It should then drain and be restarted.</summary>
    public Task Exhausted => _lifetime.Exhausted;

    /// <summary>The number of running and waiting crawls.</summary>
    public (int Running, int Waiting) Load
    {
        get
        {
            lock (_lock)
                return (_runs.Count, _waiting.Count);
        }
    }

    /// <inheritdoc/>
    public bool IsFull => Load.Waiting >= _options.MaxWaiting;

    /// <inheritdoc/>
    public Task ScheduleAsync(string crawlId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_lifetime.Draining.IsCancellationRequested && _completions.TryAdd(crawlId, NewCompletion()))
                _waiting.AddLast(crawlId);
            StartNext();
        }
        return Task.CompletedTask;
    }

    /// <summary>Whether a crawl is running or waiting in this process.</summary>
    public bool Has(string crawlId)
    {
        lock (_lock)
            return _completions.ContainsKey(crawlId);
    }

    /// <summary>Waits until a scheduled crawl ends or stops.</summary>
    /// <returns>Null if it ended; otherwise the reason why it stopped. A stopped crawl can be scheduled again.</returns>
    public Task<Exception?> WaitAsync(string crawlId)
    {
        lock (_lock)
            return _completions.TryGetValue(crawlId, out var completion)
                ? completion.Task
                : Task.FromResult<Exception?>(
                    _lifetime.Draining.IsCancellationRequested
                        ? new OperationCanceledException("the host is draining")
                        : null
                );
    }

    /// <inheritdoc/>
    public Task<CrawlProgress?> FindProgressAsync(string crawlId, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(_runs.GetValueOrDefault(crawlId)?.Progress);
    }

    /// <inheritdoc/>
    public Task CancelAsync(string crawlId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Start it right away: a cancelled crawl only writes its summary. It may have been accepted by another process.
            if (
                _waiting.Remove(crawlId)
                || (!_lifetime.Draining.IsCancellationRequested && _completions.TryAdd(crawlId, NewCompletion()))
            )
                Start(crawlId);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task PurgeAsync(string crawlId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Hands back the chunks in progress and waits until all crawls have stopped.</summary>
    /// <param name="limit">The time allowed. After that the crawls are aborted without committing anything.</param>
    public async Task DrainAsync(TimeSpan limit)
    {
        // First, so that no crawl is started after the list of running crawls was taken.
        await _lifetime.DrainAsync().ConfigureAwait(false);
        Task[] running;
        lock (_lock)
        {
            foreach (var crawlId in _waiting)
                CompleteLocked(crawlId, new OperationCanceledException("the host is draining"));
            _waiting.Clear();
            running = [.. _runs.Values.Select(r => r.Task)];
        }
        using var expiry = new CancellationTokenSource(limit, _time);
        using var stopping = expiry.Token.Register(_stopping.Cancel);
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    /// <summary>
    /// Aborts the crawls in progress. May be called repeatedly: a service container disposes it once per registration.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await DrainAsync(TimeSpan.Zero).ConfigureAwait(false);
        _stopping.Dispose();
    }

    // Called under the lock.
    private void StartNext()
    {
        while (_waiting.First is { } next && _runs.Count < _options.MaxRunning)
        {
            _waiting.RemoveFirst();
            Start(next.Value);
        }
    }

    // Called under the lock.
    private void Start(string crawlId)
    {
        var run = new Run();
        _runs.Add(crawlId, run);
        run.Task = Task.Run(() => RunAndCompleteAsync(crawlId, run));
    }

    private async Task RunAndCompleteAsync(string crawlId, Run run)
    {
        Exception? stopped = null;
        try
        {
            stopped = await _runner.RunAsync(crawlId, Report, _stopping.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _runs.Remove(crawlId);
                CompleteLocked(crawlId, stopped);
                if (!_lifetime.Draining.IsCancellationRequested)
                    StartNext();
            }
        }

        void Report(CrawlProgress progress)
        {
            run.Progress = progress;
            _observer.ProgressChanged(crawlId, progress);
        }
    }

    private void CompleteLocked(string crawlId, Exception? reason)
    {
        if (_completions.Remove(crawlId, out var completion))
            completion.SetResult(reason);
    }

    private static TaskCompletionSource<Exception?> NewCompletion() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Run
    {
        public CrawlProgress? Progress { get; set; }

        public Task Task { get; set; } = Task.CompletedTask;
    }
}
