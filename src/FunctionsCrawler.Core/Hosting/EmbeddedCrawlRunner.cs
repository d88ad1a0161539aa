using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Orchestration;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Runs one crawl on the embedded engine until it ends or must stop. While the store is unavailable it pauses the crawl. After
/// repeated other failures it ends the crawl as failed.
/// </summary>
/// <param name="engines">Creates an engine for each attempt. An engine is unusable after a fatal failure.</param>
/// <param name="finish">Ends crawls that fail repeatedly.</param>
/// <param name="ownership">Whether a crawl belongs to this process.</param>
/// <param name="watch">Watches the crawl from its start to its end.</param>
/// <param name="lifetime">Whether new work is accepted.</param>
/// <param name="stopOnFailure">Whether the first failure stops a crawl, without pause or retry.</param>
/// <param name="time">The clock for pauses.</param>
/// <param name="logger">Receives pauses and failures.</param>
internal sealed class EmbeddedCrawlRunner(
    Func<EmbeddedEngine> engines,
    FinishCrawlActivity finish,
    ICrawlOwnership ownership,
    CrawlWatch watch,
    WorkerLifetime lifetime,
    bool stopOnFailure,
    TimeProvider time,
    ILogger logger
)
{
    private const int MaxFailures = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Runs a crawl.</summary>
    /// <param name="crawlId">The crawl.</param>
    /// <param name="report">Called with each progress of the crawl.</param>
    /// <param name="stopping">Aborts the crawl without committing anything.</param>
    /// <returns>Null if the crawl ended; otherwise the reason why it stopped.</returns>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "A failure ends only its own crawl; it is logged or returned."
    )]
    public async Task<Exception?> RunAsync(string crawlId, Action<CrawlProgress> report, CancellationToken stopping)
    {
        var pause = FirstPause;
        for (var failures = 0; ; )
        {
            try
            {
                // Another process of the store may have taken it.
                if (await ownership.TryTakeAsync(crawlId, stopping).ConfigureAwait(false))
                    await RunOwnedAsync(crawlId, report, stopping).ConfigureAwait(false);
                return null;
            }
            catch (OperationCanceledException e)
                when (stopping.IsCancellationRequested || lifetime.Draining.IsCancellationRequested)
            {
                return e;
            }
            catch (Exception e) when (Failures.KindOfCrawl(e) == FailureKind.RestartWorker)
            {
                HostLog.WorkerExhausted(logger, crawlId, e.Message);
                lifetime.ReportExhausted();
                return e;
            }
            catch (Exception e) when (stopOnFailure)
            {
                return e;
            }
            catch (Exception e) when (Failures.KindOfCrawl(e) == FailureKind.WaitForStore)
            {
                HostLog.CrawlPaused(logger, crawlId, pause.TotalSeconds, e.Message);
            }
            catch (Exception e)
            {
                HostLog.CrawlFailed(logger, e, crawlId, ++failures, MaxFailures);
                var isLast = failures == MaxFailures || Failures.KindOf(e) == FailureKind.Damaged;
                if (isLast && await TryEndAsFailedAsync(crawlId, e.Message, stopping).ConfigureAwait(false))
                    return null;
                failures %= MaxFailures;
            }
            if (!await TryPauseAsync(pause, stopping).ConfigureAwait(false))
                return new OperationCanceledException("the host is stopping");
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task RunOwnedAsync(string crawlId, Action<CrawlProgress> report, CancellationToken stopping)
    {
        using var watched = watch.Enter(crawlId);
        await engines().RunAsync(crawlId, report, stopping).ConfigureAwait(false);
    }

    /// <summary>Ends a crawl as failed. False if this should be retried.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The failure is logged, and the crawl is retried.")]
    private async Task<bool> TryEndAsFailedAsync(string crawlId, string reason, CancellationToken stopping)
    {
        try
        {
            var end = new FinishCrawlInput(crawlId, 0, CrawlState.Failed, reason);
            await finish.RunAsync(end, stopping).ConfigureAwait(false);
            return true;
        }
        catch (Exception e)
        {
            HostLog.EndNotWritten(logger, e, crawlId);
            // Committed blobs do not change, so a damaged blob or one with a newer version fails every time. The crawl stays
            // open until the next start, possibly of a newer program version.
            return e is InvalidDataException or DamagedBlobException;
        }
    }

    /// <summary>Waits for <paramref name="pause"/>. False if the host is stopped or drained meanwhile.</summary>
    private async Task<bool> TryPauseAsync(TimeSpan pause, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, lifetime.Draining);
        try
        {
            await Task.Delay(pause, time, ended.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
