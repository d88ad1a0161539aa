using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Hosting;

/// <summary>Runs accepted crawls: on the embedded engine in this process, or on Durable Functions.</summary>
internal interface ICrawlScheduler
{
    /// <summary>Whether new crawls must be rejected for now because too many are waiting.</summary>
    bool IsFull { get; }

    /// <summary>Schedules an accepted crawl. Does nothing if it is already running or waiting.</summary>
    Task ScheduleAsync(string crawlId, CancellationToken cancellationToken);

    /// <summary>Returns the progress of a running crawl; null if it is waiting or has ended.</summary>
    Task<CrawlProgress?> FindProgressAsync(string crawlId, CancellationToken cancellationToken);

    /// <summary>Notifies the scheduler that the cancel marker of a crawl was written, so that it ends the crawl.</summary>
    Task CancelAsync(string crawlId, CancellationToken cancellationToken);

    /// <summary>Removes the history of an ended crawl, if the host keeps one.</summary>
    Task PurgeAsync(string crawlId, CancellationToken cancellationToken);
}
