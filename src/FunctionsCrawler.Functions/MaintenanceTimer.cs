using FunctionsCrawler.Browsing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Functions;

/// <summary>
/// Repairs what crashed processes left behind: schedules accepted crawls that are not running, completes deletions and removes
/// orphaned browsers. Also purges old history.
/// </summary>
public sealed partial class MaintenanceTimer(
    CrawlHost host,
    CrawlerOptions options,
    TimeProvider time,
    ILogger<MaintenanceTimer> logger
)
{
    /// <summary>Runs every five minutes and when the host starts; a worker that replaces another one is not a start.</summary>
    [Function("Maintain")]
    public async Task MaintainAsync(
        [TimerTrigger("0 */5 * * * *", RunOnStartup = true)] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        FunctionContext context
    )
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(context);
        logger.Swept(await OrphanSweep.RemoveAsync(time, context.CancellationToken).ConfigureAwait(false));
        await host.Crawls(client).ResumeAsync(context.CancellationToken).ConfigureAwait(false);
        var old = new PurgeInstancesFilter(
            CreatedTo: time.GetUtcNow() - TimeSpan.FromDays(options.HistoryDays),
            Statuses:
            [
                OrchestrationRuntimeStatus.Completed,
                OrchestrationRuntimeStatus.Failed,
                OrchestrationRuntimeStatus.Terminated,
            ]
        );
        var purged = await client.PurgeAllInstancesAsync(old, context.CancellationToken).ConfigureAwait(false);
        if (purged.PurgedInstanceCount > 0)
            Purged(purged.PurgedInstanceCount);
    }

    /// <summary>
    /// Takes over the crawls of servers beside this app that have ended. Runs every 15 seconds; such a short interval needs no
    /// blob for its schedule.
    /// </summary>
    [Function("TakeOver")]
    public async Task TakeOverAsync(
        [TimerTrigger("*/15 * * * * *", UseMonitor = false)] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        FunctionContext context
    )
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(context);
        await host.Crawls(client).ResumeAsync(context.CancellationToken, host.Owns).ConfigureAwait(false);
    }

    [LoggerMessage(2002, LogLevel.Information, "History of {Count} orchestrations purged")]
    private partial void Purged(int count);
}
