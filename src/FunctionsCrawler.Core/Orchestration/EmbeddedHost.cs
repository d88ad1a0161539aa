using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Storage;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Orchestration;

/// <summary>
/// Runs many crawls in this process, some at once, the others waiting in the order in which they were accepted. It keeps
/// nothing: what it did not end stays open in the store, and <see cref="CrawlService.ResumeAsync"/> brings it back.
/// </summary>
public sealed class EmbeddedHost : ICrawlScheduler, IAsyncDisposable
{
    private const int MaxFailures = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly CrawlWorker _worker;
    private readonly EmbeddedHostOptions _options;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly LinkedList<string> _waiting = new();
    private readonly Dictionary<string, Run> _runs = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _exhausted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes one that runs nothing yet.</summary>
    public EmbeddedHost(CrawlWorker worker, EmbeddedHostOptions options, ILogger logger) =>
        (_worker, _options, _logger) = (worker, options, logger);

    /// <summary>Completes when the worker has no memory left for browsers: the process is to drain and be started again.</summary>
    public Task Exhausted => _exhausted.Task;

    /// <summary>How many crawls run and how many wait.</summary>
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
            if (!_worker.Draining.IsCancellationRequested && !_runs.ContainsKey(crawlId) && !_waiting.Contains(crawlId))
                _waiting.AddLast(crawlId);
            StartNext();
        }
        return Task.CompletedTask;
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
            // All that it does now is write its summary: it need not wait for its turn.
            if (_waiting.Remove(crawlId))
                Start(crawlId);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task PurgeAsync(string crawlId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Hands back what is being crawled and waits until every crawl has come to rest.</summary>
    /// <param name="limit">How long; after that what runs is given up at once, and nothing more is committed.</param>
    public async Task DrainAsync(TimeSpan limit)
    {
        // First, so that no crawl is started that would not be waited for.
        await _worker.DrainAsync().ConfigureAwait(false);
        Task[] running;
        lock (_lock)
        {
            _waiting.Clear();
            running = [.. _runs.Values.Select(r => r.Task)];
        }
        using var giveUp = new CancellationTokenSource(limit, _worker.Time);
        using var stopping = giveUp.Token.Register(_stopping.Cancel);
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
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
        run.Task = Task.Run(() => RunToRestAsync(crawlId, run));
    }

    private async Task RunToRestAsync(string crawlId, Run run)
    {
        try
        {
            await RunAsync(crawlId, run).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _runs.Remove(crawlId);
                if (!_worker.Draining.IsCancellationRequested)
                    StartNext();
            }
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "Whatever fails a crawl is logged, and ends that crawl alone."
    )]
    private async Task RunAsync(string crawlId, Run run)
    {
        var pause = FirstPause;
        for (var failures = 0; ; )
        {
            try
            {
                // A new engine each time: the old one remembers what was fatal to it.
                await new EmbeddedEngine(_worker)
                    .RunAsync(crawlId, progress => run.Progress = progress, _stopping.Token)
                    .ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException)
                when (_stopping.IsCancellationRequested || _worker.Draining.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (Cause(e) is WorkerExhaustedException)
            {
                HostLog.WorkerExhausted(_logger, crawlId, e.Message);
                _exhausted.TrySetResult();
                return;
            }
            catch (Exception e) when (Cause(e) is IOException)
            {
                HostLog.CrawlPaused(_logger, crawlId, pause.TotalSeconds, e.Message);
            }
            catch (Exception e)
            {
                HostLog.CrawlFailed(_logger, e, crawlId, ++failures, MaxFailures);
                if (failures == MaxFailures && await TryEndAsFailedAsync(crawlId).ConfigureAwait(false))
                    return;
                failures %= MaxFailures;
            }
            if (!await TryPauseAsync(pause).ConfigureAwait(false))
                return;
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    // A store that is away, a full disk: the crawl waits until that is over.
    private static Exception Cause(Exception e) =>
        e is ActivityFailedException { InnerException: { } inner } ? inner : e;

    [SuppressMessage("Design", "CA1031", Justification = "A crawl whose end cannot be written is tried again.")]
    private async Task<bool> TryEndAsFailedAsync(string crawlId)
    {
        try
        {
            await new FinishCrawlActivity(_worker.Store, _worker.Time)
                .RunAsync(new FinishCrawlInput(crawlId, 0, CrawlState.Failed), _stopping.Token)
                .ConfigureAwait(false);
            return true;
        }
        catch (Exception e)
        {
            HostLog.EndNotWritten(_logger, e, crawlId);
            return false;
        }
    }

    /// <summary>Waits; false when the host stops or drains meanwhile.</summary>
    private async Task<bool> TryPauseAsync(TimeSpan pause)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, _worker.Draining);
        try
        {
            await Task.Delay(pause, _worker.Time, ended.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private sealed class Run
    {
        public CrawlProgress Progress { get; set; } = new();

        public Task Task { get; set; } = Task.CompletedTask;
    }
}

/// <summary>How many crawls a host runs at once, and how many it lets wait.</summary>
public sealed record EmbeddedHostOptions
{
    /// <summary>Crawls at once. The memory governor bounds their browsers together, whatever this says.</summary>
    /// <value>Default 4, 1 to 100.</value>
    public int MaxRunning { get; init; } = 4;

    /// <summary>Crawls that may wait; above that new ones are refused.</summary>
    /// <value>Default 1,000, 0 to 100,000.</value>
    public int MaxWaiting { get; init; } = 1000;
}
