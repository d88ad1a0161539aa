using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>Records the ids of scheduled crawls without running them.</summary>
internal sealed class RecordingScheduler : ICrawlScheduler
{
    private readonly List<string> _scheduled = [];

    public IReadOnlyList<string> Scheduled => _scheduled;

    public bool IsFull { get; set; }

    /// <summary>The id of a crawl whose scheduling fails.</summary>
    public string? Refused { get; init; }

    public Task ScheduleAsync(string crawlId, CancellationToken cancellationToken)
    {
        if (crawlId == Refused)
            throw new InvalidOperationException("not today");
        lock (_scheduled)
            _scheduled.Add(crawlId);
        return Task.CompletedTask;
    }

    public Task<CrawlProgress?> FindProgressAsync(string crawlId, CancellationToken cancellationToken) =>
        Task.FromResult<CrawlProgress?>(null);

    public Task CancelAsync(string crawlId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task PurgeAsync(string crawlId, CancellationToken cancellationToken) => Task.CompletedTask;
}
