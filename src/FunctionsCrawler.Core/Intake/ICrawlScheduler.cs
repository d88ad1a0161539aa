using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Intake;

/// <summary>A host's way to run accepted crawls: the embedded engine in this process, or Durable Functions.</summary>
public interface ICrawlScheduler
{
    /// <summary>Whether new crawls are to be refused for now, for too many wait.</summary>
    bool IsFull { get; }

    /// <summary>Sees to it that an accepted crawl runs. One that runs already, or waits, is left alone.</summary>
    Task ScheduleAsync(string crawlId, CancellationToken cancellationToken);

    /// <summary>How far a crawl is; null when it does not run: it waits, or has ended.</summary>
    Task<CrawlProgress?> FindProgressAsync(string crawlId, CancellationToken cancellationToken);

    /// <summary>Tells a crawl that its cancel marker stands, so that it ends soon.</summary>
    Task CancelAsync(string crawlId, CancellationToken cancellationToken);

    /// <summary>Forgets an ended crawl: its history, where the host keeps one.</summary>
    Task PurgeAsync(string crawlId, CancellationToken cancellationToken);
}
