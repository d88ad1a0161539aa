using FunctionsCrawler.Browsing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Functions;

/// <summary>
/// What has to be looked after, whoever died: accepted crawls that nothing runs, deletions that were not ended, browsers
/// without an owner, old history.
/// </summary>
public sealed partial class MaintenanceTimer(
    CrawlHost host,
    FunctionsSettings settings,
    TimeProvider time,
    ILogger<MaintenanceTimer> logger
)
{
    /// <summary>Looks after all of it, every five minutes and at the start.</summary>
    [Function("Maintain")]
    public async Task MaintainAsync(
        [TimerTrigger("0 */5 * * * *", RunOnStartup = true)] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        FunctionContext context
    )
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(context);
        foreach (var swept in await OrphanSweep.RemoveAsync(time, context.CancellationToken).ConfigureAwait(false))
            Swept(swept.Folder, swept.Killed, swept.IsClean);
        await host.Crawls(client).ResumeAsync(context.CancellationToken).ConfigureAwait(false);
        var old = new PurgeInstancesFilter(
            CreatedTo: time.GetUtcNow() - settings.HistoryRetention,
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

    [LoggerMessage(
        2001,
        LogLevel.Warning,
        "Swept {Folder} of a dead owner: {Killed} processes killed, clean {IsClean}"
    )]
    private partial void Swept(string folder, int killed, bool isClean);

    [LoggerMessage(2002, LogLevel.Information, "Purged the history of {Count} orchestrations")]
    private partial void Purged(int count);
}
