using System.Collections.Concurrent;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Cli.Live;

/// <summary>Collects counts and messages of a running crawl. Log lines become messages.</summary>
internal sealed class CrawlMonitor(TimeProvider time) : ICrawlObserver, ILogger
{
    private readonly ConcurrentDictionary<string, long> _current = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _messages = new();
    private readonly long _started = time.GetTimestamp();
    private readonly Lock _lock = new();
    private PageCounts _visited = new();
    private PageCounts? _before;
    private CrawlProgress _progress = new();
    private int _percent;
    private int _browsers;

    /// <summary>The number of running browsers.</summary>
    public int Browsers => _browsers;

    /// <summary>The messages since the last call: failed pages, retries, log lines.</summary>
    public IEnumerable<string> TakeMessages()
    {
        while (_messages.TryDequeue(out var line))
            yield return line;
    }

    /// <summary>A snapshot of the crawl.</summary>
    public MonitorState GetState()
    {
        lock (_lock)
        {
            var pages = (_before ?? new PageCounts()) + _visited;
            var elapsed = time.GetElapsedTime(_started);
            // Pages count as soon as they are visited. If their chunk is then not committed, they are visited again.
            _percent = Math.Max(_percent, (_progress with { Pages = pages }).Percent);
            var queued = Math.Max(0, _progress.Queued + _progress.Pages.Total - pages.Total);
            return new MonitorState(
                pages,
                queued,
                _progress.Wave,
                _progress.Depth,
                elapsed.TotalSeconds > 0 ? _visited.TowardsLimit / elapsed.TotalSeconds : 0,
                elapsed,
                _progress.Phase,
                _percent,
                // ToArray of the dictionary is thread-safe; LINQ's copy fails if an entry is added meanwhile.
                [.. _current.ToArray().OrderBy(c => c.Value).Select(c => c.Key)]
            );
        }
    }

    /// <summary>Updates the progress of the orchestration.</summary>
    public void Report(CrawlProgress progress)
    {
        lock (_lock)
        {
            // The first progress of a resumed crawl contains the pages of earlier runs.
            if (progress.Queued > 0)
                _before ??= progress.Pages;
            _progress = progress;
        }
    }

    void ICrawlObserver.ProgressChanged(string crawlId, CrawlProgress progress) => Report(progress);

    public void VisitStarted(string url) => _current[url] = time.GetTimestamp();

    public void VisitEnded(string url, PageRecord? record)
    {
        _current.TryRemove(url, out _);
        if (record is null)
            return;
        var counts = PageCounts.Of([record]);
        lock (_lock)
            _visited += counts;
        if (counts.Failed > 0)
            _messages.Enqueue($"failed {url}: {record.Error!.Message}");
    }

    public void ActivityRetried(string activity, Exception reason) =>
        _messages.Enqueue($"retrying {activity} after {reason.GetType().Name}: {reason.Message}");

    public void Started(BrowserInvocation browser) => Interlocked.Increment(ref _browsers);

    public void Ended(BrowserInvocation browser, BrowserReceipt receipt) => Interlocked.Decrement(ref _browsers);

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    void ILogger.Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _messages.Enqueue(formatter(state, exception));
}

/// <summary>A snapshot of a running crawl.</summary>
/// <param name="Pages">The pages of this run and of earlier runs.</param>
/// <param name="Queued">URLs not visited yet.</param>
/// <param name="Wave">The current wave.</param>
/// <param name="Depth">The depth of the current wave.</param>
/// <param name="PagesPerSecond">The rate of this run.</param>
/// <param name="Elapsed">The duration of this run.</param>
/// <param name="Phase">What the crawl is doing.</param>
/// <param name="Percent">How much is done; never falls.</param>
/// <param name="Current">The URLs in flight, the oldest first.</param>
internal sealed record MonitorState(
    PageCounts Pages,
    int Queued,
    int Wave,
    int Depth,
    double PagesPerSecond,
    TimeSpan Elapsed,
    CrawlPhase Phase,
    int Percent,
    IReadOnlyList<string> Current
);
