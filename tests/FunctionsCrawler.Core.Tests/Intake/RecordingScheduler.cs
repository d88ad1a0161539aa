using FunctionsCrawler.Intake;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Core.Tests.Intake;

/// <summary>Runs nothing, and remembers what it was told to run.</summary>
internal sealed class RecordingScheduler : ICrawlScheduler
{
    private readonly List<string> _scheduled = [];

    public IReadOnlyList<string> Scheduled => _scheduled;

    public bool IsFull { get; set; }

    public Task ScheduleAsync(string crawlId, CancellationToken cancellationToken)
    {
        lock (_scheduled)
            _scheduled.Add(crawlId);
        return Task.CompletedTask;
    }

    public Task<CrawlProgress?> FindProgressAsync(string crawlId, CancellationToken cancellationToken) =>
        Task.FromResult<CrawlProgress?>(null);

    public Task CancelAsync(string crawlId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task PurgeAsync(string crawlId, CancellationToken cancellationToken) => Task.CompletedTask;
}
