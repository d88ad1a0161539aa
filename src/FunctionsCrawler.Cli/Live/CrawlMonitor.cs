using System.Collections.Concurrent;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Cli.Live;

/// <summary>Counts what happens in a crawl while it happens; what is logged is news.</summary>
internal sealed class CrawlMonitor(TimeProvider time) : ICrawlObserver, ILogger
{
    private readonly ConcurrentDictionary<string, long> _current = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _news = new();
    private readonly long _started = time.GetTimestamp();
    private readonly Lock _lock = new();
    private PageCounts _visited = new();
    private PageCounts? _before;
    private CrawlProgress _progress = new();
    private int _browsers;

    /// <summary>Browsers alive.</summary>
    public int Browsers => _browsers;

    /// <summary>What happened since the last call and is worth a line: failures, browsers that ended.</summary>
    public IEnumerable<string> TakeNews()
    {
        while (_news.TryDequeue(out var line))
            yield return line;
    }

    /// <summary>What stands now.</summary>
    public MonitorState Look()
    {
        lock (_lock)
        {
            var pages = (_before ?? new PageCounts()) + _visited;
            var elapsed = time.GetElapsedTime(_started);
            var queued = Math.Max(0, _progress.Queued + _progress.Pages.Total - pages.Total);
            return new MonitorState(
                pages,
                queued,
                _progress.Wave,
                _progress.Depth,
                elapsed.TotalSeconds > 0 ? _visited.TowardsLimit / elapsed.TotalSeconds : 0,
                elapsed,
                [.. _current.OrderBy(c => c.Value).Select(c => c.Key)]
            );
        }
    }

    /// <summary>Takes a progress of the orchestration.</summary>
    public void Report(CrawlProgress progress)
    {
        lock (_lock)
        {
            // A resumed crawl tells with its first plan what was done before.
            if (progress.Queued > 0)
                _before ??= progress.Pages;
            _progress = progress;
        }
    }

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
            _news.Enqueue($"failed {url}: {record.Error!.Message}");
    }

    public void ActivityRetried(string activity, Exception reason) =>
        _news.Enqueue($"{activity} is tried again: {reason.GetType().Name}: {reason.Message}");

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
    ) => _news.Enqueue(formatter(state, exception));
}

/// <summary>How a crawl stands at a moment.</summary>
internal sealed record MonitorState(
    PageCounts Pages,
    int Queued,
    int Wave,
    int Depth,
    double PagesPerSecond,
    TimeSpan Elapsed,
    IReadOnlyList<string> Current
);
